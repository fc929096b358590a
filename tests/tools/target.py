# SPDX-License-Identifier: GPL-2.0-only
"""Targets that follow the clauses, and targets with a known mistake.

They print what a small kernel prints as it starts. The arithmetic is the oracle's,
which shares nothing with the C code; each mistake is written down here once more.
"""

from tests.oracle.discover import PAGE, TOP, inwards, outwards, subtract
from tests.oracle.oracle import ORDERS, Oracle

GIVEN = ("kernel", "initrd", "blob", "memreserve")
FEW = 32


class Target(Oracle):
    """One that makes no mistake.

    @blob is its device tree; @given says where it has its image and its blob, as
    (base, end, name).
    """

    name = None

    def __init__(self, blob, given=()):
        right = Oracle(blob)
        entries = [entry for entry in right.reserved if entry[2] != "mem_map"]
        order = ("initrd", "memreserve", "", "blob", "kernel")
        entries += [(*place, ()) for place in given]
        entries.sort(key=lambda entry: order.index(
            entry[2] if entry[2] in order else ""))
        self.places = entries
        self.memory = self.see_ram(right.memory)
        self.reserved = self.see_reserved(entries)
        self.ram = inwards(entry[:2] for entry in self.memory)
        self.free = subtract(self.ram, outwards(
            entry[:2] for entry in self.reserved))
        self.counts = [0] * ORDERS
        self.figures = dict.fromkeys(right.figures, 0)
        del self.figures["problems"]
        self.figures["verdict"] = self.decide()

    def see_ram(self, entries):
        return list(entries)

    def see_reserved(self, entries):
        return list(entries)

    def place(self, start, size):
        """Put mem_map there, whatever else is there."""
        self.figures["mem_map_base"] = start
        end = start + -(-size // PAGE) * PAGE
        self.free = subtract(self.free, [(start, end)])
        return True

    def log(self, only=None):
        """What it prints; @only names some of the figures."""
        lines = ["memory-layout begin"]
        for line in self.summary():
            if not only or line.partition(":")[0] in only:
                lines.append(line)
        if not only and self.figures["free_pages"]:
            lines += [f"free: {start:#x}..{end - 1:#x}"
                      for start, end in self.free]
        return "\n".join([*lines, "memory-layout end", ""])


class Flat(Target):
    name = "flat"

    def mem_map_m3(self):
        self.figures["mem_map_bytes"] = self.figures["flat_mem_map_bytes"]
        return super().mem_map_m3()


class TrailingZeros(Target):
    name = "trailing-zeros"

    def sizes(self):
        super().sizes()
        heap = self.figures["heap_bytes"]
        block = heap & -heap
        self.figures.update(
            heap_block_bytes=block, heap_returned_bytes=(block - heap) % TOP,
            heap_order=(block // PAGE).bit_length() - 1)


class NoLook(Target):
    name = "no-look"

    def mem_map_m3(self):
        size = self.figures["mem_map_bytes"]
        room = -(-size // PAGE) * PAGE
        behind = [-(-end // PAGE) * PAGE for _, end, name, _ in self.reserved
                  if name == "kernel"]
        for at in behind:
            if any(start <= at and at + room <= end for start, end in self.ram):
                return self.place(at, size)
        for start, end in self.ram:
            if end - start >= room:
                return self.place(start, size)
        return False


class NoReservedMemory(Target):
    name = "no-reserved-memory"

    def see_reserved(self, entries):
        return [entry for entry in entries if entry[2] in GIVEN]


class NoBlob(Target):
    name = "no-blob"

    def see_reserved(self, entries):
        return [entry for entry in entries if entry[2] != "blob"]


class FirstRange(Target):
    name = "first-range"

    def see_ram(self, entries):
        return entries[:1]


class FewRanges(Target):
    name = "32-ranges"

    def see_ram(self, entries):
        return entries[:FEW]

    def see_reserved(self, entries):
        return entries[:FEW]


class HeapKept(Target):
    name = "heap-kept"

    def sizes(self):
        super().sizes()
        self.figures["heap_returned_bytes"] = 0


class FlatPages(Flat):
    def mem_map_m3(self):
        self.figures["pages"] = self.figures["span_bytes"] // PAGE
        return super().mem_map_m3()


class LowestRange(FirstRange):
    def see_ram(self, entries):
        start, end = inwards(entry[:2] for entry in entries)[0]
        return [(start, end, "", ())]


class WholeBlock(HeapKept):
    def sizes(self):
        super().sizes()
        self.figures["heap_bytes"] = self.figures["heap_block_bytes"]


class FewRam(FewRanges):
    def see_reserved(self, entries):
        return list(entries)


# Each is another way to make the mistake of its name.
VARIANTS = (FlatPages, LowestRange, WholeBlock, FewRam)
WRONG = (Flat, TrailingZeros, NoLook, NoReservedMemory, NoBlob, FirstRange,
         FewRanges, HeapKept)
