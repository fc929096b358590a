# SPDX-License-Identifier: GPL-2.0-only
"""Nodes without an address lie where the row of the booted kernel says (R2).

A tree is booted, and the same memory is described by a node of it: where the kernel
put the nodes of the one is where the module places those of the other.
"""

import boot
from boot import Machine
from devicetree import DESCRIBED
from .case import HERE, Case, check
from .shadow import Load, as_the_oracle, row_of

JOB = f"""
load main exercise=0
unload main
load self exercise=0 machine={DESCRIBED}
unload self
"""
WRITTEN = {path.stem: path for path in sorted((HERE / "placing").glob("*.dts"))}
# Of scripts/machines/, all that have such nodes; of tests/, all others.
BOARDS = ("pixel6", "pixel6-5.10", "pixel6-6g", "pixel6-12g", "descending",
          "described", "sixteen-banks", "two-banks", "virt")
OTHERS = {f"{path.parent.name}-{path.stem}": path for path in (
    *(HERE / f"{name}.dts" for name in ("phone", "small")),
    *(HERE.parent / f"text/{name}.dts" for name in (
        "dynamic", "live", "parts-of-pages", "pixel6", "pixel6-5.10",
        "sixteen-banks")))}
TREES = (*BOARDS, *WRITTEN, *OTHERS)
# Those that no guest can boot, and why.
UNFIT = {HERE.parent / "text/malformed.dts": "memory below 1 GiB, where QEMU has "
                                             "devices"}
# Linux ignores /reserved-memory whole there, and so places nothing.
IGNORED = "ignored"
QUICK = ("pixel6", "beside-placed")


def places(load, how):
    """Of the nodes that were placed so, where each lies."""
    return {name: (start, end)
            for name, (start, end, flags) in load.reserved().items()
            if f"placed by {how}" in flags}


def same_places(load, fewest):
    described = Load(load.result, "self")
    row = row_of(load.result)
    assert load.summary["placing"] == described.summary["placing"] == row
    live = places(load, "the kernel")
    assert live == places(described, "Linux's rule")
    assert len(live) >= fewest


def ignored(load):
    """Linux gives no place; the description has some, and a line says so."""
    described = Load(load.result, "self")
    assert places(load, "the kernel") == {}
    assert len(places(described, "Linux's rule")) == 3
    assert load.number("hints") == described.number("hints") == 1
    assert "ranges: missing, so Linux ignores the whole node" in \
        described.report()


def case(name, kernel=boot.SYSTEMS_KERNEL, long=True, make=()):
    """All that is to be seen of one tree on one kernel."""
    board = name in BOARDS
    dts = WRITTEN.get(name) or OTHERS.get(name, "")
    fewest = 3 if name in WRITTEN or "pixel6" in name else 1
    if name == IGNORED:
        seen = check(f"{kernel}, {name}: a line says what Linux ignores", ignored)
    else:
        seen = check(f"{kernel}, {name}: described places are those of the kernel",
                     same_places, "main", fewest)
    return Case(
        f"placing-{kernel}-{name}",
        Machine(kernel, described=True, make=make,
                **({"tree": name} if board else {})),
        JOB, [seen, check(
            f"{kernel}, {name}: the description is read as the oracle reads it",
            as_the_oracle, "self", DESCRIBED, told=True)],
        dts=dts, long=long)


CASES = [case(name, long=name not in QUICK) for name in TREES]
