# SPDX-License-Identifier: GPL-2.0-only
"""Device trees: read a blob that dtc and libfdt accept; write a tree as text.

    root = fdt.read(data)
    print(fdt.text(root))

Memory is read as R6 says: what is malformed is skipped, and the rest counts.
"""

import re
import struct
import subprocess
from dataclasses import dataclass, field

import libfdt

MAGIC, END = b"\xd0\x0d\xfe\xed", b"\0\0\0\x09"
DEEPEST = 64
CELLS = ("#address-cells", "#size-cells")
END_OF_ADDRESSES = 1 << 64
# What dtc takes in names. It would read others as something else.
NAME = re.compile(r"[0-9A-Za-z,._+*#?@-]+")
TEXT = re.compile(rb"(?:[ -~]+\0)+")
# For libfdt: the end of a list is no error.
QUIET = [libfdt.NOTFOUND]


class FdtError(Exception):
    """It is no device tree; the message says what is wrong."""


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

    def named(self, name):
        """Is it called so, with or without a unit address?"""
        return self.name.partition("@")[0] == name

    def cells(self, above=(1, 1)):
        """The node's own (#address-cells, #size-cells); 0 where malformed.

        Where it has none they are those above; a root's are 1, as for Linux.
        """
        found = []
        for name, number in zip(CELLS, above):
            if name in self.props:
                value = self.props[name]
                number = int.from_bytes(value, "big") if len(value) == 4 else 0
            found.append(number if number in (1, 2) else 0)
        return tuple(found)

    def whole_ranges(self, name, cells):
        """[(first byte, byte after the last)] of all that the list has whole.

        This is how Linux reads the memory that it starts with.
        """
        middle, width = 4 * cells[0], 4 * sum(cells)
        value, ranges = self.props.get(name, b""), []
        for at in range(0, len(value) + 1 - width, width):
            base = int.from_bytes(value[at:at + middle], "big")
            size = int.from_bytes(value[at + middle:at + width], "big")
            if size:
                ranges.append((base, base + size))
        return ranges

    def ranges(self, name, cells):
        """The same, of what is well formed (R6)."""
        if 0 in cells or len(self.props.get(name, b"")) % (4 * sum(cells)):
            return []
        return [(start, end) for start, end in self.whole_ranges(name, cells)
                if end <= END_OF_ADDRESSES]


@dataclass
class Blob:
    """What a blob holds."""

    root: Node
    memreserve: list  # of (address, bytes)


def _checked(name):
    if not NAME.fullmatch(name):
        raise FdtError(f"a name in it is {name!r}, expected letters, digits "
                       "and ,._+*#?@-")
    return name


def _each(first, following, offset):
    """The offsets of a node's properties, or of its children."""
    offset = first(offset, QUIET)
    while offset >= 0:
        yield offset
        offset = following(offset, QUIET)


def _node(blob, offset, depth=0):
    if depth > DEEPEST:
        raise FdtError(f"its nodes nest deeper than {DEEPEST}")
    node = Node(blob.get_name(offset) if depth else "/")
    for at in _each(blob.first_property_offset, blob.next_property_offset,
                    offset):
        prop = blob.get_property_by_offset(at)
        node.props.setdefault(prop.name, bytes(prop))
    node.children = [_node(blob, at, depth + 1) for at in
                     _each(blob.first_subnode, blob.next_subnode, offset)]
    return node


def _check_header(data):
    """What dtc does not look at: versions, and END where the structure ends."""
    if len(data) < 40 or data[:4] != MAGIC:
        return  # it has words for these
    _, start, *_, version, oldest, _, _, size = struct.unpack(">9I", data[4:40])
    if not oldest <= 17 <= version:
        raise FdtError(f"it is of version {version}, for readers of {oldest} "
                       "on; expected 17")
    if start + size <= len(data) and not data[start:start + size].endswith(END):
        raise FdtError(f"no END ends its structure of {size} bytes")


def _memreserve(data, blob):
    """libfdt takes an address above 2^63 for an error."""
    at, found = blob.off_mem_rsvmap(), []
    for _ in range(blob.num_mem_rsv()):
        found.append(struct.unpack_from(">QQ", data, at))
        at += 16
    return found


def load(data):
    """The Blob that these bytes begin with. Raises FdtError."""
    _check_header(data)
    # libfdt 1.6 crashes on some blobs: it gets what dtc has read and written.
    try:
        dtc = subprocess.run(["dtc", "-q", "-f", "-I", "dtb", "-O", "dtb"],
                             input=data, capture_output=True, check=False)
    except FileNotFoundError as error:
        raise FdtError("there is no dtc to read it, install "
                       "device-tree-compiler") from error
    if dtc.returncode:
        said = dtc.stderr.decode("ascii", "replace").strip()
        said = said.replace("FATAL ERROR: ", "").splitlines()
        raise FdtError("; ".join(said) or "dtc crashes on it, it is corrupt")
    blob = libfdt.FdtRo(dtc.stdout)
    # libfdt crashes on other names of properties.
    names = dtc.stdout[blob.off_dt_strings():][:blob.size_dt_strings()]
    if not names.isascii():
        raise FdtError("the name of a property in it is not ASCII")
    return Blob(_node(blob, 0), _memreserve(dtc.stdout, blob))


def read(data):
    """The root of the tree in these bytes. Raises FdtError."""
    return load(data).root


def count(data):
    """How many blobs there are in these bytes, one after the other."""
    number = at = 0
    while (at := data.find(MAGIC, at)) >= 0:
        size, version = (int.from_bytes(data[at + skip:at + skip + 4], "big")
                         for skip in (4, 20))
        whole = version >= 16 and 40 <= size <= len(data) - at
        number += whole
        at += size if whole else len(MAGIC)
    return number


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
    """The node and all below it in dtc's language. Raises FdtError."""
    lines = [f"{indent}{node.name if node.name == '/' else _checked(node.name)}"
             " {"]
    lines += [f"{indent}\t{_checked(name)} = {_value(data)};" if data else
              f"{indent}\t{name};" for name, data in node.props.items()]
    lines += [text(child, indent + "\t") for child in node.children]
    return "\n".join([*lines, f"{indent}}};"])
