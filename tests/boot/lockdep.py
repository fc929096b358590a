# SPDX-License-Identifier: GPL-2.0-only
"""All commands on a kernel with lockdep, kmemleak and checks for sleeping."""

from boot import KUNIT_KERNEL, Machine
from . import shadow
from .case import Case, Check
from .commands import passed
from .shadow import MIB, Load

COMMANDS = {
    "selftest": "selftest seed=1",
    "torture": "torture seed=2 ops=20000",
    "smp": "smp seed=3 ops=20000",
    "whole-machine": "whole-machine seed=4 ops=100000",
}

# The module is a part of this kernel and ran its self-test as that booted.
JOB = "collect main\n" + "".join(
    f"command {name} '{command}'\n" for name, command in COMMANDS.items()
) + """
cat /proc/lockdep_stats >/results/lockdep_stats
echo scan >/sys/kernel/debug/kmemleak
cat /sys/kernel/debug/kmemleak >/results/kmemleak
"""


def as_built_in(result):
    load = Load(result, "main")
    shadow.verdict(load, "OK")
    shadow.adds_up(load)
    shadow.exercise(load, "passed")
    shadow.equal("region", load.summary.get("region"), "cma")
    shadow.figures(load, region_bytes=64 * MIB)


def watched(result):
    """lockdep switches itself off after the first complaint."""
    stats = result.text("lockdep_stats")
    values = {name.strip(): value.strip() for name, _, value in
              (line.partition(":") for line in stats.splitlines())}
    shadow.equal("debug_locks in /proc/lockdep_stats",
                 values.get("debug_locks"), "1")


def kept(result):
    shadow.true("there is no kmemleak", "kmemleak" in result.files)
    shadow.equal("what kmemleak found", result.text("kmemleak"), "")


CASES = [
    Case("lockdep", Machine(kernel=KUNIT_KERNEL, cpus=2), JOB, [
        Check("lockdep: as a part of the kernel the self-test passes at boot",
              as_built_in),
        *(Check(f"lockdep: {name} passes on 2 CPUs", passed(name))
          for name in COMMANDS),
        Check("lockdep is still on at the end", watched),
        Check("kmemleak finds no lost memory", kept),
    ], bootargs="kunit.enable=0", seconds=30),
]
