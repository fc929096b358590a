# SPDX-License-Identifier: GPL-2.0-only
"""Loads and unloads a thousand times, and while the module is in use."""

import boot
from tests.boot.case import check
from tests.boot.commands import passed
from tests.boot.lifecycle import (FUNCTIONS, HARMLESS, came_and_went, hotplug,
                                  is_busy, last, readers, unloads,
                                  works_then)
from tests.boot.shadow import unloaded
from .case import StressCase, machine, watched

LOADS, EXERCISED = 1000, 50
READS, ROUNDS, CPU_TRIPS = 100, 20, 4
INTERRUPTS = 8  # of each signal
MANY = 1000000000
BUSY = {command: f"{command} ops={MANY} time=100000"
        for command in ("torture", "smp", "whole-machine")}
SLEEPS = {"freezer": "torture", "devices": "smp", "none": "smp"}

COMING = f"""
come_and_go loads {LOADS} exercise=0 size=64K
come_and_go exercised {EXERCISED} size=16K
"""
USED = "\n".join([
    f"read_at_once readers {READS}",
    *(f"during busy-{name} '{command}' try_to_unload"
      for name, command in BUSY.items()),
    f"unload_while_read unloads {ROUNDS} 3",
    *(f"interrupt interrupt-{name} {INTERRUPTS} '{command}'"
      for name, command in BUSY.items())])
CPUS = "\n".join([
    f"during hotplug '{BUSY['smp']}' hotplug {CPU_TRIPS}",
    *(f"during sleep-{test} '{BUSY[command]}' go_to_sleep {test}"
      for test, command in SLEEPS.items())])


def ended(load):
    """The runs ended, most by the signal; nothing failed, nothing was lost."""
    outcomes = load.text("outcomes").split()
    assert len(outcomes) == 3 * INTERRUPTS
    # One that a signal met before it began has no outcome.
    assert not set(outcomes) - {"interrupted", "none"}
    assert "interrupted" in outcomes
    unloaded(load)
    passed(load)


def interrupted(name):
    return check(f"HUP, TERM and KILL end a run of {name} at any moment", ended,
                 f"interrupt-{name}")


def awake(load, sleeps):
    """The machine slept, a run did not keep it from that, nothing was lost."""
    assert load.text("said") == ""
    assert load.text("sleeps").strip() == sleeps, "sleeps so far"
    works_then(load)


def slept(test, sleeps):
    far = "all the way" if test == "none" else f"as far as {test}"
    return check(f"suspend to idle, {far}, during a run of {SLEEPS[test]}", awake,
                 f"sleep-{test}", sleeps)


def case(name, job, checks):
    job = f"begin_watch\n{FUNCTIONS}\n{job}\nload last\nunload last\nend_watch\n"
    return StressCase(name, machine(boot.KASAN_KERNEL, 2), job,
                      [*checks, last("last"), *watched(boot.KASAN_KERNEL)],
                      bootargs="cma=0", patience=3600, harmless=HARMLESS)


CASES = [
    case("reload", COMING, [
        came_and_went("loads", LOADS, "none"), came_and_went("exercised", EXERCISED)]),
    case("concurrent", USED, [
        readers("readers", READS),
        *(is_busy(f"busy-{name}") for name in BUSY),
        unloads("unloads", ROUNDS, 3),
        *(interrupted(name) for name in BUSY)]),
    case("hotplug", CPUS, [
        hotplug("hotplug", CPU_TRIPS),
        *(slept(test, str(number))
          for number, test in enumerate(SLEEPS, 1))]),
]
