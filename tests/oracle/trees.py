# SPDX-License-Identifier: GPL-2.0-only
"""Device trees: some of which it was worked out by hand what must be said, and
random ones, machines as they are and what goes wrong with them.

    for blob in trees(seed, count): ...

The same seed gives the same trees, and tree(seed, n) is the n-th alone.
"""
import random
import subprocess
from pathlib import Path

import fdt
import libfdt

from .oracle import FILES

MIB, GIB = 1 << 20, 1 << 30
TOP = 1 << 64
CELLS = {"#address-cells", "#size-cells"}


def compiled(source, *places):
    """The blob of a text; what it includes lies in one of these directories."""
    found = [word for place in places for word in ("-i", place)]
    return subprocess.run(["dtc", "-q", "-I", "dts", "-O", "dtb", *found], check=True,
                          input=source.encode(), stdout=subprocess.PIPE).stdout


def compiled_file(path):
    """The same of a file."""
    return compiled(path.read_text("utf-8"), path.parent)


def roots(path):
    """The children of a file's root, each as a root: name, properties, text."""
    for node in fdt.read(compiled_file(path)).children:
        root = fdt.Node("/", node.props, node.children)
        yield node.name, node.props, f"/dts-v1/;\n{fdt.text(root)}\n"


def by_hand():
    """Of each machine its name, the lines that are expected by file, its blob."""
    for path in sorted(Path(__file__).parent.glob("by-hand/*.dts")):
        for name, props, text in roots(path):
            if unknown := props.keys() - CELLS - set(FILES):
                raise ValueError(f"{path.name}: {name}: {unknown}: expected "
                                 "cells or lines of a file")
            lines = {each: props[each].decode().split("\0")[:-1]
                     for each in FILES if each in props}
            yield f"{path.stem}-{name}", lines, compiled(text)


class Node:
    """A node to be; properties in order, so that a name may come twice."""

    def __init__(self, name, *props):
        self.name, self.props, self.children = name, list(props), []

    def add(self, name, value=b""):
        self.props.append((name, value))

    def all(self):
        yield self
        for child in self.children:
            yield from child.all()


def flatten(root, memreserve=()):
    """The blob of a tree."""
    blob = libfdt.FdtSw(1024 + sum(
        64 + sum(64 + len(value) for _, value in node.props)
        for node in root.all()))

    def walk(node):
        with blob.add_node(node.name):
            for name, value in node.props:
                blob.property(name, bytes(value))
            for child in node.children:
                walk(child)

    for each in memreserve:
        blob.add_reservemap_entry(*each)
    blob.finish_reservemap()
    walk(root)
    done = blob.as_fdt()
    return bytes(done.as_bytearray()[:done.totalsize()])


def number(value, cells):
    return (value % (1 << 32 * cells)).to_bytes(4 * cells, "big")


def pairs(ranges, cells):
    """The value of a reg; what one cell cannot hold gets cut."""
    return b"".join(number(base, cells[0]) + number(size, cells[1])
                    for base, size in ranges)


def cell_props(cells):
    return (("#address-cells", number(cells[0], 1)),
            ("#size-cells", number(cells[1], 1)))


KINDS = ("virt", "virt", "phone", "phone", "banks", "banks", "bytes", "tiny",
         "many", "wide", "top", "all")


