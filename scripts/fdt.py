# SPDX-License-Identifier: GPL-2.0-only
"""Device trees: read a blob and trust nothing in it; write a tree as text.

    root = fdt.read(data)
    print(fdt.text(root))
"""

import re
import struct
from dataclasses import dataclass, field

HEADER = struct.Struct(">10I")
MAGIC = 0xd00dfeed
BEGIN_NODE, END_NODE, PROP, NOP, END = 1, 2, 3, 4, 9
DEEPEST = 64
# What dtc takes in names. It would read others as something else.
NAME = re.compile(r"[0-9A-Za-z,._+*#?@-]+")
TEXT = re.compile(rb"(?:[ -~]+\0)+")


class FdtError(Exception):
    """It is no device tree; the message says what is wrong, and where."""


@dataclass
class Node:
    """A node: properties are bytes by name."""

    name: str
    props: dict = field(default_factory=dict)
    children: list = field(default_factory=list)

    def child(self, name):
        """The child of that name, its unit address left aside, or None."""
        for node in self.children:
            if name in (node.name, node.name.partition("@")[0]):
                return node
        return None

    def string(self, name):
        """The first string of a property, "" where there is none."""
        value = self.props.get(name, b"").partition(b"\0")[0]
        return value.decode("ascii", "replace")

    def cells(self, inherited=(2, 1)):
        """The node's own (#address-cells, #size-cells)."""
        found = []
        for name, other in zip(("#address-cells", "#size-cells"), inherited):
            value = self.props.get(name)
            if value is not None and len(value) != 4:
                raise FdtError(f"{name} of '{self.name}' has {len(value)} "
                               "bytes, expected 4")
            found.append(other if value is None else
                         int.from_bytes(value, "big"))
        return tuple(found)

    def ranges(self, name, cells):
        """[(first byte, byte after the last)] of a list of ranges."""
        value, widths = self.props.get(name, b""), [4 * n for n in cells]
        if not sum(widths) or len(value) % sum(widths):
            raise FdtError(f"{name} of '{self.name}' has {len(value)} bytes, "
                           f"expected a multiple of {sum(widths)}")
        ranges = []
        for at in range(0, len(value), sum(widths)):
            size_at = at + widths[0]
            base = int.from_bytes(value[at:size_at], "big")
            size = int.from_bytes(value[size_at:size_at + widths[1]], "big")
            ranges.append((base, base + size))
        return ranges


def _block(data, what, offset, size, align):
    """A part of the blob that the header tells of."""
    if offset % align or offset < HEADER.size or offset + size > len(data):
        raise FdtError(f"its header puts the {what} at {offset:#x}, {size} "
                       f"bytes long; expected it inside {len(data)} bytes, "
                       f"on a multiple of {align}")
    return data[offset:offset + size]


def _blocks(data):
    """Check the header; return the structure block and the strings."""
    if len(data) < HEADER.size:
        raise FdtError(f"it has {len(data)} bytes, a header alone has "
                       f"{HEADER.size}")
    (magic, total, at_struct, at_strings, at_reserve, version, oldest, _,
     strings, size) = HEADER.unpack_from(data)
    if magic != MAGIC:
        raise FdtError(f"it begins with {magic:#010x}, expected {MAGIC:#x}")
    if not HEADER.size <= total <= len(data):
        raise FdtError(f"its header says {total} bytes, the file has "
                       f"{len(data)}")
    if oldest > 17 or version < 17:
        raise FdtError(f"it is of version {version}, for readers of {oldest} "
                       "on; expected 17")
    data = data[:total]
    _block(data, "list of reserved memory", at_reserve, 16, 8)
    return (_block(data, "structure", at_struct, size, 4),
            _block(data, "strings", at_strings, strings, 1))


class _Reader:
    """Walks through the structure block."""

    def __init__(self, data):
        self.block, self.strings = _blocks(data)
        self.at = 0

    def take(self, length, what):
        """The next bytes; goes on at the next multiple of 4."""
        data = self.block[self.at:self.at + length]
        if len(data) < length:
            raise FdtError(f"its structure ends at {len(self.block):#x}, in "
                           f"the middle of {what}")
        self.at += length + -length % 4
        return data

    def number(self, what):
        return int.from_bytes(self.take(4, what), "big")

    def name(self, data, start, what):
        """The name that begins at `start`, as it may stand in a tree."""
        end = data.find(b"\0", start)
        name = data[start:end].decode("ascii", "replace") if end >= 0 else ""
        if not NAME.fullmatch(name):
            raise FdtError(f"the name of {what} at {self.at:#x} of its "
                           f"structure is {name!r}, expected letters, digits "
                           "and ,._+*#?@-")
        return name

    def node(self, depth):
        if depth > DEEPEST:
            raise FdtError(f"its nodes nest deeper than {DEEPEST}")
        if not depth:
            self.take(4, "the root")
            return Node("/")
        name = self.name(self.block, self.at, "a node")
        self.take(len(name) + 1, "a node's name")
        return Node(name)

    def prop(self, node):
        length, offset = (self.number("a property") for _ in range(2))
        if offset >= len(self.strings):
            raise FdtError(f"the name of a property of '{node.name}' is at "
                           f"{offset:#x} of {len(self.strings):#x} bytes of "
                           "strings")
        name = self.name(self.strings, offset, f"a property of '{node.name}'")
        node.props[name] = self.take(length, f"{name} of '{node.name}'")

    def tree(self):
        above, root = [], None
        while (token := self.number("the tree: END is missing")) != END:
            if token == BEGIN_NODE and (above or not root):
                node = self.node(len(above))
                if above:
                    above[-1].children.append(node)
                root = root or node
                above.append(node)
            elif token == END_NODE and above:
                above.pop()
            elif token == PROP and above:
                self.prop(above[-1])
            elif token != NOP:
                raise FdtError(f"at {self.at - 4:#x} its structure has "
                               f"{token:#x}, expected a node, a property or "
                               "an end")
        if above or not root:
            raise FdtError("its structure ends inside a node")
        return root


def read(data):
    """The root of the tree in these bytes. Raises FdtError."""
    return _Reader(data).tree()


def _value(data):
    """A property's value as dtc takes it."""
    if TEXT.fullmatch(data):
        strings = data[:-1].decode("ascii").replace("\\", r"\\")
        return '"' + strings.replace('"', r"\"").replace("\0", '", "') + '"'
    if len(data) % 4:
        return f"[{data.hex(' ')}]"
    return "<" + " ".join(hex(cell) for cell in struct.unpack(
        f">{len(data) // 4}I", data)) + ">"


def text(node, indent=""):
    """The node and all below it in dtc's language."""
    lines = [f"{indent}{node.name} {{"]
    lines += [f"{indent}\t{name} = {_value(data)};" if data else
              f"{indent}\t{name};" for name, data in node.props.items()]
    lines += [text(child, indent + "\t") for child in node.children]
    return "\n".join([*lines, f"{indent}}};"])
