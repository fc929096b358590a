# SPDX-License-Identifier: GPL-2.0-only
"""The pool is used by others too: a clear verdict, no hang, no harm (X1)."""

import re

import boot
from tests.boot.case import check
from tests.boot.shadow import MIB, exercised, in_pool, unloaded, valid
from .case import StressCase, compile_for_guest, watched

POOL, POOL_KIB = "buddy-shadow-pool", 64 * 1024
JOB = """. /cma.sh
begin_watch
crowd
share
hold
load last
unload last
end_watch
"""


def sized(load, least, most):
    """It tested what it got of the pool, so many MiB, and went."""
    in_pool(load, POOL, load.number("region_bytes"))
    assert least * MIB <= load.number("region_bytes") <= most * MIB
    unloaded(load)


def said_why(load):
    """Not all was to be had: the report says how much was asked for."""
    assert f"could not spare {64 * MIB} bytes" in load.text("report")


def untouched(load, most_kib):
    """Part of the pool was lent, and the borrowers' files are as they were."""
    assert int(load.text("cma-free")) < most_kib
    assert load.text("differ").strip() == "0", "files differ"


def crowded(load):
    """The pool is lent out and there is little room elsewhere."""
    untouched(load, POOL_KIB * 3 // 4)
    valid(load)
    unloaded(load)
    assert not re.search("Out of memory|oom-kill|Killed process",
                         load.result.console)
    if load.number("region_bytes") < 64 * MIB:
        said_why(load)


def moved(load):
    untouched(load, POOL_KIB)
    sized(load, 64, 64)


def half(load):
    sized(load, 16, 32)
    said_why(load)


def nothing(load):
    valid(load)
    kind = load.summary["region"]
    assert kind in ("unknown", "none")
    exercised(load, "passed" if kind == "unknown" else "none")
    said_why(load)
    unloaded(load)


def pinned(load):
    """Less than the whole pool, or other pages: pinned ones do not move."""
    valid(load)
    assert int(load.text("cma-free")) < POOL_KIB
    assert (load.summary["region"] != "cma" or
            load.number("region_bytes") < 64 * MIB)
    said_why(load)
    unloaded(load)


CASES = [
    StressCase(
        "cma", boot.Machine(boot.KASAN_KERNEL, memory="512M", cpus=2), JOB, [
            check("cma: files fill the pool and memory: a clear verdict, no harm",
                  crowded, "crowded"),
            check("cma: files in the pool are moved away, to the last byte",
                  moved, "moved"),
            check("cma: another user has half of the pool: said, the rest is "
                  "used", half, "half"),
            check("cma: another user has all of the pool: said", nothing,
                  "nothing"),
            check("cma: what others freed is there again", sized, "again", 64,
                  64),
            check("cma: pages that cannot be moved: said, the rest is used",
                  pinned, "pinned"),
            check("cma: pages that can be moved again are moved", sized,
                  "released", 64, 64),
            check("cma: then the whole pool is there and passes", sized, "last",
                  64, 64),
            *watched(boot.KASAN_KERNEL),
        ], bootargs="cma=0", files=lambda: compile_for_guest("pin")),
]
