# SPDX-License-Identifier: GPL-2.0-only
"""What a case of `make stress` is: a boot that may take long."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import boot
import races
from tests.boot.case import Case, check
from tests.boot.lockdep import lockdep_on, no_leak

HERE = Path(__file__).resolve().parent
# Seconds without a word, on top of boot.HANG_TIMEOUT, after which a guest hangs.
PATIENCE = 1800
RACES_SHOWN = 10
# A long log. KUnit waits for a case without a break: one that takes two minutes
# on an emulated machine with all checks on is slow, and does not hang.
ALWAYS = "log_buf_len=4M sysctl.kernel.hung_task_timeout_secs=900"
# All reports of KASAN, not only the first; poison in free pages.
BOOTARGS = {boot.KASAN_KERNEL: f"kasan_multi_shot page_poison=1 {ALWAYS} ",
            boot.KCSAN_KERNEL: f"{ALWAYS} "}


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
    """A boot. Its guest has the shell files of this directory."""

    patience: int = PATIENCE

    def __post_init__(self):
        more = self.files
        self.files = lambda: {**{path.name: path for path in HERE.glob("*.sh")},
                              **more()}
        self.job = f". /stress.sh\n{self.job}"
        self.bootargs = BOOTARGS.get(self.machine.kernel, "") + self.bootargs

    def run(self, live=None):
        result = super().run(live)
        # Races of the kernel itself are told of, and not counted.
        for title, times in races.foreign(result.console).most_common(
                RACES_SHOWN):
            say(f"a race of the kernel's own, {times} times: {title}")
        return result


def compile_for_guest(name):
    """Compile a program of tests/stress/fault for the guest."""
    subprocess.run([boot.SCRIPTS / "need", "gcc-aarch64-linux-gnu",
                    "libc6-dev-arm64-cross"], check=True)
    source = HERE / "fault" / f"{name}.c"
    program = boot.work() / "guest" / name
    program.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["aarch64-linux-gnu-gcc", "-std=gnu11", "-Wall", "-Wextra",
                    "-Werror", "-O2", "-static", source, "-o", program],
                   check=True)
    return {f"bin/{name}": program}


def has_options(load, kernel):
    """The running kernel says that it has what kunit/NAME.config wants."""
    path = boot.SCRIPTS.parent / "kunit" / f"{kernel}.config"
    wanted = {line for line in path.read_text("utf-8").splitlines()
              if line.startswith("CONFIG_")}
    assert not wanted - set(load.result.text("config").splitlines())


def options(kernel):
    return check(f"{kernel}: the kernel has all of kunit/{kernel}.config",
                 has_options, "", kernel)


def watched(kernel):
    """The checks of a job with begin_watch and end_watch."""
    return [
        options(kernel),
        check(f"{kernel}: lockdep is still on at the end", lockdep_on),
        check(f"{kernel}: kmemleak finds no lost memory", no_leak),
    ]
