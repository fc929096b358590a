# SPDX-License-Identifier: GPL-2.0-only
"""The memory map of the Pixel 6, and of phones like it (R, H, M, P5, X1, X3).

Its reserved memory is written down here a second time, apart from the files of
scripts/machines/, and the free pages are counted again from that.
"""

from boot import Machine
from . import shadow
from .case import Case, Check
from .layout import complete, holds, memory
from .shadow import GIB, MIB, PAGE, Load
from .whole import whole_machine

# Name -> base, bytes, what the kernel is told of it.
FIXED = {
    "ect_binary": (0x90000000, 0x3a000, ""),
    "gsa@90200000": (0x90200000, 0x400000, "no-map"),
    "tpu_fw@0x93000000": (0x93000000, 0x1000000, "no-map"),
    "aoc@94000000": (0x94000000, 0x3000000, "no-map"),
    "xhci_dma@97000000": (0x97000000, 0x400000, "no-map"),
    "seclog_mem": (0xc3000000, 0x80000, ""),
    "cp_rmem_1": (0xe8000000, 0x1c00000, ""),
    "cp_rmem_2": (0xee000000, 0x400000, ""),
    "cp_rmem": (0xf0000000, 0x800000, ""),
    "cp_msi_rmem": (0xf6200000, 0x1000, ""),
    "abl@f8800000": (0xf8800000, 0x2000000, "no-map"),
    "dss_log_reserved@fd3f0000": (0xfd3f0000, 0xe000, "no-map"),
    "debug_kinfo_reserved@fd3fe000": (0xfd3fe000, 0x1000, "no-map"),
    "ramoops_mem@fd3ff000": (0xfd3ff000, 0x400000, ""),
    "bldr_log_reserved@fd800000": (0xfd800000, 0x100000, "no-map"),
}
IN_6_1 = {
    "header": (0xd8100000, 0x10000, ""),
    "log_kevents": (0xd8110000, 0x700000, ""),
    "log_s2d": (0xd8810000, 0x1800000, "no-map"),
    "log_array_reset": (0xda010000, 0xa00000, ""),
    "log_bcm": (0xdd610000, 0x400000, ""),
    "log_itmon": (0xdda10000, 0x10000, ""),
}
IN_5_10 = {
    "header": (0xd8100000, 0x10000, "nested"),
    "log_kevents": (0xd8110000, 0x700000, "nested"),
    "log_s2d": (0xd8810000, 0x1500000, "nested, no-map"),
    "log_array_reset": (0xd9d10000, 0xa00000, "nested"),
    "log_bcm": (0xdc210000, 0x400000, "nested"),
    "log_itmon": (0xdc610000, 0x10000, "nested"),
    "suspend_diag_log_reserved@fd90c000": (0xfd90c000, 0x1000, "no-map"),
}
# Linux finds a place for these. Name -> bytes, what it is told.
PLACED = {
    "vframe": (0x20000000, "reusable, placed by the kernel"),
    "vstream": (0x4800000, "reusable, placed by the kernel"),
    "vscaler": (0x3400000, "reusable, placed by the kernel"),
    "tui": (0x3000000, "placed by the kernel"),
    "mfc_fw": (0x210000, "placed by the kernel"),
}
EIGHT = {
    "total_ram": 8589934592, "pages": 2097152, "mem_map_bytes": 50331648,
    "span_bytes": 40802189312, "flat_mem_map_bytes": 239075328,
    "heap_bytes": 67108864, "heap_order": 14, "heap_returned_bytes": 0,
}
SIX = {
    "total_ram": 6 * GIB, "pages": 1572864, "mem_map_bytes": 36 * MIB,
    "span_bytes": 36 * GIB, "heap_bytes": 48 * MIB, "heap_order": 14,
    "heap_returned_bytes": 16 * MIB,
}
TWELVE = {
    "total_ram": 12 * GIB, "pages": 3145728, "mem_map_bytes": 72 * MIB,
    "span_bytes": 42 * GIB, "heap_bytes": 64 * MIB, "heap_order": 14,
    "heap_returned_bytes": 0,
}

JOB = """
load main
cat /proc/iomem >/results/iomem
cat /sys/kernel/debug/memblock/reserved >/results/main/memblock
cat /sys/firmware/devicetree/base/chosen/linux,initrd-* >/results/initrd
command whole-1 "whole-machine seed=1"
unload main
"""


