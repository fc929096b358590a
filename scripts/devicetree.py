# SPDX-License-Identifier: GPL-2.0-only
"""The device tree of a guest: QEMU's own, plus a board.

A board says what memory there is. It is a file of scripts/machines/, or the
memory and /reserved-memory of another tree, that of a phone say. QEMU writes
down the tree of its machine, the board is appended to it as text, and dtc
merges the two. So a file in scripts/machines/ adds what it names, replaces
properties by giving them again, and removes QEMU's nodes with /delete-node/.

Where no guest can have the memory of another tree, it keeps its own, and the tree
is described to the module.
"""

import os
import re
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

import fdt
import foreign

MACHINES = Path(__file__).resolve().parent / "machines"
# QEMU's machine has devices below; memory that is larger moves them upwards.
RAM_BASE = 1 << 30
CELLS = (2, 2)  # of QEMU's root
# Of each 4 KiB Linux keeps 64 bytes from its start on. These are the host's.
TOUCHED = 64
GRAIN = 2 << 20  # the kernel wants to lie on a multiple of this
MOST_MEMRESERVE = 64  # entries that the module takes
# Older kernels take the memory of a description for their own.
DESCRIBES = (5, 17)
# What has to stay at the root; all else can be on a bus.
AT_ROOT = ("aliases", "chosen", "cpus", "memory")
# A node with the same memory as the machine's own, for the module's machine=.
DESCRIBED = "/buddy-shadow-machines/self"
CHOSEN = """
/ {{
	chosen {{
		bootargs = "{bootargs}";
		linux,initrd-start = <{start}>;
		linux,initrd-end = <{end}>;
		buddy-shadow,blob = <{blob}>;
	}};
}};
"""


class DeviceTreeError(Exception):
    """The tree cannot be made; the message says why."""


class Unfit(DeviceTreeError):
    """No guest can have this memory."""


def names():
    """The files in scripts/machines/ that MACHINE= may name."""
    return sorted(path.stem for path in MACHINES.glob("*.dts"))


def check(machine):
    """Find out, before anything is built, that there is no such machine."""
    with tempfile.TemporaryDirectory() as directory:
        guest(Path(directory), machine)


def guest(directory, machine, needs=()):
    """The tree of this machine, to be written into `directory`.

    `needs` are (what, bytes) of all that has to lie in its memory.
    """
    try:
        board = foreign.Foreign(machine.dtb, machine.banks) \
            if machine.dtb else None
        try:
            return Guest(directory, machine, board, needs)
        except Unfit as why:
            if not board:
                raise
            _check_describes(machine, why)
            return Guest(directory, machine, board, needs, str(why))
    except fdt.FdtError as error:
        raise DeviceTreeError(f"{machine.name}: {error}") from error


def _check_describes(machine, why):
    number = re.match(r"(\d+)\.(\d+)", machine.kernel)
    if number and tuple(map(int, number.groups())) < DESCRIBES:
        raise DeviceTreeError(
            f"{why}. So it could only be described to the module, but kernel "
            f"{machine.kernel} would take what is described for its own memory; "
            "expected 5.17 or later") from why


def _tool(*command):
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        said = "; ".join(run.stderr.strip().splitlines())
        raise DeviceTreeError(f"{command[0]} failed: {said}")


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


def _cut(ranges, holes):
    """What of the ranges lies in no hole. Both are sorted."""
    left = []
    for start, end in ranges:
        for low, high in holes:
            left.append((start, min(low, end)))
            start = max(start, min(high, end))
        left.append((start, end))
    return [(start, end) for start, end in left if start < end]


def _ram(root, ranges):
    """[(first byte, byte after the last)] of the tree's memory nodes.

    `ranges` is the method of fdt.Node that reads a list as somebody does.
    """
    found = []
    for node in root.children:
        if foreign.is_memory(node) and foreign.available(node):
            usable = "linux,usable-memory" in node.props
            found += ranges(node, "linux,usable-memory" if usable else "reg",
                            root.cells())
    return _merged(found)


def _reserved(node, cells):
    """The ranges of a /reserved-memory node, disabled and nested ones too."""
    cells, found = node.cells(cells), []
    for child in node.children:
        found += child.ranges("reg", cells) if "reg" in child.props else \
            _reserved(child, cells)
    return found


def _board(machine):
    """The board as text for dtc."""
    if machine.tree not in names():
        raise DeviceTreeError(f"no machine '{machine.tree}' in {MACHINES}; "
                              f"there are: {', '.join(names())}")
    return f'/include/ "{machine.tree}.dts"\n'


def _args(*words):
    """What the board wants the module to be told, as text for dtc."""
    words = " ".join(filter(None, words))
    return f'/ {{\n\tchosen {{\n\t\tbuddy-shadow,args = "{words}";\n\t}};\n}};\n' \
        if words else ""


