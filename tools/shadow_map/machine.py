# SPDX-License-Identifier: GPL-2.0-only
"""A machine's memory: what lies where, and what lies over what."""

from dataclasses import dataclass, field

from .words import Wrong

PAGE = 4096
ORDERS = 21
# What is drawn over the others comes last.
KINDS = {"no-map": "no-map", "reserved": "reserved", "cma": "reusable (CMA)",
         "memreserve": "/memreserve/", "image": "image", "initrd": "initrd",
         "blob": "blob", "mem_map": "mem_map", "heap": "heap",
         "overlap": "overlap"}
# Entries that are no node, by the names that the module gives them.
NO_NODES = {"kernel": "image", "image": "image", "initrd": "initrd",
            "blob": "blob", "memreserve": "memreserve"}
OF_TARGET = ("image", "initrd", "blob")


@dataclass
class Range:
    """As a file has it: both ends belong to it."""
    start: int
    last: int
    name: str
    remarks: list = field(default_factory=list)


@dataclass
class Thing:
    """What is drawn. @start and @last are its own bytes, the others whole pages
    (R4); @end is behind the last one. @depth: how many others lie around it."""
    start: int
    last: int
    name: str
    kind: str
    remarks: tuple = ()
    depth: int = 0

    @property
    def base(self):
        return self.start // PAGE * PAGE

    @property
    def end(self):
        return (self.last // PAGE + 1) * PAGE

    @property
    def size(self):
        return self.last - self.start + 1

    @property
    def is_node(self):
        return self.kind not in NO_NODES.values()


@dataclass
class Run:
    """Free blocks of one order, one after another."""
    start: int
    order: int
    blocks: int

    @property
    def end(self):
        return self.start + self.blocks * (PAGE << self.order)


def kind_of(entry):
    """A node without a unit address and remarks that is called as an entry that is
    no node is taken for one: the files do not tell them apart."""
    if not entry.remarks and entry.name in NO_NODES:
        return NO_NODES[entry.name]
    if "no-map" in entry.remarks:
        return "no-map"
    return "cma" if "reusable" in entry.remarks else "reserved"


def blocks_of(base, end):
    """A free range as the buddy has it: the largest aligned blocks that fit."""
    runs = []
    while base < end:
        order = min(ORDERS - 1, (end - base).bit_length() - 13)
        if base:
            order = min(order, (base & -base).bit_length() - 13)
        size = PAGE << order
        # The highest order can come more than twice.
        blocks = (end - base) // size if order == ORDERS - 1 else 1
        if runs and runs[-1].order == order:
            runs[-1].blocks += blocks
        else:
            runs.append(Run(base, order, blocks))
        base += blocks * size
    return runs


def overlaps(things):
    """What lies over something that began before, but is not the same."""
    found, before = [], None
    for thing in sorted(things, key=lambda one: (one.base, -one.end)):
        if before and thing.base < before.end and \
                (thing.base, thing.end) != (before.base, before.end):
            found.append(Thing(
                thing.base, min(thing.end, before.end) - 1,
                f"{before.name} and {thing.name}", "overlap"))
        if not before or thing.end > before.end:
            before = thing
    return found


def set_depths(things):
    """Things that lie within others are drawn within them, eight deep."""
    around = []
    for thing in sorted(things, key=lambda one: (one.base, -one.end)):
        while around and (around[-1].end < thing.end or
                          around[-1].end <= thing.base):
            around.pop()
        thing.depth = min(len(around), 8)
        around.append(thing)


def merged(ranges):
    """Ascending ranges of whole pages, [(base, end)], each apart from the next."""
    found = []
    for base, end in sorted(ranges):
        if found and base <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif base < end:
            found.append((base, end))
    return found


class Machine:
    """What the files of a machine come to."""

    def __init__(self, files):
        """@files: {"figures": {name: value}, "memory": [Range], "buddyinfo": ...}"""
        self.figures = files["figures"]
        self.memory, self.reserved = files["memory"], files["reserved"]
        self.buddyinfo = files["buddyinfo"]
        self.warnings, self.hints = files["warnings"], files["hint_texts"]
        # A node outside of RAM may be called RAM; what is RAM stands in memory.
        self.ram = merged(
            (entry.start, entry.last + 1) for entry in files["layout"]
            if entry.name == "RAM" and any(
                entry.start <= bank.last and entry.last >= bank.start
                for bank in self.memory))
        self.free = [(entry.start, entry.last + 1) for entry in files["free"]]
        self.runs = [run for base, end in self.free
                     for run in blocks_of(base, end)] if any(self.buddyinfo) \
            else []
        self.things = self.collect("free, with the heap" in
                                   [entry.name for entry in files["free"]])
        self.check()

    @property
    def name(self):
        """Its path, or what stands above a picture where it has none."""
        name = self.figures.get("machine", "machine")
        return "the machine that ran the module" if name == "live" else name

    def figure(self, name):
        value = self.figures.get(name)
        if isinstance(value, str) and value.startswith("0x"):
            try:
                return int(value, 16)
            except ValueError:
                pass
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise Wrong(f"{name}: expected a number, not {value!r}")
        return value

    def collect(self, has_heap):
        reserved = [*self.reserved]
        things = []
        last = reserved[-1] if reserved else None
        if last and last.name == "mem_map" and not last.remarks and \
                last.start == self.figure("mem_map_base"):
            things.append(Thing(last.start, last.last, "mem_map", "mem_map"))
            reserved.pop()
        if has_heap:
            base = self.figure("heap_base")
            things.append(Thing(base, base + self.figure("heap_bytes") - 1,
                                "heap", "heap"))
        taken = [Thing(entry.start, entry.last, entry.name, kind_of(entry),
                       tuple(entry.remarks)) for entry in reserved]
        set_depths(taken)
        for group in ([one for one in taken if one.is_node],
                      [one for one in taken if one.kind in OF_TARGET]):
            things += overlaps(group)
        order = list(KINDS)
        return sorted(taken, key=lambda one: (one.base, -one.end)) + sorted(
            things, key=lambda one: (order.index(one.kind), one.base))

    def check(self):
        """The figures are shown, and the lists are drawn: they must agree."""
        for name, ranges in (("total_ram", self.ram), ("free_bytes", self.free)):
            drawn = sum(end - base for base, end in ranges)
            if drawn != self.figure(name):
                raise Wrong(f"{name} is {self.figure(name)}, but the ranges have "
                            f"{drawn} bytes")
        counts = [0] * ORDERS
        for run in self.runs:
            counts[run.order] += run.blocks
        if counts != self.buddyinfo:
            raise Wrong(f"buddyinfo has {self.buddyinfo}, but what is free comes "
                        f"to {counts}")