def banks(rng, kind):
    """RAM of some machine, and the unit in which it thinks."""
    if kind == "virt":
        return [(GIB, rng.randrange(2, 513) * 32 * MIB)], MIB
    if kind == "phone":
        found = [(2 * GIB, 2 * GIB - 1)] + [
            ((16 + at) * 2 * GIB, 2 * GIB) for at in range(rng.randrange(4))]
        return [(base, min(size, 4 * GIB - 4096)) for base, size in found], MIB
    if kind == "tiny":
        # some of them about where page tables end
        base = rng.choice([0] * 9 + [(1 << 48) - 160 * MIB])
        return [(base + rng.randrange(256) * MIB,
                 rng.randrange(4, 64) * MIB)], 4096
    if kind == "wide":
        return [(at << 40, rng.randrange(1, 4096) * GIB)
                for at in rng.sample(range(300), 3)], GIB
    if kind == "top":
        size = rng.randrange(1, 8) * GIB
        return [(GIB, GIB), (TOP - size, size + rng.choice((0, 0, 0, 1)))], MIB
    if kind == "all":
        return rng.choice(([(0, TOP // 2), (TOP // 2, TOP // 2)],
                           [(0, TOP - 1), (TOP - 1, 1)],
                           [(rng.randrange(TOP), 5 * GIB)])), GIB
    unit = {"banks": MIB, "bytes": rng.choice((1, 4096)), "many": 4096}[kind]
    count = rng.randrange(40, 200) if kind == "many" else rng.randrange(1, 12)
    found, at = [], rng.randrange(4 * GIB)
    for _ in range(count):
        size = rng.randrange(1, 512 * MIB)
        found.append((at // unit * unit, max(unit, size // unit * unit)))
        # they touch, or there is a hole, or they overlap
        at = sum(found[-1]) + rng.choice((0, unit, -size // 2, size, size * 99))
    rng.shuffle(found)
    return found, unit


def place_in(rng, ram, unit):
    """A range that mostly lies in RAM, in units that often are too small."""
    base, size = rng.choice(ram)
    unit = rng.choice((unit, 4096, 4096, 65536, MIB, rng.randrange(1, 5000)))
    length = unit * rng.choice((1, 1, 2, 3, 16, rng.randrange(1, 257)))
    at = base + rng.randrange(max(size, 1)) // unit * unit
    if rng.random() < .1:
        at = rng.choice((0, base - length, base + size, base - length // 2,
                         rng.randrange(TOP)))
    return at % TOP, max(1, min(length, size // 8, TOP - at % TOP))


def dynamic(rng, node, ram, cells):
    """A node that says how large it is, and perhaps where it may lie."""
    largest = max(size for _, size in ram)
    node.add("size", number(rng.choice((4096, MIB, 4 * MIB, 16 * MIB,
                                        rng.randrange(1, 8 * MIB), largest))
                            if rng.random() < .95 else 0, cells[1]))
    if rng.random() < .5:
        align = 1 << rng.choice((0, 3, 12, 16, 21, 22, 26, 30))
        node.add("alignment", number(align + (rng.random() < .05), cells[0]))
    if rng.random() < .4:
        node.add("compatible", rng.choice((b"shared-dma-pool\0", b"a\0",
                                           b"x,y\0shared-dma-pool\0")))
    if rng.random() < .5:
        windows = [beside(rng) if rng.taken and rng.random() < .4 else
                   rng.choice(ram) if rng.random() < .6 else
                   place_in(rng, ram, MIB) for _ in range(rng.randrange(1, 5))]
        node.add("alloc-ranges", pairs(windows, cells))
        rng.taken += windows[:1]


def beside(rng):
    """A window that begins or ends where something else does, or nearly so."""
    base, size = rng.choice(rng.taken)
    at = rng.choice((base, base + size)) + rng.choice((0, 0, 0, 1, -1, 4096))
    length = rng.choice((MIB, 16 * MIB, 64 * MIB, size + 1))
    if rng.random() < .4:
        at -= length
    at = min(max(at, 0), TOP - 1)
    return at, min(length, TOP - at)


def child(rng, at, ram, unit, cells, depth):
    """One child of /reserved-memory."""
    node = Node(rng.choice(("fw", "log", "pool@%x", "cp_rmem", "vframe-%d"))
                .replace("%x", "%x" % (at * 4096)).replace("%d", str(at)))
    what = rng.random()
    for name in ("no-map", "reusable"):
        if rng.random() < .3:
            node.add(name)
    if rng.random() < .1:
        node.add("status", rng.choice((b"okay\0", b"ok\0", b"disabled\0", b"\0",
                                       b"okay\0fail\0", b"okay2\0")))
    if what < .55 or depth > 3:
        ranges = [place_in(rng, ram, unit)
                  for _ in range(rng.choice((1, 1, 1, 2, 5)))]
        node.add("reg", pairs(ranges, cells))
        rng.taken += ranges[:2]
        if rng.random() < .1:
            node.children = [child(rng, 0, ram, unit, cells, depth + 1)]
    elif what < .82:
        dynamic(rng, node, ram, cells)
    elif what < .95:
        if rng.random() < .3:
            cells = rng.choice(((2, 2), (2, 1)))
            node.props += rng.sample(cell_props(cells), rng.choice((2, 2, 1)))
        node.children = [child(rng, each, ram, unit, cells, depth + 1)
                         for each in range(rng.randrange(1, 5))]
    elif what < .98:
        node.add("iommu-addresses", bytes(20))
    return node


def reserve(rng, root, ram, unit, cells):
    """/reserved-memory, seldom more than one of it."""
    for at in range(rng.choice((0, 1, 1, 1, 1, 2, 3))):
        node = Node("reserved-memory" + ("@%d" % at if at else ""))
        own = cells if rng.random() < .8 else rng.choice(((2, 2), (2, 1)))
        node.props += cell_props(own)
        if rng.random() < .93:
            node.add("ranges")
        node.children = [child(rng, each, ram, unit, own, 0)
                         for each in range(rng.choice((0, 1, 3, 8, 20)))]
        root.children.append(node)
    fate = rng.random()
    if fate > .13 or not root.children:
        return
    # E2: all of it; E3 and E5: holes alone are left of it
    node = root.children[-1]
    step = max(sum(size for _, size in ram) >> 20, 1) * 4096
    step = rng.choice((step, step, 4 * MIB, 12 * MIB, 20 * MIB))
    gone = ram if fate < .04 else [
        (base + at, min(16 * step, size - at)) for base, size in ram[:12]
        for at in range(step, min(size, 400 * step), 17 * step)]
    node.children.insert(0, Node("most", ("reg", pairs(gone, own))))


def chosen(rng, ram, unit):
    node = Node(rng.choice(("chosen", "chosen", "chosen@0")))
    start, size = place_in(rng, ram, unit)
    for name, value in (("start", start), ("end", start + size)):
        if rng.random() < .97:
            cells = 2 if value >> 32 or rng.random() < .5 else 1
            node.add("linux,initrd-" + name, number(value, cells))
    if rng.random() < .2:
        node.add("linux,uefi-system-table", bytes(8))
        if rng.random() < .5:
            node.props = node.props[-1:]
    return node


def machine(rng, kind):
    """A tree as firmware writes it."""
    rng.taken = []  # what else there is, for windows
    ram, unit = banks(rng, kind)
    cells = (2, 1 if all(size >> 32 == 0 for _, size in ram) and
             rng.random() < .6 else 2)
    if cells[1] == 1 and all(sum(each) >> 32 == 0 for each in ram) and \
            rng.random() < .5:
        cells = (1, 1)
    root = Node("")
    if cells != (1, 1) or rng.random() < .5:
        root.props += cell_props(cells)
    reserve(rng, root, ram, unit, cells)
    left = list(ram)
    if rng.random() < .04:  # as compiled, before a bootloader saw it
        left = [(base, 0) for base, _ in left]
    while left:
        take = rng.choice((1, 1, 2, len(left)))
        node = Node("memory@%x" % left[0][0], ("device_type", b"memory\0"),
                    ("reg", pairs(left[:take], cells)))
        if rng.random() < .1:
            node.add("linux,usable-memory", pairs(left[:1], cells))
        root.children.append(node)
        del left[:take]
    if rng.random() < .4:
        root.children.append(chosen(rng, ram, unit))
    rng.shuffle(root.children)
    return root


def damage(rng, root):
    """One property or node of the tree comes out wrong."""
    nodes = list(root.all())
    node = rng.choice([each for each in nodes if each.props] or nodes)
    way = rng.randrange(10)
    if way == 0 or not node.props:
        node.add("status", rng.choice((b"disabled\0", b"", b"okay", b"\0")))
        return
    if way == 1:
        node.children.append(Node("child@0", ("reg", bytes(16))))
        return
    if way == 2:
        node.add("compatible", b"shared-dma-pool")
        return
    at = rng.randrange(len(node.props))
    name, value = node.props[at]
    cell = 4 * rng.randrange(max(1, len(value) // 4))
    if way == 3:
        del node.props[at]
    elif way == 4:
        node.props.insert(at, (name, value[4:]))
    else:
        value = {5: value[:-1], 6: value + bytes(4), 7: b"",
                 8: value[:cell] + bytes(4) + value[cell + 4:],
                 9: value[:cell] + b"\xff\xff\xff\xff" + value[cell + 4:]}[way]
        node.props[at] = (name, value)


def tree(seed, at, kinds=KINDS):
    """The blob of tree number @at."""
    rng = random.Random("%s/%d" % (seed, at))
    root = machine(rng, rng.choice(kinds))
    for _ in range(rng.choice((0, 0, 0, 1, 1, 2, 5))):
        damage(rng, root)
    return flatten(root, [place_in(rng, [(GIB, GIB)], MIB)
                          for _ in range(rng.choice((0, 0, 0, 2)))])


def trees(seed, count):
    for at in range(count):
        yield tree(seed, at)
