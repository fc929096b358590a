# SPDX-License-Identifier: GPL-2.0-only
"""Every device tree that Debian ships with its arm64 kernels, and its banks.

Such trees are as they were compiled: most have no memory node, or banks of size 0,
which a bootloader fills in. Here a rule does, see filled().
"""

import functools
import hashlib
import subprocess

import boot
import libfdt

VERSIONS = ("6.1", "6.12")
KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
# What a bank may have, the last two in parts of pages.
SIZES = (256 * MIB, 512 * MIB - 64 * KIB, GIB, 2 * GIB, 3 * GIB, 4 * GIB + 4 * KIB,
         768 * MIB + 2 * KIB, GIB - 512)
HOLES = (0, 4 * KIB, 32 * MIB, GIB, 30 * GIB)
CELLS = ("#address-cells", "#size-cells")


def directory(version):
    """The trees of a version in the cache, fetched if need be."""
    done = subprocess.run([boot.SCRIPTS / "fetch-trees", version], check=False)
    boot.raise_if_gone(done.returncode, version)
    done.check_returncode()
    return boot.cache() / "trees" / version


@functools.cache
def shipped():
    """The paths of all trees, by version and name."""
    return {f"{version}/{path.relative_to(where)}": path
            for version in VERSIONS for where in [directory(version)]
            for path in sorted(where.rglob("*.dtb"))}


def release(version):
    """The kernel that its trees came with."""
    return (directory(version) / "release").read_text("ascii").split()[0]


def properties(tree, node):
    """Where a name comes twice, its first value counts.

    What is not there is not asked for: libfdt's answer is one reference to None too few.
    """
    found = {}
    at = libfdt.fdt_first_property_offset(tree, node)
    while at >= 0:
        name, value, _ = libfdt.fdt_get_property_by_offset(tree, at)
        found.setdefault(name, bytes(value))
        at = libfdt.fdt_next_property_offset(tree, at)
    return found


def text(props, name):
    """The first string of a property, None where there is none."""
    value = props.get(name, b"")
    return value.split(b"\0")[0] if value.endswith(b"\0") else None


def is_memory(props):
    """R1: a node that is there, and has memory."""
    return text(props, "device_type") == b"memory" and (
        "status" not in props or text(props, "status") in (b"okay", b"ok"))


def memory_nodes(tree):
    """The children of the root that are such nodes, with their properties."""
    node = libfdt.fdt_first_subnode(tree, 0)
    while node >= 0:
        props = properties(tree, node)
        if is_memory(props):
            yield node, props
        node = libfdt.fdt_next_subnode(tree, node)


def cells_of(tree):
    """Those of an address and of a size."""
    props = properties(tree, 0)
    return [int.from_bytes(props.get(name, b"\1"), "big") for name in CELLS]


def banks(tree, cells):
    """What the memory nodes give, whether or not it is of any size."""
    width, length = (4 * number for number in cells)
    for _, props in memory_nodes(tree):
        reg = props.get("reg", b"")
        for at in range(0, len(reg), width + length):
            yield (int.from_bytes(reg[at:at + width], "big"),
                   int.from_bytes(reg[at + width:at + width + length], "big"))


def filled(name, blob):
    """The blob with banks; a tree that has some stays as it is.

    The first one begins where the first bank of the tree does, else at 2 GiB. How
    many there are (one to four), what each has of SIZES and what hole is before it
    is said by the bytes of the name's SHA-256, the version not part of it. Where an
    address has one cell, what 4 GiB do not hold is not there.
    """
    tree = bytearray(blob)
    cells = cells_of(tree)
    given = list(banks(tree, cells))
    if any(size for _, size in given):
        return blob
    choice = hashlib.sha256(name.partition("/")[2].encode()).digest()
    top = 1 << 32 * min(cells)
    at, reg = given[0][0] if given else 2 * GIB, b""
    for number in range(1 + choice[0] % 4):
        if number:
            at += HOLES[choice[2 * number] % len(HOLES)]
        size = min(SIZES[choice[2 * number + 1] % len(SIZES)], top - 1 - at)
        if size <= 0:
            break
        reg += at.to_bytes(4 * cells[0], "big") + size.to_bytes(4 * cells[1], "big")
        at += size
    return with_banks(blob, reg)


def with_banks(blob, reg):
    """The value becomes that of the first memory node, which is made if need be."""
    tree = libfdt.Fdt(blob)
    tree.resize(len(blob) + len(reg) + KIB)
    at = next((node for node, _ in memory_nodes(bytearray(blob))), None)
    if at is None:
        at = tree.add_subnode(0, "memory")
        tree.setprop_str(at, "device_type", "memory")
    tree.setprop(at, "reg", reg)
    tree.pack()
    return bytes(tree.as_bytearray())
