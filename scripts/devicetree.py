# SPDX-License-Identifier: GPL-2.0-only
"""The device tree of a guest: QEMU's own, plus a board.

A board says what memory there is. It is a file of scripts/machines/, or the
memory and /reserved-memory of another tree, that of a phone say. QEMU writes
down the tree of its machine, the board is appended to it as text, and dtc
merges the two. So a file in scripts/machines/ adds what it names, replaces
properties by giving them again, and removes QEMU's nodes with /delete-node/.
"""

import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

import fdt

MACHINES = Path(__file__).resolve().parent / "machines"
# QEMU's machine has devices below; memory that is larger moves them upwards.
RAM_BASE = 1 << 30
CELLS = (2, 2)  # of QEMU's root
MOST_BYTES = 16 << 20  # of a blob; Linux takes 2 MiB
GRAIN = 2 << 20  # the kernel wants to lie on a multiple of this
# What has to stay at the root; all else can be on a bus.
AT_ROOT = ("aliases", "chosen", "cpus", "memory")
CHOSEN = """
/ {{
	chosen {{
		bootargs = "{bootargs}";
		linux,initrd-start = <{start}>;
		linux,initrd-end = <{end}>;
	}};
}};
"""


class DeviceTreeError(Exception):
    """The tree cannot be made; the message says why."""


def names():
    """The files in scripts/machines/ that MACHINE= may name."""
    return sorted(path.stem for path in MACHINES.glob("*.dts"))


def check(machine):
    """Find out, before anything is built, that there is no such machine."""
    with tempfile.TemporaryDirectory() as directory:
        guest(Path(directory), machine)


def guest(directory, machine):
    """The tree of this machine, to be written into `directory`."""
    try:
        return Guest(directory, machine)
    except fdt.FdtError as error:
        raise DeviceTreeError(f"{machine.name}: {error}") from error


def _tool(*command):
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        said = "; ".join(run.stderr.strip().splitlines())
        raise DeviceTreeError(f"{command[0]} failed: {said}")


def _read(path):
    try:
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES)
    except OSError as error:
        raise DeviceTreeError(f"{path}: {error.strerror}, expected a device "
                              "tree blob") from error
    try:
        return fdt.read(data)
    except fdt.FdtError as error:
        raise DeviceTreeError(f"{path} is not a valid device tree blob: "
                              f"{error}") from error


def _merged(ranges):
    """The same bytes, sorted, each in one range."""
    merged = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            low, high = merged.pop()
            start, end = low, max(end, high)
        if start < end:
            merged.append((start, end))
    return merged


def _is_memory(node):
    return node.string("device_type") == "memory"


def _available(node):
    return node.string("status") in ("", "ok", "okay")


def _ram(root):
    """[(first byte, byte after the last)] of the tree's memory nodes."""
    return _merged(ram for node in root.children
                   if _is_memory(node) and _available(node)
                   for ram in node.ranges("reg", root.cells()))


def _reserved(node, cells):
    """The ranges of a /reserved-memory node, disabled and nested ones too."""
    cells, found = node.cells(cells), []
    for child in node.children:
        found += child.ranges("reg", cells) if "reg" in child.props else \
            _reserved(child, cells)
    return found


def _pool(reserved):
    """The first CMA pool below /reserved-memory, or None."""
    for node in reserved.children if reserved else ():
        if (b"shared-dma-pool\0" in node.props.get("compatible", b"")
                and "reusable" in node.props and _available(node)):
            return node.name
    return None


def _foreign_board(path):
    """What is kept of another machine's tree, as text for dtc."""
    root = _read(path)
    memory = [node for node in root.children if _is_memory(node)]
    if not memory:
        raise DeviceTreeError(f"{path} has no memory node (device_type = "
                              "\"memory\" below the root); a live tree, "
                              "/sys/firmware/fdt, has one")
    reserved = root.child("reserved-memory")
    cells = {name: number.to_bytes(4, "big") for name, number in
             zip(("#address-cells", "#size-cells"), root.cells())}
    kept = fdt.Node("/", cells, memory + ([reserved] if reserved else []))
    text = f"/delete-node/ &{{/memory@{RAM_BASE:x}}};\n{fdt.text(kept)}\n"
    if pool := _pool(reserved):
        text += ('/ {\n\tbuddy-shadow {\n\t\tcompatible = '
                 '"buddy-shadow,region";\n\t\tmemory-region = '
                 f'<&{{/reserved-memory/{pool}}}>;\n\t}};\n}};\n')
    return text


def _board(machine):
    """The board as text for dtc."""
    if machine.dtb:
        return _foreign_board(Path(machine.dtb))
    if machine.tree not in names():
        raise DeviceTreeError(f"no machine '{machine.tree}' in {MACHINES}; "
                              f"there are: {', '.join(names())}")
    return f'/include/ "{machine.tree}.dts"\n'


