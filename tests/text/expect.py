# SPDX-License-Identifier: GPL-2.0-only
"""What the files in debugfs must say of the machines of this directory.

    PYTHONPATH=scripts /usr/bin/python3 -B -m tests.text.expect

writes NAME.expected for each NAME.dts. The figures are the oracle's, the texts
of the warnings are in NAME.dts, and the sentences around them are those of the
module, written a second time.
"""

import functools
import re
import textwrap
from pathlib import Path
from unittest import mock

from tests.oracle.oracle import (BOOT_POOL, E1, E2, LEAVES, ORDERS, PAGE,
                                 Discovery, Oracle)
from tests.oracle.picture import words
from tests.oracle.trees import compiled_file

HERE = Path(__file__).resolve().parent
NAMES = sorted(path.stem for path in HERE.glob("*.dts"))
FILES = ("verdict", "report", "summary", "memory", "reserved", "free",
         "layout", "map", "buddyinfo", "pagetables")
# Stands for the module's version, which changes.
VERSION = "@VERSION@"

# What host/files.c gives, and what with --live: memory to exercise on.
# The oracle's ranges have an end that is not part of them.
REGION_BYTES = 4 << 20
POOL = (0xfc000000, 0x100000000)
LIVE_POOL = (0x60000000, 0x62800000)
LIVE_REGION = 0x70c00000
LIVE_KERNEL = (0x40210000, 0x416a0000)

HEAD = """\
buddy_shadow {version}: what the target kernel would do with this memory

  machine     {machine}
  verdict     {verdict}

{map}
RAM (R1 to R6)
  total       {ram}, {pages} pages of 4 KiB, ranges: {ranges}
{hint}  reserved    {reserved} of RAM, entries: {entries}
{counted}  placing     {placing}, the Linux whose rule places nodes without an address
  warnings    {problems}
{warnings}{hints}"""
HINT = """\
  This Linux runs, so it learnt of its RAM in another way, perhaps from EFI,
  whose stub takes the memory nodes out of the tree. The target would need
  them.
"""
COUNTED = """\
  Counted as reserved, beside the tree's reserved-memory:
    image       {image}
    initrd      {initrd}
    blob        not known, none counts
    memreserve  not known, none counts
  What firmware or a hypervisor keeps out of the tree is not known.
"""
PLAN = """
mem_map (M1 to M3)
  size        {mem_map}
  record      24 bytes a page: 1 GiB -> 6 MiB, 8 GiB -> 48 MiB
{mem_map_place}  if flat     {flat}, over a span of {span} (M2)

heap (H1 to H3)
  size        {heap}
  record      total / 128 in [16 MiB, 64 MiB]
  block       order {order}, {block}, of which {returned} are freed again
{heap_place}{buddy}
page tables by level for all RAM, twice, and the boot pool of {pool} (P2, P5)
{tables}"""
BUDDY = """
buddy right after start, before the heap is allocated (M4)
  free        {free}, {pages} pages, ranges: {ranges}
  blocks      {blocks}
"""
EXERCISE = """
region to exercise on (X1)
{region}
exercise (X2 to X4, B7)
  outcome     none; write selftest to the file run
"""
PANIC = """
The target would panic with the line above. Nothing is exercised (E4).
"""


def sized(size):
    return f"{size} bytes, {words(size)}"


@functools.cache
def blob(name):
    return compiled_file(HERE / f"{name}.dts")


class Booted(Discovery):
    """The tree of a kernel that runs: that of files --live."""

    def place_r2(self):
        self.reserved += [
            (*LIVE_POOL, node.name, [*flags, "placed by the kernel"])
            for node, _, flags, _ in self.dynamic]
        self.reserved.append((*LIVE_KERNEL, "kernel", ()))


    def hint_at(self, root):
        super().hint_at(root)
        self.hints = [hint for hint in self.hints
                      if hint != (root.path, "device_type")]


def wrapped(line, first="    ", rest="      "):
    """What the report has of a long line: at most 80 columns, broken at blanks."""
    return textwrap.fill(line, 80, initial_indent=first, subsequent_indent=rest,
                         break_long_words=False, break_on_hyphens=False) + "\n"


def unbroken(report):
    """What was broken off of long lines stands in them again."""
    return re.sub(r"\n {6,}(?=\S)", " ", report)


