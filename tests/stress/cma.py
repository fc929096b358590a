# SPDX-License-Identifier: GPL-2.0-only
"""The pool is used by others too: a clear verdict, no hang, no harm (X1)."""

from dataclasses import dataclass

import boot
from tests.boot import shadow
from tests.boot.case import Check
from tests.boot.shadow import MIB, Load
from .case import HERE, StressCase, watched
from .faults import compile_for_guest

POOL_KIB = 64 * 1024
JOB = """. /cma.sh
begin_watch
crowd
share
hold
load last
unload last
end_watch
"""


def valid(load, kind="cma"):
    """It loaded, tested what it got, and went."""
    shadow.valid(load)
    shadow.exercise(load, "passed")
    shadow.equal("region", load.summary.get("region"), kind)
    shadow.equal("what rmmod said", load.text("rmmod"), "")


def said_why(load):
    """Not all was to be had: the report says how much was asked for."""
    shadow.true("the report does not say what could not be spared",
                f"could not spare {64 * MIB} bytes" in load.text("report"))


def untouched(load):
    shadow.equal("files differ", load.text("differ").strip(), "0")


def crowded(result):
    """The pool is lent out and there is little room elsewhere."""
    load = Load(result, "crowded")
    free = int(load.text("cma-free"))
    shadow.true(f"{free} KiB of the pool were free, expected most to be lent",
                free < POOL_KIB * 3 // 4)
    shadow.valid(load)
    untouched(load)
    shadow.equal("what rmmod said", load.text("rmmod"), "")
    log = result.console
    for words in ("Out of memory", "oom-kill", "Killed process"):
        shadow.true(f"the kernel's log says '{words}'", words not in log)
    if load.number("region_bytes") < 64 * MIB:
        said_why(load)


def moved(result):
    load = Load(result, "moved")
    free = int(load.text("cma-free"))
    shadow.true(f"{free} KiB of the pool were free: nothing had to be moved",
                free < POOL_KIB)
    valid(load)
    shadow.figures(load, region_bytes=64 * MIB)
    untouched(load)


def whole(name):
    def holds(result):
        load = Load(result, name)
        valid(load)
        shadow.figures(load, region_bytes=64 * MIB)
    return holds


def half(result):
    load = Load(result, "half")
    valid(load)
    shadow.true(f"{load.number('region_bytes')} bytes were allocated",
                16 * MIB <= load.number("region_bytes") <= 32 * MIB)
    said_why(load)


def nothing(result):
    load = Load(result, "nothing")
    shadow.valid(load)
    kind = load.summary.get("region")
    shadow.true(f"region is '{kind}', expected pages or none",
                kind in ("pages", "none"))
    shadow.exercise(load, "passed" if kind == "pages" else "none")
    said_why(load)
    shadow.equal("what rmmod said", load.text("rmmod"), "")


def pinned(result):
    """Less than the whole pool, or other pages: pinned ones do not move."""
    load = Load(result, "pinned")
    shadow.valid(load)
    shadow.true("nothing of the pool was pinned",
                int(load.text("cma-free")) < POOL_KIB)
    shadow.true("all of the pool was allocated",
                load.summary.get("region") != "cma" or
                load.number("region_bytes") < 64 * MIB)
    said_why(load)
    shadow.equal("what rmmod said", load.text("rmmod"), "")


@dataclass(eq=False)
class CmaCase(StressCase):
    """A boot with tests/stress/fault/pin.c as a program of the guest."""

    def run(self, live=None):
        self.files = {"bin/pin": compile_for_guest("pin"),
                      "cma.sh": HERE / "cma.sh"}
        return super().run(live)


CASES = [
    CmaCase("cma", boot.Machine(boot.KASAN_KERNEL, memory="512M", cpus=2),
            JOB, [
        Check("cma: files fill the pool and memory: a clear verdict, no harm",
              crowded),
        Check("cma: files in the pool are moved away, to the last byte", moved),
        Check("cma: another user has half of the pool: said, the rest is used",
              half),
        Check("cma: another user has all of the pool: said", nothing),
        Check("cma: what others freed is there again", whole("again")),
        Check("cma: pages that cannot be moved: said, the rest is used",
              pinned),
        Check("cma: pages that can be moved again are moved",
              whole("released")),
        Check("cma: then the whole pool is there and passes", whole("last")),
        *watched(boot.KASAN_KERNEL),
    ], bootargs="cma=0"),
]
