# SPDX-License-Identifier: GPL-2.0-only
"""Blocks by hand, with several writers, readers and listeners at once."""

from collections import Counter

import boot
from tests.boot.case import check
from tests.boot.lifecycle import last
from .case import StressCase, machine, seed, watched

WRITERS, TIMES, LOADS = 3, 40, 2
JOB = f"""
. /hand.sh
mount -t tracefs tracefs /sys/kernel/tracing
begin_watch
""" + "".join(f"hands {seed() + number * 1000} {WRITERS} {TIMES}\n"
              for number in range(LOADS)) + """
load last
unload last
end_watch
"""
BUSY, NONE = "Device or resource busy", "No such device"
STOPPED = "Operation canceled"
# Why each may be refused. A stop also ends an alloc that waits for the region.
REFUSED = {
    "alloc": {BUSY, STOPPED}, "stop": set(),
    **dict.fromkeys(("free", "show", "map", "reset"), {BUSY, NONE}),
    **dict.fromkeys(("torture", "smp", "whole-machine"), {BUSY, STOPPED}),
}


def refused_for_a_reason(load):
    said = Counter()
    for number in range(1, WRITERS + 1):
        lines = load.text(f"writer-{number}").splitlines()
        assert len(lines) == LOADS * TIMES
        said.update(tuple(line.split(": ")) for line in lines)
    assert {name for name, _ in said} == set(REFUSED)
    wrong = {(name, why) for name, why in said
             if why and why not in REFUSED[name]}
    assert not wrong
    # Writers did meet, and each kind of command was done.
    assert {BUSY, NONE} <= {why for _, why in said}
    assert {"alloc", "free", "reset"} <= {name for name, why in said if not why}


def shown(load):
    """Readers saw what came of it, and nothing broke."""
    assert {"alloc", "free", "reset"} <= set(load.text("shown").split())
    assert load.text("broken") == ""


def left(load):
    """The module goes, and the pool is given back."""
    assert load.text("held").split("\n") == ["by hand"] * LOADS + [""]
    assert load.text("rmmod") == ""


CASES = [StressCase("hands", machine(boot.KASAN_KERNEL), JOB, [
    check(f"{WRITERS} writers by hand get their way, or a reason", refused_for_a_reason,
          "hands"),
    check("readers of result see what came of it, and nothing breaks", shown, "hands"),
    check("rmmod gives a region in hand back, with events on", left, "hands"),
    last("last"),
    *watched(boot.KASAN_KERNEL),
], bootargs="cma=0", patience=3600)]
