# SPDX-License-Identifier: GPL-2.0-only
"""Every allocation of the module fails once (insmod, files, commands, rmmod)."""

import subprocess
from dataclasses import dataclass

import boot
from tests.boot import shadow
from tests.boot.case import Check
from tests.boot.lifecycle import last
from tests.boot.shadow import Load
from .case import HERE, StressCase, watched

FILES = ("verdict", "report", "summary", "memory", "reserved", "free",
         "layout", "buddyinfo", "pagetables", "result")
COMMANDS = ("torture ops=10", "smp ops=20", "whole-machine ops=10",
            "selftest ops=10")
# The module's parameters.
LOADS = {
    "plain": "size=256K exercise=0",
    "exercised": "size=16K",
    "region": "size=256K exercise=0 region=/buddy-shadow",
    "as-described": "size=256K exercise=0 machine=/",
    "malformed": "size=256K exercise=0 "
                 "machine=/buddy-shadow-machines/malformed",
    "dead": "machine=/buddy-shadow-machines/no-heap",
}
# "bare": as everywhere in debugfs, files that cannot be made are missing. EINVAL
# is what the kernel says where it has no memory for a device's name.
LOAD_OUTCOMES = {"ENOMEM", "EINVAL", "bare"}
# The second is what the kernel says where it cannot make a thread.
REFUSED = {"Cannot allocate memory", "Resource temporarily unavailable"}
ROLLS = 25
# A is for all slabs that may fail. Not those with which the kernel watches itself,
# for it takes the loss without a word; nor that of vmalloc(), which would warn.
SLABS = ("FZPUA;FZPU,kmemleak_object,kmemleak_scan_area,debug_objects_cache,"
         "vmap_area")


def jobs():
    """Yield (name, what may come of it besides "ok", line of the job)."""
    for name, parameters in LOADS.items():
        yield (f"load-{name}", LOAD_OUTCOMES,
               f"inject load-{name} load $ko {parameters}")
    yield ("unload", set(), "inject unload unload $ko size=256K exercise=0")
    yield from ((f"read-{file}", {"ENOMEM"},
                 f"inject read-{file} read $debugfs/{file}")
                for file in FILES)
    yield from ((f"run-{command.split()[0]}", {"ENOMEM"},
                 f"inject run-{command.split()[0]} write $debugfs/run "
                 f"'{command}'") for command in COMMANDS)


def job():
    lines = [line for _, _, line in jobs()]
    outside = [line for line in lines if " $debugfs/" not in line]
    inside = [line for line in lines if " $debugfs/" in line]
    return "\n".join([
        "begin_watch", ". /faults.sh", "allow_faults", "ko=/buddy-shadow.ko",
        *outside, "insmod $ko size=256K", *inside,
        f"roll_threads threads {ROLLS} 2 smp ops=20",
        f"roll_ours ours {ROLLS} 20 selftest ops=20",
        f"roll_ours whole {ROLLS} 3 whole-machine ops=20",
        "command after selftest", "rmmod buddy_shadow",
        "load last", "unload last", "end_watch", ""])


def outcomes(result, name):
    """{outcome: how often}, and how many faults there were."""
    text = result.text(f"{name}/outcomes")
    shadow.true(f"{name}: {result.text(f'{name}/said').strip()}", text)
    found = {word: int(count) for word, count in
             (line.split() for line in text.splitlines())}
    return found, found.pop("faults")


def clean(name, allowed):
    def holds(result):
        found, faults = outcomes(result, name)
        shadow.true("nothing failed", faults)
        shadow.equal("outcomes", set(found) - {"ok"} - allowed, set())
        if allowed:
            shadow.true(f"no fault was noticed: {found}",
                        found.get("ENOMEM"))
    return holds


def rolled(name):
    """Refused for want of memory or run to a good end, and both were seen."""
    def holds(result):
        said = result.text(name).splitlines()
        shadow.equal("times", len(said), ROLLS)
        shadow.equal("what was said", set(said) - {"0", *REFUSED}, set())
        shadow.true(f"not both were seen: {set(said)}",
                    "0" in said and set(said) & REFUSED)
    return holds


def last_and_out(result):
    last(result)
    shadow.equal("what rmmod said", Load(result, "last").text("rmmod"), "")


class FaultResult(boot.Result):
    """The kernel shows a stack where an allocation fails: no complaint here."""

    def complaints(self):
        return [line for line in super().complaints()
                if not line.endswith("Call trace:")]


@dataclass(eq=False)
class FaultCase(StressCase):
    """A boot with tests/stress/fault as a program of the guest."""

    def run(self, live=None):
        self.files = {"bin/fault": compile_for_guest("fault"),
                      "faults.sh": HERE / "faults.sh"}
        return FaultResult(**vars(super().run(live)))


def compile_for_guest(name):
    """Compile a program of tests/stress/fault for the guest; return its path."""
    subprocess.run([boot.SCRIPTS / "need", "gcc-aarch64-linux-gnu",
                    "libc6-dev-arm64-cross"], check=True)
    source = HERE / "fault" / f"{name}.c"
    program = boot.work() / "guest" / name
    program.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["aarch64-linux-gnu-gcc", "-std=gnu11", "-Wall", "-Wextra",
                    "-Werror", "-O2", "-static", source, "-o", program],
                   check=True)
    return program


CASES = [
    FaultCase("faults", boot.Machine(boot.KASAN_KERNEL, memory="1G", cpus=2,
                                     tree="described"), job(), [
        *(Check(f"faults: {name}: each is noticed or does no harm",
                clean(name, allowed)) for name, allowed, _ in jobs()),
        Check("faults: without threads smp is refused", rolled("threads")),
        Check("faults: with faults by chance selftest is refused or passes",
              rolled("ours")),
        Check("faults: with faults by chance whole-machine is refused or "
              "passes", rolled("whole")),
        Check("faults: then the whole pool is there and passes", last_and_out),
        *watched(boot.KASAN_KERNEL),
    ], bootargs=f"cma=0 slub_debug={SLABS}", patience=3600),
]
