# SPDX-License-Identifier: GPL-2.0-only
"""On every kernel: built without a warning, loaded, exercised, loaded again."""

import re

import boot
import pytest
from tests.boot.case import Case, check, items, verify
from tests.boot.commands import passed
from tests.boot.events import plans
from tests.boot.lifecycle import FUNCTIONS, came_and_went
from tests.boot.shadow import exercised, unloaded, valid
from tests.boot.whole import whole_machine
from tests.check import builds

# What people have, and the newest that the archive offers.
KERNELS = ("5.10", boot.SYSTEMS_KERNEL, "6.1-rt", "6.12", "6.12-16k",
           "6.12-cloud", "6.12-rt", "7.3", "newest")
# A part of `make test`, where tests/boot does all this on this system's own kernel.
QUICK = ("7.3",)
# Whose trace events wait for a module.
WAITING = ("7.3", "newest")
# What is there was compiled without a warning: only what changed is compiled again.
NO_WARNING = ("KCFLAGS=-Werror",)
LOADS = 20
WAITS = "buddy_shadow:plan:mod:buddy_shadow"
COMPILER = re.compile(rb"(GCC): \(.*?\) ([\d.]+)|(clang) version ([\d.]+)")

JOB = f"""{FUNCTIONS}
uname -r >/results/release
mount -t tracefs tracefs /sys/kernel/tracing
# Before 6.14 no event waits for a module that is not there yet.
echo {WAITS} >/sys/kernel/tracing/set_event 2>/dev/null
load main
mkdir /results/events
cat /sys/kernel/tracing/trace >/results/events/load
command smp 'smp ops=5000 time=600'
command whole 'whole-machine time=6000'
unload main
come_and_go loads {LOADS} size=1M
"""


def loaded(load):
    valid(load)
    exercised(load)
    unloaded(load)


def builds_clean(load, kernel):
    """No warning of make or modpost either: they are no errors."""
    built = boot.build_module(kernel, *NO_WARNING)
    assert (built / "exercise/smp.o").exists()
    assert builds.warnings(0, (built / "build.log").read_text()) == []


def case(kernel):
    machine = boot.Machine(kernel, cpus=2, make=NO_WARNING)
    return Case(f"kernel-{kernel}", machine, JOB, [
        check(f"{kernel}: the module builds without a warning", builds_clean,
              "main", kernel),
        check(f"{kernel}: it loads and passes its self-test", loaded),
        check(f"{kernel}: smp passes on 2 CPUs", passed, "smp",
              "context on 2 CPUs"),
        check(f"{kernel}: whole-machine passes", whole_machine, "whole"),
        came_and_went("loads", LOADS),
    ] + [
        check(f"{kernel}: the load's own plan is traced", plans, "main", "load", 1)
    ] * (kernel in WAITING), seconds=60, long=kernel not in QUICK)


def figures(kernel, result):
    """What the table at the end of `make kernels` shows."""
    module = (boot.build_module(kernel, *NO_WARNING)
              / "buddy-shadow.ko").read_bytes()
    text = result.text
    return {
        "release": text("release").strip(),
        "compiler": b" ".join(filter(None, COMPILER.search(module).groups())
                              ).decode().lower(),
        **{name: len(re.findall(r"^ok ", text(f"{where}/result"), re.M))
           for name, where in (("self-test", "main"), ("smp", "smp"),
                               ("whole-machine", "whole"))},
        "loads": text("loads/times").strip(),
        "seconds": f"{result.seconds:.0f}",
    }


@pytest.mark.parametrize("case, holds", items(map(case, KERNELS)))
def test_kernel(case, holds, record_property):
    kernel = case.machine.kernel
    record_property("kernel", kernel)
    record_property("figures", figures(kernel, verify(case, holds)))
