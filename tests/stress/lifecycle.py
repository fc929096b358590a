# SPDX-License-Identifier: GPL-2.0-only
"""Loads and unloads a thousand times, and while the module is in use."""

from dataclasses import dataclass

import boot
from tests.boot import shadow
from tests.boot.case import Check
from tests.boot.commands import passed
from tests.boot.lifecycle import (FUNCTIONS, LifecycleResult, busy,
                                  came_and_went, hotplug, last, readers,
                                  unloaded)
from tests.boot.shadow import Load
from .case import StressCase, machine, watched

LOADS, EXERCISED = 1000, 50
READS, ROUNDS, CPU_TRIPS = 100, 20, 4
INTERRUPTS = 8  # of each signal
MANY = 1000000000
BUSY = {command: f"{command} ops={MANY}"
        for command in ("torture", "smp", "whole-machine")}
SLEEPS = {"freezer": "torture", "devices": "smp", "none": "smp"}

COMING = f"""begin_watch
{FUNCTIONS}
come_and_go loads {LOADS} exercise=0 size=64K
come_and_go exercised {EXERCISED} size=16K
load last
unload last
end_watch
"""

USED = f"""begin_watch
{FUNCTIONS}
read_at_once readers {READS}
""" + "".join(f"unload_while_running busy-{name} '{command}'\n"
              for name, command in BUSY.items()) + f"""
unload_while_read unloads {ROUNDS} 3
""" + "".join(f"interrupt interrupt-{name} {INTERRUPTS} '{command}'\n"
              for name, command in BUSY.items()) + """
load last
unload last
end_watch
"""

CPUS = f"""begin_watch
{FUNCTIONS}
hotplug hotplug {CPU_TRIPS}
""" + "".join(f"sleep_during sleep-{test} {test} '{BUSY[command]}'\n"
              for test, command in SLEEPS.items()) + """
load last
unload last
end_watch
"""


def interrupted(name):
    """The runs ended, most by the signal; nothing failed, nothing was lost."""
    def holds(result):
        load = Load(result, f"interrupt-{name}")
        outcomes = load.text("outcomes").split()
        shadow.equal("runs", len(outcomes), 3 * INTERRUPTS)
        # One that a signal met before it began has no outcome.
        shadow.equal("outcomes", set(outcomes) - {"interrupted", "none"},
                     set())
        shadow.true(f"no run was interrupted: {outcomes}",
                    "interrupted" in outcomes)
        shadow.equal("what rmmod said", load.text("rmmod"), "")
        passed(f"interrupt-{name}")(result)
    return Check(f"HUP, TERM and KILL end a run of {name} at any moment",
                 holds)


def slept(test, sleeps):
    """The machine slept, a run did not keep it from that, nothing was lost."""
    def holds(result):
        load = Load(result, f"sleep-{test}")
        shadow.equal("what was said", load.text("said"), "")
        shadow.equal("sleeps so far", load.text("sleeps").strip(), sleeps)
        passed(f"sleep-{test}")(result)
        shadow.equal("what rmmod said", load.text("rmmod"), "")
    return Check("suspend to idle, " + (
        "all the way, " if test == "none" else f"as far as {test}, ") +
        f"during a run of {SLEEPS[test]}", holds)


LAST = Check("after all that the whole pool is there and passes", last)


@dataclass(eq=False)
class LifecycleCase(StressCase):
    """A boot in which files are read while the module goes."""

    def run(self, live=None):
        return LifecycleResult(**vars(super().run(live)))


def case(name, job, checks):
    return LifecycleCase(name, machine(boot.KASAN_KERNEL, 2), job,
                         [*checks, LAST, *watched(boot.KASAN_KERNEL)],
                         bootargs="cma=0", patience=3600)


CASES = [
    case("reload", COMING, [
        came_and_went("loads", LOADS), came_and_went("exercised", EXERCISED)]),
    case("concurrent", USED, [
        readers("readers", READS),
        *(busy(f"busy-{name}") for name in BUSY),
        unloaded("unloads", ROUNDS, 3),
        *(interrupted(name) for name in BUSY)]),
    case("hotplug", CPUS, [
        hotplug("hotplug", CPU_TRIPS),
        *(slept(test, str(number))
          for number, test in enumerate(SLEEPS, 1))]),
]
