# SPDX-License-Identifier: GPL-2.0-only
"""Device trees: read a blob that dtc and libfdt accept; write a tree as text.

    root = fdt.read(data)
    print(fdt.text(root))
"""

import re
import struct
import subprocess
from dataclasses import dataclass, field

import libfdt

MAGIC, END = b"\xd0\x0d\xfe\xed", b"\0\0\0\x09"
DEEPEST = 64
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
    node = Node(_checked(blob.get_name(offset)) if depth else "/")
    for at in _each(blob.first_property_offset, blob.next_property_offset,
                    offset):
        prop = blob.get_property_by_offset(at)
        node.props[prop.name] = bytes(prop)
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


def read(data):
    """The root of the tree in these bytes. Raises FdtError."""
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
    names = dtc.stdout[blob.off_dt_strings():][:blob.size_dt_strings()]
    for name in names.decode("ascii", "replace").split("\0")[:-1]:
        _checked(name)
    return _node(blob, 0)


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
