# SPDX-License-Identifier: GPL-2.0-only
"""What a case of `make stress` is: a boot that may take long."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

import boot
import races
from tests.boot import shadow
from tests.boot.case import Case, Check

HERE = Path(__file__).resolve().parent
# Seconds without a word, on top of boot.HANG_TIMEOUT, after which a guest hangs.
PATIENCE = 1800
RACES_SHOWN = 10
# A long log. KUnit waits for a case without a break: one that takes two minutes
# on an emulated machine with all checks on is slow, and does not hang.
ALWAYS = "log_buf_len=4M sysctl.kernel.hung_task_timeout_secs=900"
# All reports of KASAN, not only the first; poison in free pages.
BOOTARGS = {boot.KASAN_KERNEL: f"kasan_multi_shot page_poison=1 {ALWAYS}",
            boot.KCSAN_KERNEL: ALWAYS}


def seed():
    """Where random numbers of this run begin."""
    return int(os.environ["SEED"])


def say(text):
    """While a run is going on, whatever captures its output."""
    print(f"stress: {text}", file=sys.__stderr__, flush=True)


def machine(kernel, cpus=3):
    return boot.Machine(kernel, memory="2G", cpus=cpus)


@dataclass(eq=False)
class StressCase(Case):
    """A boot. Its job finds stress.sh sourced."""

    files: dict = field(default_factory=dict)
    patience: int = PATIENCE

    def arguments(self):
        return f"{BOOTARGS.get(self.machine.kernel, '')} {self.bootargs}".strip()

    def run(self, live=None):
        files = {"stress.sh": HERE / "stress.sh", **self.files}
        result = boot.boot(self.name, self.machine, ". /stress.sh\n" + self.job,
                           files, live, self.arguments(), self.patience)
        # Races of the kernel itself are told of, and not counted.
        for title, times in races.foreign(result.console).most_common(
                RACES_SHOWN):
            say(f"a race of the kernel's own, {times} times: {title}")
        return result


def options(kernel):
    """The lines of kunit/NAME.config that set something."""
    path = boot.SCRIPTS.parent / "kunit" / f"{kernel}.config"
    return [line for line in path.read_text(encoding="utf-8").splitlines()
            if line.startswith("CONFIG_")]


def has_options(kernel):
    """The running kernel says that it has what kunit/NAME.config wants."""
    def holds(result):
        seen = set(result.text("config").splitlines())
        shadow.equal("options that the kernel lacks",
                     [line for line in options(kernel) if line not in seen],
                     [])
    return holds


def lockdep_on(result):
    """lockdep switches itself off after the first complaint."""
    stats = dict(line.split(":", 1) for line in
                 result.text("lockdep_stats").replace(" ", "").splitlines()
                 if ":" in line)
    shadow.equal("debug_locks in /proc/lockdep_stats",
                 stats.get("debug_locks"), "1")


def no_leak(result):
    shadow.true("kmemleak did not look", "kmemleak" in result.files)
    shadow.equal("what kmemleak found", result.text("kmemleak"), "")


def watched(kernel):
    """The checks of a job with begin_watch and end_watch."""
    return [
        Check(f"{kernel}: the kernel has all of kunit/{kernel}.config",
              has_options(kernel)),
        Check(f"{kernel}: lockdep is still on at the end", lockdep_on),
        Check(f"{kernel}: kmemleak finds no lost memory", no_leak),
    ]