class Expected(Oracle):
    """The files for one machine; with --live for the trees live*.dts."""

    def __init__(self, name, ran=False):
        self.ran = ran  # something: the region was allocated, and freed
        self.live = name.startswith("live")
        with mock.patch("tests.oracle.oracle.Discovery",
                        Booted if self.live else Discovery):
            super().__init__(blob(name))
        text = HERE.joinpath(f"{name}.dts").read_text("utf-8")
        comment = text.partition("\n */")[0].replace("\n *   ", " ")
        self.said, self.hinted = (
            re.findall(rf"^ \* {mark}(/.*)", comment, re.MULTILINE)
            for mark in ("", "hint: "))
        for said, found in ((self.said, self.warnings),
                            (self.hinted, self.hints)):
            assert [": ".join(line.split(": ")[:2]) for line in said] == \
                found, found
        for line in self.hinted:
            there = ", ".join(self.machines[:8]) or "none"
            there += ", and more" if len(self.machines) > 8 else ""
            assert line.partition("nodes with such a child: ")[2] in ("", there)
        self.entries = [entry for entry in self.reserved
                        if entry[2] != "mem_map"]
        self.ok = self.figures["verdict"] == "OK"
        self.pool = any("placed by the kernel" in entry[3]
                        for entry in self.entries)

    def report(self):
        text = self.head()
        if self.figures["verdict"] != E1:
            text += self.plan()
        return text + (EXERCISE.format(region=self.shown_region()) if self.ok
                       else PANIC)

    def head(self):
        figures = self.figures
        return HEAD.format(
            version=VERSION, verdict=figures["verdict"],
            map=super().text("map"),
            machine="the one that runs (live device tree)" if self.live
            else "/", ram=sized(figures["total_ram"]), pages=figures["pages"],
            ranges=len(self.ram), entries=len(self.entries),
            hint=HINT if self.live and not self.ram else "",
            reserved=sized(PAGE * figures["reserved_pages"]),
            counted=self.counted(),
            problems=len(self.said), placing=self.row,
            warnings="".join(map(wrapped, self.said)),
            hints=f"  hints       {len(self.hinted)}\n" * bool(self.hinted) +
            "".join(map(wrapped, self.hinted))) + \
            self.reserved_list()

    def reserved_list(self):
        """As the file, without its numbers and leading zeros."""
        lines = [f"  {start:#x}..{end - 1:#x} {name}" +
                 (f" ({', '.join(flags)})" if flags else "") + "\n"
                 for start, end, name, flags in self.entries]
        return "\nreserved (R2, R3)\n" * bool(lines) + "".join(lines)

    def counted(self):
        return COUNTED.format(
            image=self.stand_in("kernel", "this Linux's",
                                "not known, none counts"),
            initrd=self.stand_in("initrd", "from /chosen", "none in /chosen"))

    def stand_in(self, name, whose, none):
        for start, end, *entry in self.entries:
            if entry == [name, ()]:
                return f"{start:#x}..{end - 1:#x}, {whose}, in place of the " \
                    "target's"
        return none

    def plan(self):
        figures = self.figures
        return PLAN.format(
            mem_map=sized(figures["mem_map_bytes"]),
            mem_map_place=self.mem_map_place(),
            flat=sized(figures["flat_mem_map_bytes"]),
            span=words(figures["span_bytes"]),
            heap=sized(figures["heap_bytes"]), order=figures["heap_order"],
            block=words(figures["heap_block_bytes"]),
            returned=words(figures["heap_returned_bytes"]),
            heap_place=self.heap_place(), buddy=self.buddy(), pool=BOOT_POOL,
            tables=self.counted_tables())

    def run(self):
        """E7"""
        if not self.largest_run():
            return "nothing is free\n"
        base, size = self.largest_run()
        return f"the largest free run has {sized(size)}, at {base:#x}\n"

    def mem_map_place(self):
        if self.placed:
            return (f"  place       {self.figures['mem_map_base']:#x}, "
                    "the lowest that holds it\n")
        if self.figures["verdict"] == E2:
            return ""
        pages = -(-self.figures["mem_map_bytes"] // PAGE)
        return (f"  no place    {pages * PAGE} bytes in whole pages are "
                f"needed,\n{'':14}{self.run()}")

    def heap_place(self):
        if self.placed != 1:
            return f"  place       {self.heap:#x}\n" if self.placed else ""
        text = (f"  no place    a block of order {self.figures['heap_order']} "
                "is needed, ")
        if self.free:
            order = max(order for order, count in enumerate(self.counts)
                        if count)
            text += f"the largest free one has order {order},"
        return f"{text}\n{'':14}{self.run()}"

    def counted_tables(self):
        if not self.tables:
            return (f"  none        RAM ends at {self.ram[-1][1] - 1:#x}, "
                    "beyond two roots of 48 bits (E6)\n")
        return "".join(
            "  %-11s %d tables, %d + %d + %d + %d; boot pool: %s\n" % (
                name, sum(levels), *levels, "enough"
                if sum(levels) <= BOOT_POOL else "too small")
            for name, levels in zip(
                    ("4 KiB only", "to 2 MiB", "to 1 GiB"),
                    map(self.tables.get, LEAVES.values())))

    def buddy(self):
        if not self.placed:
            return ""
        return BUDDY.format(
            free=sized(self.figures["free_bytes"]), ranges=len(self.free),
            pages=self.figures["free_pages"], blocks=textwrap.fill(
                ", ".join(f"{count}@of@order@{order}" for order, count in
                          enumerate(self.counts) if count), 79,
                initial_indent=" " * 14, subsequent_indent=" " * 14,
                break_long_words=False).replace("@", " ").lstrip())

    def region(self):
        """Its kind, where it is, its size, its pool, that pool, a note."""
        if self.ok and (self.pool or not self.live):
            pool = ("vframe", LIVE_POOL) if self.live else \
                ("buddy-shadow-pool", POOL)
            if not self.ran:
                return "not-allocated", 0, 0, *pool, ""
            return ("unknown", LIVE_REGION, REGION_BYTES, *pool,
                    "allocated from a place unknown") if self.live else \
                ("cma", POOL[0], REGION_BYTES, *pool, "")
        return ("none", 0, 0, "none", (0, 0),
                "the kernel could not spare 4194304 bytes")

    def shown_region(self):
        kind, base, size, pool, (start, end), note = self.region()
        where = {"none": "none", "not-allocated": "allocated when something runs",
                 "unknown": "place unknown", "cma": "from CMA"}[kind]
        text = (f"  memory      {words(size)} at {base:#x}, {where}, freed"
                if size else f"  memory      {where}") + "\n"
        if end:
            text += f"  pool        {pool}, {start:#x}..{end - 1:#x}\n"
        return text + wrapped(note, "  note        ", 14 * " ") if note else text

    def summary(self):
        kind, base, size, pool, (start, end), _ = self.region()
        return [f"version: {VERSION}",
                f"machine: {'live' if self.live else '/'}", *super().summary(),
                f"region: {kind}", "region_held: no",
                f"region_base: 0x{base:016x}", f"region_bytes: {size}",
                f"region_pool: {pool}", f"region_pool_base: 0x{start:016x}",
                f"region_pool_bytes: {end - start}",
                "exercise: none", "seed: 0"]

    def text(self, name):
        """A file as the module shows it; no result of an exercise is in it."""
        if name == "report":
            return self.report()
        if name == "verdict":
            return self.figures["verdict"] + "\n"
        text = super().text(name)
        if name == "buddyinfo":
            counts = [0] * ORDERS
            if self.ran:
                counts[10] = 1  # 4 MiB that are aligned to 4 MiB
            text += "%-8s" % "region" + "".join(
                f" {count:6}" for count in counts) + "\n"
        elif name == "pagetables":
            text += "mapped_from_pool: 0\nmapped_from_buddy: 0\n"
        return text

    def all(self):
        """NAME.expected."""
        return "".join(f"== {name}\n{visible(self.text(name))}"
                       for name in FILES)


def visible(text):
    """Blanks at the end of a line get a mark behind them."""
    return re.sub(" $", " $", text, flags=re.MULTILINE)


def main():
    for name in NAMES:
        HERE.joinpath(f"{name}.expected").write_text(Expected(name).all(),
                                                     "utf-8")


if __name__ == "__main__":
    main()
