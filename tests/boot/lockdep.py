# SPDX-License-Identifier: GPL-2.0-only
"""All commands on a kernel with lockdep, kmemleak and checks for sleeping."""

from boot import KUNIT_KERNEL, Machine
from .case import Case, check
from .commands import passed
from .shadow import MIB, as_the_oracle, exercised, figures

COMMANDS = {
    "selftest": "selftest seed=1 ops=2000 time=3000",
    "torture": "torture seed=2 ops=20000 time=3000",
    "smp": "smp seed=3 ops=20000 time=3000",
    "whole-machine": "whole-machine seed=4 ops=100000 time=3000",
}
# The module is a part of this kernel and ran its self-test as that booted.
JOB = "collect main\n" + "".join(
    f"command {name} '{command}'\n" for name, command in COMMANDS.items()
) + "end_watch\n"


def as_built_in(load):
    as_the_oracle(load)
    exercised(load)
    assert load.summary["region"] == "cma"
    figures(load, region_bytes=64 * MIB)


def lockdep_on(load):
    """lockdep switches itself off after the first complaint."""
    stats = load.result.text("lockdep_stats").replace(" ", "").splitlines()
    assert "debug_locks:1" in stats


def no_leak(load):
    assert "kmemleak" in load.result.files, "kmemleak did not look"
    assert load.result.text("kmemleak") == ""


CASES = [
    Case("lockdep", Machine(kernel=KUNIT_KERNEL, cpus=2), JOB, [
        check("lockdep: as a part of the kernel the self-test passes at boot",
              as_built_in),
        *(check(f"lockdep: {name} passes on 2 CPUs", passed, name)
          for name in COMMANDS),
        check("lockdep is still on at the end", lockdep_on),
        check("kmemleak finds no lost memory", no_leak),
    ], bootargs="kunit.enable=0", long=True),
]
