# SPDX-License-Identifier: GPL-2.0-only
"""What a device tree says of memory: clauses R1 to R4 and R6, and the hints.

Written from the clauses alone. It shares nothing with the C code that it
checks. A range is a pair of its start and its end, which is not part of it.
"""
import collections
import struct

import libfdt

from tests.oracle.linux import DEFAULT, Linux, Want

PAGE = 4096
TOP = 1 << 64
RULE = "placed by Linux's rule"
CELLS = ("#address-cells", "#size-cells")

Entry = collections.namedtuple("Entry", "base end name flags")
Node = collections.namedtuple("Node", "name path props children")


class BadBlob(Exception):
    """libfdt does not take it for a device tree."""


class Malformed(Exception):
    """A property makes its node useless; the warning is out already."""


def properties(fdt, offset):
    """Where a name comes twice, its first value counts."""
    found = {}
    offset = libfdt.fdt_first_property_offset(fdt, offset)
    while offset >= 0:
        name, value, _ = libfdt.fdt_get_property_by_offset(fdt, offset)
        found.setdefault(name, bytes(value))
        offset = libfdt.fdt_next_property_offset(fdt, offset)
    return found


def read_tree(blob):
    """The root node, and the ranges of /memreserve/."""
    fdt = bytearray(blob)
    error = libfdt.fdt_check_full(fdt, len(fdt))
    if error:
        raise BadBlob(libfdt.strerror(error))
    above = []
    offset, depth = 0, 0
    while offset >= 0 and depth >= 0:
        del above[depth:]
        name = libfdt.fdt_get_name(fdt, offset)[0]
        path = above[-1].path.rstrip("/") + "/" + name if above else "/"
        node = Node(name, path, properties(fdt, offset), [])
        if above:
            above[-1].children.append(node)
        above.append(node)
        offset, depth = libfdt.fdt_next_node(fdt, offset, depth)
    # The binding mistakes an entry at address 0 for a single number.
    at = libfdt.fdt_off_mem_rsvmap(fdt)
    entries = struct.iter_unpack(
        ">QQ", fdt[at:at + 16 * libfdt.fdt_num_mem_rsv(fdt)])
    return above[0], [(base, base + size) for base, size in entries
                      if base + size <= TOP]


def find(node, path):
    """The node of that path from @node on; None if there is none."""
    for name in filter(None, path.split("/")):
        node = next((c for c in node.children if c.name == name), None)
        if not node:
            break
    return node


def text(node, name):
    """The first string of a property, None where there is none."""
    value = node.props.get(name, b"")
    return value.split(b"\0")[0] if value.endswith(b"\0") else None


def is_memory(node):
    """R1: a node that is there, and has memory."""
    return text(node, "device_type") == b"memory" and (
        "status" not in node.props or text(node, "status") in (b"okay", b"ok"))


def machines(tree):
    """Paths of the nodes that have memory below them, parents first."""
    found = [tree.path] if any(map(is_memory, tree.children)) else []
    return sum(map(machines, tree.children), found)


