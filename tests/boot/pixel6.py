# SPDX-License-Identifier: GPL-2.0-only
"""The memory map of the Pixel 6, and of phones like it (R, H, M, P5, X1, X3)."""

from boot import Machine
from . import desk
from .case import Case, check
from .layout import complete
from .shadow import GIB, MIB, figures, in_pool
from .whole import whole_machine

JOB = """
load main
command whole-1 "whole-machine seed=1"
unload main
"""

# Bytes of RAM, and from the first of them to the last.
PHONES = {
    "pixel6": (8 * GIB, 38 * GIB), "pixel6-5.10": (8 * GIB, 38 * GIB),
    "pixel6-6g": (6 * GIB, 36 * GIB), "pixel6-12g": (12 * GIB, 42 * GIB),
}

CASES = [Case(tree, Machine(tree=tree), JOB + desk.BESIDE, [
    check(f"{tree}: loads, shows what the oracle says, passes, unloads",
          complete, "main", *sizes),
    check(f"{tree}: no warning is given", figures, problems=0),
    check(f"{tree}: the region is a slice of vframe", in_pool, "main", "vframe",
          16 * MIB),
    check(f"{tree}: whole-machine passes", whole_machine, "whole-1"),
    desk.beside(tree),
], long=tree != "pixel6") for tree, sizes in PHONES.items()]
