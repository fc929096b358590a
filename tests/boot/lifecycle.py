# SPDX-License-Identifier: GPL-2.0-only
"""The module is loaded and unloaded, also while it is in use (X1, B7)."""

import re
from dataclasses import dataclass

import boot
from boot import Machine
from . import shadow
from .case import HERE, Case, Check
from .shadow import MIB, Load

LOADS = 25
ROUNDS = 5
READS = 30
CPU_TRIPS = 2

FUNCTIONS = (HERE / "lifecycle.sh").read_text(encoding="utf-8")

JOB = f"""{FUNCTIONS}
come_and_go loads {LOADS} exercise=0 size=1M
read_at_once readers {READS}
unload_while_running busy "smp ops=1000000000"
unload_while_read unloads {ROUNDS} 2
hotplug hotplug {CPU_TRIPS}
load last
unload last
"""


def came_and_went(name, times):
    def holds(result):
        load = Load(result, name)
        shadow.equal("what was said", load.text("said"), "")
        shadow.equal("loads", load.text("times").strip(), str(times))
    return Check(f"{times} times in and out", holds)


def readers(name, times):
    def holds(result):
        load = Load(result, name)
        shadow.equal("whole results", load.text("whole").strip(), str(times))
        shadow.equal("told that something runs", load.text("running"), "")
        shadow.equal("what rmmod said", load.text("rmmod"), "")
    return Check("of readers at the same time none is told of a run", holds)


def stopped(load):
    """The run was under way until it was stopped, and lost nothing."""
    shadow.true("the run ended on its own", load.text("until-stop"))
    shadow.true(f"its writer was told '{load.text('write').strip()}'",
                "Operation canceled" in load.text("write"))
    ktap = load.text("result")
    shadow.true(f"something failed:\n{ktap}", shadow.passes(ktap))
    shadow.equal("what rmmod said", load.text("rmmod"), "")


def busy(name):
    def holds(result):
        load = Load(result, name)
        shadow.true(f"rmmod said '{load.text('refused').strip()}'",
                    "Resource temporarily unavailable" in load.text("refused"))
        stopped(load)
    return Check("rmmod is refused while a run is going, and works then", holds)


def unloaded(name, rounds, count):
    def holds(result):
        load = Load(result, name)
        shadow.equal("what was said", load.text("said"), "")
        tries = [int(line) for line in load.text("tries").split()]
        shadow.equal("unloads", len(tries), rounds)
        shadow.equal("readers that worked", len(
            [line for line in load.text("rounds").split() if int(line)]),
            count)
    return Check(f"{rounds} unloads while {count} readers and a writer are at "
                 "work", holds)


def hotplug(name, trips):
    """A CPU can go offline at once, however long the run takes."""
    def holds(result):
        load = Load(result, name)
        shadow.equal("what was said", load.text("said"), "")
        online = load.text("online").split()
        shadow.equal("trips", len(online), trips)
        shadow.true(f"CPUs online: {online}",
                    all("1" not in cpus.split("-")[-1].split(",")
                        and cpus[0] == "0" for cpus in online))
        stopped(load)
    return Check("a CPU goes and comes during a run on all CPUs", holds)


def last(result):
    load = Load(result, "last")
    shadow.valid(load)
    shadow.exercise(load, "passed")
    shadow.equal("region", load.summary.get("region"), "cma")
    shadow.figures(load, region_bytes=64 * MIB)


class LifecycleResult(boot.Result):
    """Without a warning of debugfs that means nothing.

    rmmod closes a module to new users a moment before it says so. debugfs takes
    a file that is opened in this moment for one that was left behind, warns, and
    refuses the open.
    """

    RACE = re.compile(r"WARNING: .* full_proxy_open\+")

    def complaints(self):
        found, skip = [], False
        for line in super().complaints():
            race = self.RACE.search(line)
            if not race and not (skip and line.endswith("Call trace:")):
                found.append(line)
            skip = race
        return found


@dataclass(eq=False)
class LifecycleCase(Case):
    """A boot in which files are read while the module goes."""

    def run(self):
        return LifecycleResult(**vars(super().run()))


CASES = [
    LifecycleCase("lifecycle", Machine(cpus=2, tree="fixed-pool"), JOB, [
        came_and_went("loads", LOADS),
        readers("readers", READS),
        busy("busy"),
        unloaded("unloads", ROUNDS, 2),
        hotplug("hotplug", CPU_TRIPS),
        Check("after all that the whole pool is there and passes", last),
    ], bootargs="cma=0", seconds=17),
]
