# SPDX-License-Identifier: GPL-2.0-only
"""The device tree of a guest: QEMU's own, plus a file of scripts/machines/.

QEMU writes down the tree of its machine, dtc turns that into text, our file is
appended as text and dtc merges the two. So a file in scripts/machines/ adds what
it names, replaces properties by giving them again, and removes QEMU's nodes with
/delete-node/.
"""

import subprocess
from pathlib import Path

MACHINES = Path(__file__).resolve().parent / "machines"

TREE = """
/include/ "{machine}.dts"
/ {{
	chosen {{
		bootargs = "{bootargs}";
		linux,initrd-start = <0x0 {initrd_start:#x}>;
		linux,initrd-end = <0x0 {initrd_end:#x}>;
	}};
}};
"""


class DeviceTreeError(Exception):
    """The tree cannot be made; the message says why."""


def names():
    return sorted(path.stem for path in MACHINES.glob("*.dts"))


def _tool(*command):
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise DeviceTreeError(f"{command[0]} failed: {run.stderr.strip()}")
    return run.stdout


def _ram(blob):
    """[(first byte, byte after the last)] of the tree's memory nodes."""
    ranges = []
    for node in _tool("fdtget", "-l", blob, "/").split():
        if node.startswith("memory@"):
            cells = [int(cell, 16) for cell in _tool(
                "fdtget", "-t", "x", blob, f"/{node}", "reg").split()]
            values = [high << 32 | low
                      for high, low in zip(cells[::2], cells[1::2])]
            ranges += [(base, base + size)
                       for base, size in zip(values[::2], values[1::2])]
    return ranges


def _check_ram(machine, blob, dump):
    """A kernel that is told of memory that is not there hangs without a word."""
    (low, high), = _ram(dump)
    for start, end in _ram(blob):
        if start < low or end > high:
            raise DeviceTreeError(
                f"machine '{machine}' has memory at {start:#x} to {end:#x}, "
                f"but QEMU's is from {low:#x} to {high:#x}; "
                f"give it at least MEM={(end - low) >> 20}M")


def build(folder, qemu, machine, **chosen):
    """Make folder/machine.dtb for the QEMU command `qemu` and return its path.

    `chosen` are bootargs, initrd_start and initrd_end. The text it is made of
    stays beside it as machine.dts.
    """
    if machine not in names():
        raise DeviceTreeError(f"no machine '{machine}' in {MACHINES}; "
                              f"there are: {', '.join(names())}")
    dump, text, blob = (folder / name for name in
                        ("qemu.dtb", "machine.dts", "machine.dtb"))
    _tool(*qemu[:-1], f"{qemu[-1]},dumpdtb={dump}")
    own = _tool("dtc", "-q", "-I", "dtb", "-O", "dts", dump)
    text.write_text(own + TREE.format(machine=machine, **chosen))
    _tool("dtc", "-q", "-i", MACHINES, "-I", "dts", "-O", "dtb",
          "-o", blob, text)
    _check_ram(machine, blob, dump)
    return blob
