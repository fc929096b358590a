# SPDX-License-Identifier: GPL-2.0-only
"""The layout of real machines and of described ones (R, H, M)."""

from boot import Machine
from . import shadow
from .case import Case, Check
from .shadow import GIB, MIB, Load

MAIN = """
load main
unload main
"""

# What the decision record and the design say of QEMU's machines.
SIZES = {
    "1G": {"total_ram": 1073741824, "pages": 262144,
           "mem_map_bytes": 6291456, "heap_bytes": 16777216,
           "heap_order": 12, "heap_returned_bytes": 0},
    "2G": {"total_ram": 2 * GIB, "pages": 524288,
           "mem_map_bytes": 12 * MIB, "heap_bytes": 16 * MIB,
           "heap_order": 12, "heap_returned_bytes": 0},
    "3G": {"total_ram": 3 * GIB, "pages": 786432,
           "mem_map_bytes": 18 * MIB, "heap_bytes": 24 * MIB,
           "heap_order": 13, "heap_block_bytes": 32 * MIB,
           "heap_returned_bytes": 8 * MIB},
    "4G": {"total_ram": 4 * GIB, "pages": 1048576,
           "mem_map_bytes": 24 * MIB, "heap_bytes": 32 * MIB,
           "heap_order": 13, "heap_returned_bytes": 0},
    "8G": {"total_ram": 8 * GIB, "pages": 2097152,
           "mem_map_bytes": 50331648, "heap_bytes": 64 * MIB,
           "heap_order": 14, "heap_returned_bytes": 0},
}


def holds(function, *args, name="main", **kwargs):
    """A check's function for the load `name`."""
    return lambda result: function(Load(result, name), *args, **kwargs)


def memory(load, *ranges):
    """The ranges that the file memory lists make up these (start, end)."""
    shadow.equal("memory", shadow.merged(load.ranges("memory")), list(ranges))


def complete(load):
    """The whole way: layout, exercise and unload."""
    shadow.valid(load)
    shadow.exercise(load, "passed")
    shadow.equal("what rmmod said", load.text("rmmod"), "")


def sized(size, figures, kernel="6.1"):
    return Case(f"{kernel}-{size}", Machine(kernel, size), MAIN, [
        Check(f"{size}, kernel {kernel}: loads, passes, unloads",
              holds(complete)),
        Check(f"{size}, kernel {kernel}: has the figures of the decision record",
              holds(shadow.figures, **figures)),
        Check(f"{size}, kernel {kernel}: memory is one range", holds(
            memory, (GIB, GIB + figures["total_ram"])))])


def banks(tree, sentence, *ranges):
    total = sum(end - start for start, end in ranges)
    return Case(tree, Machine(tree=tree), MAIN, [
        Check(f"{sentence}: loads, passes, unloads", holds(complete)),
        Check(f"{sentence}: memory lists the banks", holds(memory, *ranges)),
        Check(f"{sentence}: the hole costs no descriptor", holds(
            shadow.figures, total_ram=total, mem_map_bytes=total // 4096 * 24,
            span_bytes=ranges[-1][1] - ranges[0][0],
            flat_mem_map_bytes=(ranges[-1][1] - ranges[0][0]) // 4096 * 24))])


def problem(load, *words):
    """Exactly one warning, told in report and log with these words."""
    shadow.equal("problems", load.number("problems"), 1)
    for word in words:
        for file in ("report", "log"):
            shadow.true(f"the {file} does not name '{word}'",
                        word in load.text(file))


DESCRIBED = """
at=/buddy-shadow-machines
for name in cells-2-1 huge malformed; do
	load $name machine=$at/$name
	unload $name
done
"""

CASES = [
    *(sized(size, figures) for size, figures in SIZES.items()),
    sized("1G", SIZES["1G"], kernel="6.12"),
    sized("1G", SIZES["1G"], kernel="6.12-16k"),
    banks("two-banks", "two nodes with a hole",
          (0x40000000, 0x60000000), (0x80000000, 0xc0000000)),
    banks("descending", "ranges in descending order",
          (0x40000000, 0x70000000), (0x90000000, 0xc0000000)),
    banks("sixteen-banks", "sixteen banks of odd sizes",
          (0x40000000, 0x58003000), (0x5c123000, 0x5c324000),
          (0x60000000, 0x63342000), (0x77701000, 0x77704000),
          (0x77706000, 0x77707000), (0x77708000, 0x7770d000),
          (0x7f000000, 0x7f7ff000), (0x83fff000, 0x86000000),
          (0x100000000, 0x110001000), (0x180001000, 0x180400000),
          (0x1a0003000, 0x1a1004000), (0x1b0000000, 0x1b001f000),
          (0x200ffd000, 0x201060000), (0x210000000, 0x217fff000),
          (0x2c0000000, 0x2d0001000)),
    Case("described", Machine(tree="described"), DESCRIBED, [
        Check("cells 2/1: the layout is valid",
              holds(shadow.valid, name="cells-2-1")),
        Check("cells 2/1: banks and reserved memory are found", holds(
            memory, (0x80000000, 0xc0000000), (0x880000000, 0x980000000),
            name="cells-2-1")),
        Check("cells 2/1: figures", holds(
            shadow.figures, name="cells-2-1", total_ram=5 * GIB,
            mem_map_bytes=30 * MIB, heap_bytes=40 * MIB, heap_order=14,
            heap_returned_bytes=24 * MIB, reserved_pages=4096)),
        Check("16 TiB: the layout is valid",
              holds(shadow.valid, name="huge")),
        Check("16 TiB: figures", holds(
            shadow.figures, name="huge", total_ram=16 << 40, pages=1 << 32,
            mem_map_bytes=24 << 32, heap_bytes=64 * MIB)),
        Check("a malformed property: the rest counts",
              holds(shadow.valid, name="malformed")),
        Check("a malformed property: named in the report", holds(
            problem, "malformed/memory@80000000", "reg", name="malformed")),
    ]),
]
