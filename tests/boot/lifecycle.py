# SPDX-License-Identifier: GPL-2.0-only
"""The module is loaded and unloaded, also while it is in use (X1, B7)."""

from boot import Machine
from .case import HERE, Case, sentence
from .shadow import MIB, in_pool, stopped, unloaded
from .whole import selftest_passes

LOADS = 10
ROUNDS = 5
READS = 30
CPU_TRIPS = 2

FUNCTIONS = (HERE / "lifecycle.sh").read_text(encoding="utf-8")

JOB = f"""{FUNCTIONS}
come_and_go loads {LOADS} size=1M
read_at_once readers {READS}
during busy "smp ops=1000000000 time=6000" try_to_unload
unload_while_read unloads {ROUNDS} 2
during hotplug "smp ops=1000000000 time=6000" hotplug {CPU_TRIPS}
load last
unload last
"""


# rmmod closes a module to new users a moment before it says so. debugfs takes a
# file that is opened in this moment for one that was left behind, warns, and
# refuses the open: that means nothing.
HARMLESS = r".*WARNING: .* full_proxy_open\+.*(\n.*Call trace:$)?"


@sentence("{} times in and out")
def came_and_went(load, times, outcome="passed"):
    assert load.text("said") == ""
    assert load.text("times").strip() == str(times)
    assert load.text("outcomes").split() == [outcome] * times


@sentence("of readers at the same time none is told of a run")
def readers(load, times):
    assert load.text("whole").strip() == str(times)
    assert load.text("running") == ""
    unloaded(load)


def works_then(load):
    selftest_passes(load)
    unloaded(load)


def ended(load):
    """The run was under way until it was stopped, and lost nothing."""
    assert load.text("until-stop"), "the run ended on its own"
    assert "Operation canceled" in load.text("write")
    stopped(load.text("result"), "stop")
    works_then(load)


@sentence("rmmod is refused while a run is going, and works then")
def is_busy(load):
    assert "Resource temporarily unavailable" in load.text("refused")
    ended(load)


@sentence("{} unloads while {} readers and a writer are at work")
def unloads(load, rounds, count):
    assert load.text("said") == ""
    assert len(load.text("tries").split()) == rounds
    worked = [line for line in load.text("rounds").split() if int(line)]
    assert len(worked) == count, "readers that worked"


@sentence("a CPU goes and comes during a run on all CPUs")
def hotplug(load, trips):
    """A CPU can go offline at once, however long the run takes."""
    assert load.text("said") == ""
    online = load.text("online").split()
    assert len(online) == trips
    for cpus in online:
        assert cpus[0] == "0" and "1" not in cpus.split("-")[-1].split(",")
    ended(load)


def whole_pool(load):
    in_pool(load, "buddy-shadow-pool", 64 * MIB)
    unloaded(load)


last = sentence("after all that the whole pool is there and passes")(whole_pool)

CASES = [
    Case("lifecycle", Machine(cpus=2, tree="fixed-pool"), JOB, [
        came_and_went("loads", LOADS), readers("readers", READS), is_busy("busy"),
        unloads("unloads", ROUNDS, 2), hotplug("hotplug", CPU_TRIPS), last("last"),
    ], bootargs="cma=0", harmless=HARMLESS, seconds=17),
]