def merge(ranges):
    """The same bytes in ascending ranges that do not touch."""
    merged = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def inwards(ranges):
    """R4 for RAM: the whole pages of merged ranges."""
    pages = ((-(-s // PAGE) * PAGE, e // PAGE * PAGE) for s, e in merge(ranges))
    return [(start, end) for start, end in pages if start < end]


def outwards(ranges):
    """R4 for what is reserved: all pages that are touched."""
    return merge((s // PAGE * PAGE, -(-e // PAGE) * PAGE) for s, e in ranges)


def subtract(ranges, holes):
    """What is left of ascending ranges; @holes are merged as well."""
    left = []
    at = 0
    for start, end in ranges:
        while at < len(holes) and holes[at][1] <= start:
            at += 1
        each = at
        while each < len(holes) and holes[each][0] < end:
            if start < holes[each][0]:
                left.append((start, holes[each][0]))
            start = holes[each][1]
            each += 1
        if start < end:
            left.append((start, end))
    return left


class Discovery:
    """Entries and warnings in the order in which they are found."""

    def __init__(self, root, memreserve=(), row=DEFAULT):
        self.ram, self.reserved, self.warnings, self.hints = [], [], [], []
        self.dynamic, self.tops, self.row = [], [], row
        self.memreserve = list(memreserve)
        self.root_cells = self.cells(root, (1, 1))
        for node in root.children:
            self.memory_r1(node)
        for node in root.children:
            if node.name.split("@")[0] == "chosen":
                self.initrd_r3(node)
        self.reserved += [Entry(*each, "memreserve", ())
                          for each in self.memreserve]
        self.reserved_r2([node for node in root.children
                          if node.name.split("@")[0] == "reserved-memory"])
        self.hint_at(root)
        self.place_r2()

    def hint_at(self, root):
        """What is well formed, and not what was meant."""
        untyped = [node for node in root.children
                   if node.name.split("@")[0] == "memory"
                   and "device_type" not in node.props]
        memory = [node for node in root.children if is_memory(node)]
        self.hints += [(node.path, "device_type") for node in untyped]
        if not self.ram and None not in self.root_cells:
            for node in memory:
                name = "linux,usable-memory"
                if name not in node.props:
                    name = "reg"
                value = node.props.get(name, b"")
                step = 4 * sum(self.root_cells)
                sizes = [value[at + 4 * self.root_cells[0]:at + step]
                         for at in range(0, len(value), step)]
                if value and len(value) % step == 0 and not any(map(any, sizes)):
                    self.hints.append((node.path, name))
                    break
        if not untyped and not memory:
            self.hints.append((root.path, "device_type"))
        for node in root.children:
            if node.name.split("@")[0] == "chosen" and \
                    "linux,uefi-system-table" in node.props and \
                    not {"linux,initrd-start", "linux,initrd-end"} & \
                    node.props.keys():
                self.hints.append((node.path, "linux,initrd-start"))

    def warn(self, node, name):
        """R6"""
        self.warnings.append((node.path, name))

    def hint(self, node, name):
        self.hints.append((node.path, name))

    def refuse(self, node, name):
        self.warn(node, name)
        raise Malformed

    def cells(self, node, above):
        """Address and size cells of @node's children; None is malformed."""
        found = []
        for name, inherited in zip(CELLS, above):
            value = node.props.get(name)
            number = int.from_bytes(value or b"", "big")
            if value is None:
                number = inherited
            elif len(value) != 4 or number not in (1, 2):
                number = None
                self.warn(node, name)
            found.append(number)
        return found

    def strings(self, node, name):
        """All strings of a property, none where it is absent."""
        value = node.props.get(name)
        if value is None:
            return []
        if value[-1:] != b"\0":
            self.refuse(node, name)
        return value[:-1].split(b"\0")

    def available(self, node):
        return self.strings(node, "status")[:1] in ([], [b"okay"], [b"ok"])

    def number(self, node, name, cells, least=1):
        value = node.props[name]
        number = int.from_bytes(value, "big")
        if len(value) != 4 * cells or number < least:
            self.refuse(node, name)
        return number

    def pairs(self, node, name, cells):
        """The valid ranges of a property."""
        value = node.props[name]
        middle, width = 4 * cells[0], 4 * sum(cells)
        if not value or len(value) % width:
            self.refuse(node, name)
        found = []
        for at in range(0, len(value), width):
            base = int.from_bytes(value[at:at + middle], "big")
            size = int.from_bytes(value[at + middle:at + width], "big")
            if 0 < size <= TOP - base:
                found.append((base, base + size))
            else:
                self.warn(node, name)
        return found

    def memory_r1(self, node):
        try:
            if self.strings(node, "device_type")[:1] != [b"memory"] or \
                    not self.available(node):
                return
            name = "linux,usable-memory"
            if name not in node.props:
                name = "reg"
            if name not in node.props:
                self.refuse(node, name)
            if None not in self.root_cells:
                self.ram += [Entry(*each, node.name, ()) for each in
                             self.pairs(node, name, self.root_cells)]
        except Malformed:
            pass

    def initrd_r3(self, node):
        names = ("linux,initrd-start", "linux,initrd-end")
        values = [node.props.get(name) for name in names]
        if values == [None, None]:
            return
        valid = [value and len(value) in (4, 8) for value in values]
        for name, good in zip(names, valid):
            if not good:
                self.warn(node, name)
        if all(valid):
            start, end = (int.from_bytes(value, "big") for value in values)
            if start < end:
                self.reserved.append(Entry(start, end, "initrd", ()))
            else:
                self.warn(node, names[1])

    def ignored(self, top, read):
        """Does Linux ignore all of it? There is a line then."""
        missing = [name for name in CELLS if name not in top.props]
        for name in missing:
            self.warn(top, name)
        if missing:
            return True
        for name, cells in zip(CELLS, self.root_cells):
            if int.from_bytes(top.props[name][:4], "big") != (cells or 0) or \
                    len(top.props[name]) < 4:
                if cells:
                    self.hint(top, name)
                return True
        if "ranges" not in top.props or top is not read:
            self.hint(top, "name" if "ranges" in top.props else "ranges")
            return True
        return False

    def reserved_r2(self, tops):
        """Children first, those in containers after all of them."""
        waiting = collections.deque()
        old = Linux(self.row, [], []).deep
        read = next((top for top in tops if not old or "@" not in top.name), None)
        for top in tops:
            try:
                if self.available(top):
                    place = len(self.tops)
                    if not self.ignored(top, read):
                        place = 0
                    self.tops.insert(place, top)
                    waiting.append((top, self.root_cells, False, top))
            except Malformed:
                pass
        self.top_cells = {}
        while waiting:
            node, above, nested, top = waiting.popleft()
            cells = self.cells(node, above)
            self.top_cells.setdefault(id(node), cells)
            for child in node.children:
                try:
                    if self.available(child) and \
                            self.child_r2(child, cells, nested, top):
                        waiting.append((child, cells, True, top))
                except Malformed:
                    pass

    def child_r2(self, node, cells, nested, top):
        """Return: whether @node is a container, to be read later."""
        flags = ["nested"] if nested else []
        flags += [name for name in ("no-map", "reusable") if name in node.props]
        if "reg" in node.props:
            if None not in cells:
                self.reserved += [Entry(*each, node.name, flags) for each in
                                  self.pairs(node, "reg", cells)]
                if any({"reg", "size"} & child.props.keys()
                       for child in node.children):
                    self.hint(node, "reg")
        elif "size" in node.props:
            self.dynamic.append((node, cells, flags, top))
        elif node.children:
            return True
        elif "iommu-addresses" not in node.props:
            self.refuse(node, "reg")
        return False

    def request(self, node, cells):
        """What a node without address asks for (R6)."""
        if None in cells:
            raise Malformed
        size = self.number(node, "size", cells[1])
        pool = b"shared-dma-pool" in self.strings(node, "compatible")
        align = 0
        if "alignment" in node.props:
            align = self.number(node, "alignment", cells[0], least=0)
            if align & align - 1:
                self.refuse(node, "alignment")
        windows = None
        if "alloc-ranges" in node.props:
            windows = self.pairs(node, "alloc-ranges", cells)
        pool = pool and "reusable" in node.props
        unmapped = "no-map" in node.props
        return Want(size, align, windows, pool and not unmapped,
                    pool and unmapped)

    def place_r2(self):
        """Dynamic nodes, where the named Linux would place them."""
        self.linux = linux = Linux(
            self.row, [entry[:2] for entry in self.ram], self.memreserve)
        self.wants = wants = {}
        for node, cells, flags, top in self.dynamic:
            try:
                wants[id(node)] = self.request(
                    node, self.top_cells[id(top)] if linux.deep else cells)
            except Malformed:
                wants[id(node)] = None

        def wanted(node, cells):
            """Of a node that only Linux looks at nobody is told."""
            if id(node) not in wants:
                kept = list(self.warnings)
                try:
                    wants[id(node)] = self.request(node, cells)
                except Malformed:
                    wants[id(node)] = None
                self.warnings[:] = kept
            return wants[id(node)]

        for top in self.tops:
            if None not in self.top_cells[id(top)]:
                linux.place(top, self.top_cells[id(top)], wanted)
        for node, _, flags, _ in self.dynamic:
            if id(node) in linux.given:
                base = linux.given[id(node)]
                self.reserved.append(Entry(base, base + wants[id(node)].size,
                                           node.name, flags + [RULE]))
                self.hints += [
                    (node.path, "size") for entry in self.reserved
                    if entry.name == "initrd" and
                    entry.base < base + wants[id(node)].size and
                    base < entry.end]
            elif wants[id(node)]:
                self.warn(node, "size")
