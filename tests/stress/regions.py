# SPDX-License-Identifier: GPL-2.0-only
"""Regions come and go in /proc/iomem while the module is loaded and runs (R1, R3).

tests/stress/bugs/regions.c makes them. With image= neither the load nor a run walks
that tree, whose entries are freed at any moment. KASAN sees each use of such an
entry. Debian's kernel poisons what is freed and does a hundred times as much: there
a walk in the self-test was an oops within 30 runs.
"""

import boot
from tests.boot.case import check
from tests.boot.shadow import passes
from tests.phone.modules import compile_modules
from .case import HERE, StressCase, machine, watched
from .detectors import modules

LOADS = 4


def job(runs):
    return f"""
mkdir /results/regions
insmod /regions.ko
for load in $(seq {LOADS}); do
	insmod /buddy-shadow.ko size=64K exercise=0 "$(running_image)"
	for run in $(seq {runs}); do
		echo "selftest ops=0" >$debugfs/run
		cat $debugfs/result >>/results/regions/results
		cat /sys/module/regions/parameters/rounds >>/results/regions/rounds
	done
	rmmod buddy_shadow
done
rmmod regions
"""


def unmoved(load, runs):
    """Between any two runs regions came and went, and each run passed."""
    rounds = [int(line) for line in load.text("rounds").splitlines()]
    assert len(rounds) == runs
    assert all(one < two for one, two in zip(rounds, rounds[1:])), rounds
    results = load.text("results")
    passes(results)
    assert results.count("KTAP version 1\n") == runs
    assert results.count(" R1 ") == runs and "R1 # SKIP" not in results


def regions(kernel):
    """regions.ko for the kernel."""
    if kernel == boot.KASAN_KERNEL:
        return {"regions.ko": modules(kernel)["regions.ko"]}
    directory = boot.work() / "guest"
    compile_modules(HERE / "bugs", directory)
    return {"regions.ko": directory / "bugs/regions.ko"}


def case(kernel, runs, begin="", end="", checks=(), bootargs=""):
    return StressCase(f"regions-{kernel}", machine(kernel), begin + job(runs) + end, [
        check(f"{kernel}: {LOADS} loads with image= and {runs} self-tests in each "
              "do not mind regions that come and go", unmoved, "regions",
              LOADS * runs), *checks],
        bootargs=bootargs, files=lambda: regions(kernel))


CASES = [
    case("6.1", 100, bootargs="slub_debug=P"),
    case(boot.KASAN_KERNEL, 25, "begin_watch\n", "end_watch\n",
         watched(boot.KASAN_KERNEL)),
]