def linux(result):
    """(start, end) of the kernel's image and of the initrd."""
    parts = {}
    for line in result.text("iomem").splitlines():
        place, _, name = line.strip().partition(" : ")
        if name in ("Kernel code", "Kernel data"):
            parts[name] = [int(word, 16) for word in place.split("-")]
    # The file holds linux,initrd-end, then linux,initrd-start.
    words = result.files["initrd"]
    return [(parts["Kernel code"][0], parts["Kernel data"][1] + 1),
            (int.from_bytes(words[8:], "big"),
             int.from_bytes(words[:8], "big"))]


def listed(load):
    """Name -> (base, bytes, remarks) of the nodes in the file reserved."""
    found = {}
    for start, end, text in load.ranges("reserved"):
        name, _, remarks = text.partition(" ")
        if name not in ("kernel", "initrd", "mem_map"):
            found[name.rpartition("/")[2]] = (start, end - start,
                                              remarks.strip("()"))
    return found


def reserved(load, fixed):
    """R2: the nodes of the table, those that Linux placed, and no other."""
    found = listed(load)
    shadow.equal("nodes in reserved", set(found), {*fixed, *PLACED})
    for name, wanted in fixed.items():
        shadow.equal(name, found[name], wanted)
    for name, (size, remarks) in PLACED.items():
        shadow.equal(f"size of {name}, and remarks", found[name][1:],
                     (size, remarks))
        start, inside = found[name][0], load.ranges("memblock")
        shadow.true(f"Linux did not reserve {name} at {start:#x}",
                    shadow.overlap([(start, start + size)], inside) == size)


def free_pages(result, fixed):
    """M4: counted again, from the table and from what Linux says of itself."""
    load = Load(result, "main")
    ranges = [(base, base + size) for base, size, _ in
              [*fixed.values(), *(listed(load)[name] for name in PLACED)]]
    pages = sum(-(-end // PAGE) - start // PAGE for start, end in shadow.merged(
        [(start // PAGE * PAGE, -(-end // PAGE) * PAGE)
         for start, end in ranges + linux(result)]))
    ram = load.number("total_ram") // PAGE
    shadow.figures(load, reserved_pages=pages,
                   free_pages=ram - pages - -(-ram * 24 // PAGE))


def in_vframe(load):
    """X1: a slice of 16 MiB out of vframe."""
    base, size, _ = listed(load)["vframe"]
    shadow.equal("region", load.summary.get("region"), "cma")
    shadow.equal("region_pool", load.summary.get("region_pool"), "vframe")
    shadow.figures(load, region_pool_base=base, region_pool_bytes=size,
                   region_bytes=16 * MIB)
    at = load.number("region_base")
    shadow.true(f"the region at {at:#x} is not inside vframe",
                base <= at and at + 16 * MIB <= base + size)


def phone(tree, logs, figures, *banks, **more):
    fixed = {**FIXED, **logs}
    return Case(tree, Machine(tree=tree), JOB, [
        Check(f"{tree}: loads, passes, unloads", holds(complete)),
        Check(f"{tree}: figures", holds(shadow.figures, **figures)),
        Check(f"{tree}: banks", holds(memory, *banks)),
        Check(f"{tree}: no warning is given",
              holds(shadow.figures, problems=0)),
        Check(f"{tree}: reserved are the nodes that are not disabled",
              holds(reserved, fixed)),
        Check(f"{tree}: free_pages to the page",
              lambda result: free_pages(result, fixed)),
        Check(f"{tree}: the region is a slice of vframe", holds(in_vframe)),
        whole_machine(f"{tree}: whole-machine passes", "whole-1"),
    ], **more)


LOW = (0x80000000, 0x100000000)

CASES = [
    phone("pixel6", IN_6_1, EIGHT, LOW, (0x880000000, 0xa00000000)),
    phone("pixel6-5.10", IN_5_10, EIGHT, LOW, (0x880000000, 0xa00000000)),
    phone("pixel6-6g", IN_6_1, SIX, LOW, (0x880000000, 0x980000000)),
    phone("pixel6-12g", IN_6_1, TWELVE, LOW, (0x880000000, 0xb00000000)),
]