def _description(root):
    """The memory of a tree as a description of a machine, as text for dtc."""
    cells = {name: number.to_bytes(4, "big") for name, number in
             zip(("#address-cells", "#size-cells"), root.cells())}
    node = fdt.Node("self", cells, foreign.copies(
        child for child in root.children
        if foreign.is_memory(child) or child.named("reserved-memory")))
    above = fdt.Node("buddy-shadow-machines", {}, [node])
    return f"{fdt.text(fdt.Node('/', {}, [above]))}\n"


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
    """A tree on its way to a blob; `machine` becomes one that QEMU can be.

    `board` is another machine's tree, or None. `why` says why the guest cannot have
    its memory, which is then described to the module. `notes` are sentences for
    who waits, `places` where each of `needs` lies.
    """

    def __init__(self, directory, machine, board, needs, why=""):
        self.directory = directory
        self.machine = machine
        self.name = "the guest" if why else machine.name
        self.memreserve = []
        self.notes = []
        self.board = self._foreign(board, why) if board else _board(machine)
        self.blob = directory / "machine.dtb"
        self.own = self._dump()
        (_, self.high), = _ram(self.own, fdt.Node.ranges)
        self.root = self._compile()
        self._check_ram()
        if machine.described:
            self.board += _description(self.root)
        self._fit()
        self.free = self._free()
        self.places = [self._place(*each) for each in needs]

    def _foreign(self, board, why):
        """Another machine's tree as text for dtc, and what is to be said of it."""
        self.notes += board.notes
        told = self._memreserve(board)
        if why:
            self.notes.append(f"{why}: the guest keeps its own memory, and the "
                              "tree is described to the module")
            return _board(self.machine) + board.as_description() + _args(
                f"machine=/{foreign.DESCRIPTION}", told)
        if 0 in board.cells:
            raise Unfit(f"{self.name} has malformed #address-cells or "
                        "#size-cells in its root")
        self.memreserve = board.memreserve
        return f"/delete-node/ &{{/memory@{RAM_BASE:x}}};\n" + \
            board.as_own(board.cells) + _args(told)

    def _memreserve(self, board):
        """The module's parameter: a live tree does not show what it is for."""
        told = [f"{base:#x},{size:#x}" for base, size in board.memreserve
                if base + size <= fdt.END_OF_ADDRESSES][:MOST_MEMRESERVE]
        if len(told) < len(board.memreserve):
            self.notes.append(f"the module is told of {len(told)} of the tree's "
                              f"{len(board.memreserve)} /memreserve/ entries")
        return f"memreserve={','.join(told) or 'none'}"

    def _dump(self):
        """QEMU's own tree."""
        dump = self.directory / "qemu.dtb"
        *command, machine = self.machine.qemu()
        _tool(*command, f"{machine},dumpdtb={dump}")
        return fdt.read(dump.read_bytes())

    def _compile(self, chosen=""):
        """Merge QEMU's tree and the board; the text stays beside the blob."""
        text = self.directory / "machine.dts"
        reserved = "".join(f"/memreserve/ {base:#x} {size:#x};\n"
                           for base, size in self.memreserve)
        text.write_text(f"/dts-v1/;\n{reserved}{fdt.text(self.own)}\n"
                        f"{self.board}{chosen}", encoding="utf-8")
        # What is wrong with another machine's tree is the module's to say.
        _tool("dtc", "-q", *(["-f"] if self.machine.dtb else []), "-i", MACHINES,
              "-I", "dts", "-O", "dtb", "-o", self.blob, text)
        return fdt.read(self.blob.read_bytes())

    def _fit(self):
        """Give QEMU the board's cells, and memory up to its highest byte."""
        cells = self.root.cells()
        end = _ram(self.root, fdt.Node.whole_ranges)[-1][1]
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
            raise Unfit(f"{self.name} has memory up to {end:#x}, where QEMU can "
                        f"have none ({error})") from error
        self.own.child("memory").props = memory

    def _check_ram(self):
        """A kernel that is told of memory that is not there hangs silently."""
        if 0 in self.root.cells():
            raise DeviceTreeError(f"{self.name} has malformed #address-cells or "
                                  "#size-cells in its root, expected 1 or 2")
        ram = _ram(self.root, fdt.Node.whole_ranges)
        if not ram:
            raise Unfit(f"{self.name} has no memory" + (
                " (RAM=BASE,SIZE adds what a boot loader would)"
                if self.machine.dtb else ""))
        if ram[0][0] < RAM_BASE:
            raise Unfit(f"{self.name} has memory at {ram[0][0]:#x}, but QEMU's "
                        f"begins at {RAM_BASE:#x}, below are its devices")
        size = sum(end - start for start, end in ram)
        host = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        if size // 4096 * TOUCHED > host // 4:
            raise Unfit(f"{self.name} has {size >> 30} GiB of memory, for which "
                        "the guest's kernel would fill more than a quarter of "
                        "this host's with descriptors")

    def _free(self):
        """Memory that Linux and the module (R6) know and no node reserves."""
        known = _cut(_ram(self.root, fdt.Node.whole_ranges), _cut(
            [(0, fdt.END_OF_ADDRESSES)], _ram(self.root, fdt.Node.ranges)))
        # QEMU puts its own tree where its memory begins.
        holes = [(RAM_BASE, RAM_BASE + GRAIN)] + [
            (base, base + size) for base, size in self.memreserve]
        for node in self.root.children:
            if node.named("reserved-memory"):
                holes += _reserved(node, self.root.cells())
        return _cut(known, _merged(holes))

    def _place(self, what, size):
        """The lowest free address for `size` bytes; it is taken then."""
        for at, (start, end) in enumerate(self.free):
            base = -(-start // GRAIN) * GRAIN
            if base + size <= end:
                self.free[at] = (base + size, end)
                return base
        raise Unfit(f"{self.name} has no {size} bytes of free memory in one "
                    f"piece for the {what}")

    def write(self, bootargs, start, end, blob=0):
        """Write the blob, with a command line, an initrd, and its own address."""
        start, end, blob = (" ".join(hex(number >> shift & 0xffffffff)
                                     for shift in (32, 0))
                            for number in (start, end, blob))
        self._compile(CHOSEN.format(bootargs=bootargs, start=start, end=end,
                                    blob=blob))
        return self.blob
