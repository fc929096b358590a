# SPDX-License-Identifier: GPL-2.0-only
"""What a case of `make torture` is: a boot that may take long."""

import functools
import os
import random
from dataclasses import dataclass, field

import boot
from boot_cases import shadow
from boot_cases.case import Case, Check

# After this many seconds, on top of boot.HANG_TIMEOUT, a guest hangs.
PATIENCE = 1800
# A long log. KUnit waits for a case without a break: one that takes two minutes
# on an emulated machine with all checks on is slow, and does not hang.
ALWAYS = "log_buf_len=4M sysctl.kernel.hung_task_timeout_secs=900"
# All reports of KASAN, not only the first; poison in free pages.
BOOTARGS = {boot.KASAN_KERNEL: f"kasan_multi_shot page_poison=1 {ALWAYS}",
            boot.KCSAN_KERNEL: ALWAYS}


@functools.cache
def seed():
    """Where random numbers of this run begin; SEED in the environment."""
    return int(os.environ.get("SEED") or random.getrandbits(32))


def machine(kernel, cpus=3):
    return boot.Machine(kernel, memory="2G", cpus=cpus)


@dataclass
class TortureCase(Case):
    """A boot. Its job finds scripts/guest/torture.sh sourced."""

    files: dict = field(default_factory=dict)
    patience: int = PATIENCE
    quick: bool = False  # a part of `make test`

    def arguments(self):
        return f"{BOOTARGS.get(self.kernel, '')} {self.bootargs}".strip()

    def run(self, live=None):
        library = boot.SCRIPTS / "guest" / "torture.sh"
        return boot.boot(self.name, self.machine,
                         ". /torture.sh\n" + self.job,
                         {"torture.sh": library, **self.files}, live,
                         self.arguments(), self.patience)


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
