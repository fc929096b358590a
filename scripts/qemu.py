# SPDX-License-Identifier: GPL-2.0-only
"""A guest's machine, as QEMU is told of it."""

import re
from dataclasses import dataclass

# A57 is the fastest of QEMU's 64-bit processors here; `max` takes twice as
# long. It has no pages of 16 KiB.
CPU, CPU_16K = "cortex-a57", "cortex-a76"
QEMU = ("qemu-system-aarch64", "-nodefaults", "-display", "none", "-no-reboot")
# That of this system's own release.
SYSTEMS_KERNEL = "6.1"
MEMORY = re.compile(r"(\d+(?:\.\d+)?)([kmgt]?)", re.I)
MIB = 1 << 20


class BootError(Exception):
    """The guest did not come as far as running its script."""


class MachineError(BootError):
    """There cannot be such a guest; it was not started."""


def whole_mib(memory):
    """The bytes that MEM= means, in whole MiB; without a letter these are MiB."""
    if not (found := MEMORY.fullmatch(memory)) or not float(found[1]):
        raise MachineError(f"MEM={memory}: expected a size such as 2G or 512M")
    shift = 10 * " kmgt".index(found[2].lower() or "m")
    return -(-int(float(found[1]) * (1 << shift)) // MIB) * MIB


@dataclass
class Machine:
    """What is booted."""

    kernel: str = SYSTEMS_KERNEL  # Debian's of that version, or one of ours
    memory: str = "1G"  # of QEMU's own machine
    cpus: int = 1
    tree: str = "virt"  # a file of scripts/machines/, without .dts
    dtb: str = ""  # a blob whose memory is taken instead of the file's
    banks: str = ""  # more memory for the blob: BASE,SIZE, and blanks between
    ram: int = 0  # bytes, more than `memory` where the tree needs it
    highmem: bool = True  # devices above 4 GiB
    icount: bool = False  # a nanosecond of its time is an instruction
    make: tuple = ()  # what make is told as it builds the module
    described: bool = False  # its tree describes itself at devicetree.DESCRIBED

    @property
    def name(self):
        return self.dtb or f"machine '{self.tree}'"

    def qemu(self):
        """QEMU's command line; the last word is the machine and its options."""
        size = -(-self.ram // MIB) * MIB or whole_mib(self.memory)
        accel = ("-accel", "tcg,thread=single", "-icount",
                 "shift=0,sleep=off") if self.icount else \
            ("-accel", "tcg,thread=multi")
        # Addresses only: what no one touches costs the host nothing.
        return (*QEMU, *accel, "-cpu",
                CPU_16K if self.kernel.endswith("-16k") else CPU,
                "-m", f"{size // MIB}M", "-object",
                f"memory-backend-ram,id=ram,size={size},reserve=off",
                "-smp", str(self.cpus), "-machine",
                f"virt,gic-version=3,highmem={'on' if self.highmem else 'off'},"
                "memory-backend=ram")
