# SPDX-License-Identifier: GPL-2.0-only
"""Every device tree that Debian ships with its arm64 kernels, and its banks.

Such trees are as they were compiled: most have no memory node, or banks of size 0,
which a bootloader fills in. Here a rule does, see filled().
"""

import functools
import hashlib
import subprocess

import libfdt

import boot
from tests.oracle.discover import CELLS, is_memory, read_tree

VERSIONS = ("6.1", "6.12")
KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
# What a bank may have, the last two in parts of pages.
SIZES = (256 * MIB, 512 * MIB - 64 * KIB, GIB, 2 * GIB, 3 * GIB, 4 * GIB + 4 * KIB,
         768 * MIB + 2 * KIB, GIB - 512)
HOLES = (0, 4 * KIB, 32 * MIB, GIB, 30 * GIB)


@functools.cache
def shipped():
    """The paths of all trees, by version and name."""
    found = {}
    for version in VERSIONS:
        done = subprocess.run([boot.SCRIPTS / "fetch-trees", version], check=False)
        boot.raise_if_gone(done.returncode, version)
        done.check_returncode()
        where = boot.cache() / "trees" / version
        found |= {f"{version}/{path.relative_to(where)}": path
                  for path in sorted(where.rglob("*.dtb"))}
    return found


def cells_of(root):
    """Those of an address and of a size."""
    return [int.from_bytes(root.props.get(name, b"\1"), "big") for name in CELLS]


def banks(root):
    """What the memory nodes give, whether or not it is of any size."""
    width, length = (4 * cells for cells in cells_of(root))
    for node in filter(is_memory, root.children):
        value = node.props.get("reg", b"")
        for at in range(0, len(value), width + length):
            yield (int.from_bytes(value[at:at + width], "big"),
                   int.from_bytes(value[at + width:at + width + length], "big"))


def filled(name, blob):
    """The blob with banks; a tree that has some stays as it is.

    The first one begins where the first bank of the tree does, else at 2 GiB. How
    many there are (one to four), what each has of SIZES and what hole is before it
    is said by the bytes of the name's SHA-256, the version not part of it. Where an
    address has one cell, what 4 GiB do not hold is not there.
    """
    root = read_tree(blob)[0]
    given = list(banks(root))
    if any(size for _, size in given):
        return blob
    choice = hashlib.sha256(name.partition("/")[2].encode()).digest()
    cells = cells_of(root)
    top = 1 << 32 * min(cells)
    at, value = given[0][0] if given else 2 * GIB, b""
    for number in range(1 + choice[0] % 4):
        if number:
            at += HOLES[choice[2 * number] % len(HOLES)]
        size = min(SIZES[choice[2 * number + 1] % len(SIZES)], top - 1 - at)
        if size <= 0:
            break
        value += at.to_bytes(4 * cells[0], "big") + \
            size.to_bytes(4 * cells[1], "big")
        at += size
    return with_banks(blob, root, value)


def with_banks(blob, root, value):
    """The value becomes that of the first memory node, which is made if need be."""
    tree = libfdt.Fdt(blob)
    tree.resize(len(blob) + len(value) + KIB)
    node = next(filter(is_memory, root.children), None)
    if node:
        at = tree.path_offset(node.path)
    else:
        at = tree.add_subnode(0, "memory")
        tree.setprop_str(at, "device_type", "memory")
    tree.setprop(at, "reg", value)
    tree.pack()
    return bytes(tree.as_bytearray())


def sample(count):
    """The names of some of the trees, always the same, over all directories."""
    return sorted(shipped(), key=lambda name: hashlib.sha256(
        name.encode()).digest())[:count]