def _on_a_bus(root, cells):
    """Give QEMU's root other cells; its devices keep theirs on a bus."""
    low = (0).to_bytes(4 * (cells[0] + 4), "big")
    bus = fdt.Node("qemu", {
        "compatible": b"simple-bus\0",
        "#address-cells": (2).to_bytes(4, "big"),
        "#size-cells": (2).to_bytes(4, "big"),
        # An address has as many cells above the bus, or only the low ones.
        "ranges": b"" if cells[0] == 2 else
        low[:-8] + (RAM_BASE).to_bytes(8, "big")})
    stay = [node for node in root.children
            if node.name.partition("@")[0] in AT_ROOT]
    bus.children = [node for node in root.children if node not in stay]
    chosen = root.child("chosen")
    chosen.props["stdout-path"] = b"/qemu" + chosen.props["stdout-path"]
    return fdt.Node("/", root.props, [*stay, bus])


class Guest:
    """A tree on its way to a blob; `machine` becomes one that QEMU can be."""

    def __init__(self, directory, machine):
        self.directory = directory
        self.machine = machine
        self.board = _board(machine)
        self.blob = directory / "machine.dtb"
        self.own = self._dump()
        (_, self.high), = _ram(self.own)
        self.root = self._compile()
        self._fit()
        self.ram = self._check_ram()
        self.free = self._free()

    def _dump(self):
        """QEMU's own tree."""
        dump = self.directory / "qemu.dtb"
        *command, machine = self.machine.qemu()
        _tool(*command, f"{machine},dumpdtb={dump}")
        return _read(dump)

    def _compile(self, chosen=""):
        """Merge QEMU's tree and the board; the text stays beside the blob."""
        text = self.directory / "machine.dts"
        text.write_text(f"/dts-v1/;\n{fdt.text(self.own)}\n"
                        f"{self.board}{chosen}", encoding="utf-8")
        _tool("dtc", "-q", "-i", MACHINES, "-I", "dts", "-O", "dtb",
              "-o", self.blob, text)
        return _read(self.blob)

    def _fit(self):
        """Give QEMU the board's cells, and memory up to its highest byte."""
        cells = self.root.cells()
        if not all(1 <= number <= 2 for number in cells):
            raise DeviceTreeError(
                f"{self.machine.name} has #address-cells {cells[0]} and "
                f"#size-cells {cells[1]} in its root, expected 1 or 2")
        end = max((end for _, end in _ram(self.root)), default=0)
        wanted = replace(self.machine, highmem=cells[0] == 2,
                         ram=end - RAM_BASE if end > self.high else 0)
        if wanted != self.machine:
            self.machine = wanted
            self._dump_again(end)
        if cells != CELLS:
            self.own = _on_a_bus(self.own, cells)

    def _dump_again(self, end):
        """Devices may have moved with the memory; MEM= stays what it was."""
        memory = self.own.child("memory").props
        try:
            self.own = self._dump()
        except DeviceTreeError as error:
            raise DeviceTreeError(f"{self.machine.name} has memory up to "
                                  f"{end:#x}, where QEMU can have none: "
                                  f"{error}") from error
        self.own.child("memory").props = memory

    def _check_ram(self):
        """A kernel that is told of memory that is not there hangs silently."""
        ram = _ram(self.root)
        if not ram:
            raise DeviceTreeError(f"{self.machine.name} has no memory")
        if ram[0][0] < RAM_BASE:
            raise DeviceTreeError(
                f"{self.machine.name} has memory at {ram[0][0]:#x}; QEMU's "
                f"begins at {RAM_BASE:#x}, below are its devices")
        return ram

    def _free(self):
        """RAM that no node reserves at an address of its own."""
        # QEMU puts its own tree where its memory begins.
        holes = [(RAM_BASE, RAM_BASE + GRAIN)]
        if reserved := self.root.child("reserved-memory"):
            holes += _reserved(reserved, self.root.cells())
        free = []
        for start, end in self.ram:
            for low, high in _merged(holes):
                free.append((start, min(low, end)))
                start = max(start, min(high, end))
            free.append((start, end))
        return [(start, end) for start, end in free if start < end]

    def place(self, what, size):
        """The lowest free address for `size` bytes; it is taken then."""
        for at, (start, end) in enumerate(self.free):
            base = -(-start // GRAIN) * GRAIN
            if base + size <= end:
                self.free[at] = (base + size, end)
                return base
        raise DeviceTreeError(f"{self.machine.name} has no {size} bytes of "
                              f"free memory in one piece for the {what}")

    def write(self, bootargs, start, end):
        """Write the blob, with a command line and an initrd."""
        cells = [" ".join(hex(number >> shift & 0xffffffff)
                          for shift in (32, 0)) for number in (start, end)]
        self._compile(CHOSEN.format(bootargs=bootargs, start=cells[0],
                                    end=cells[1]))
        return self.blob
