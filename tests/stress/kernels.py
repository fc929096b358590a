# SPDX-License-Identifier: GPL-2.0-only
"""The suites and all commands on kernels that look at everything."""

import re

import boot
from tests.boot.case import check
from tests.boot.commands import passed
from tests.boot.shadow import Load, unloaded, valid
from tests.kunit import JOB, suites
from .case import StressCase, machine, seed, watched

# In debug kernels an operation takes several times as long.
COMMANDS = ("selftest ops=2000 time=10000", "torture ops=10000 time=10000",
            "smp ops=10000 time=10000", "whole-machine ops=50000 time=10000")
SEEDS = 3
# While trace events are turned on and off all the time.
TRACED = {"traced-torture": "torture ops=5000 time=10000",
          "traced-smp": "smp ops=5000 time=10000"}
SWITCHING = """
events=/sys/kernel/tracing/events/buddy_shadow/enable
mount -t tracefs tracefs /sys/kernel/tracing
touch /tmp/switching
while [ -e /tmp/switching ]; do
	for on in 1 0; do
		echo $on >$events
		sleep 0.2
		echo $on >>/results/switched
	done
done &
"""
SWITCHED = """
rm /tmp/switching
wait
grep -m 1 ': alloc: pfn=' /sys/kernel/tracing/trace >/results/traced
"""
# Of KUnit's log: `ok 3 name`, for a case, a parameter or a suite.
RESULT = re.compile(r"^(?:\[[ .\d]+\] )?\s*(not )?ok \d+ (?:- )?(\S+)", re.M)


def runs():
    """{name: command} of all commands, each with some seeds."""
    return {f"{command.split()[0]}-{number}":
            f"{command} seed={seed() + number}"
            for number in range(1, SEEDS + 1) for command in COMMANDS}


def job():
    commands, traced = ("".join(f"command {name} '{command}'\n"
                                for name, command in some.items())
                        for some in (runs(), TRACED))
    return (f"begin_watch\n{JOB}\nload_tests suites\nload commands\n"
            f"{commands}{SWITCHING}{traced}{SWITCHED}unload commands\nend_watch\n")


def all_pass(load):
    """Every case of the source is in the log, and none failed."""
    found = RESULT.findall(load.text("kunit-log"))
    assert not [name for bad, name in found if bad], "cases that failed"
    wanted = {name.partition(".")[2] for names in suites().values()
              for name in names}
    assert not wanted - {name for _, name in found}, "cases that did not run"
    assert load.text("kunit-rmmod") == ""


def switched(load):
    """Events were on and off some times while those commands ran."""
    assert load.result.text("switched").count("1") >= 5
    assert load.result.text("traced")


def clean(load):
    for name in "suites", "commands":
        valid(Load(load.result, name))
        unloaded(Load(load.result, name))


def case(kernel):
    cpus = 4 if kernel == boot.KCSAN_KERNEL else 3
    return StressCase(f"commands-{kernel}", machine(kernel, cpus), job(), [
        check(f"{kernel}: all cases of the KUnit suites pass, loaded as "
              "modules", all_pass, "suites"),
        *(check(f"{kernel}: {name} passes on {cpus} CPUs", passed, name)
          for name in (*runs(), *TRACED)),
        check(f"{kernel}: trace events went on and off meanwhile", switched),
        check(f"{kernel}: the modules can be loaded and unloaded", clean),
        *watched(kernel),
    ], patience=3600)


CASES = [case(kernel) for kernel in boot.DEBUG_KERNELS]
