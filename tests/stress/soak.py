# SPDX-License-Identifier: GPL-2.0-only
"""Long runs: all commands with fresh seeds, again and again.

The minutes are shared out between the debug kernels, and on each between boots
with 2, 3 and 4 CPUs. Every boot adds a line to a log in the cache.
"""

import hashlib
import json
import re
import time

import boot
import races
from tests.boot import shadow
from tests.boot.case import Check
from .case import PATIENCE, StressCase, machine, say, seed, watched

CPUS = (4, 3, 2)
EVERY = 60  # seconds between two lines of progress
LINE = re.compile(rb"^soak: round (\d+) .* (passed|failed) (\d+) operations",
                  re.M)


def log_path():
    return boot.cache() / "soak.log"


class Progress:
    """What a guest prints, counted; a line for a person every minute."""

    def __init__(self, name):
        self.name = name
        self.rest = b""
        self.rounds = self.runs = self.failed = self.ops = 0
        self.start = self.said = time.monotonic()

    @property
    def minutes(self):
        return (time.monotonic() - self.start) / 60

    def write(self, data):
        lines, _, self.rest = (self.rest + data).rpartition(b"\n")
        for number, outcome, ops in LINE.findall(lines):
            self.rounds = int(number)
            self.runs += 1
            self.failed += outcome == b"failed"
            self.ops += int(ops)

    def flush(self):
        if time.monotonic() - self.said >= EVERY:
            self.said = time.monotonic()
            say(self)

    def __str__(self):
        return (f"{self.name}: {self.minutes:.1f} minutes, round "
                f"{self.rounds}, {self.runs} runs, {self.failed} failed, "
                f"{self.ops} operations")


class SoakCase(StressCase):
    """A boot whose job prints as it goes, and which is logged."""

    def run(self, live=None):
        progress = Progress(self.name)
        result = super().run(progress)
        say(progress)
        self.note(progress, result)
        return result

    def note(self, progress, result):
        module = boot.build(self.machine.kernel)["buddy-shadow.ko"].read_bytes()
        entry = {"ended": time.strftime("%Y-%m-%dT%H:%M:%S"),
                 "module": hashlib.sha256(module).hexdigest()[:12],
                 "kernel": self.machine.kernel, "cpus": self.machine.cpus,
                 "minutes": round(progress.minutes, 1),
                 "rounds": progress.rounds, "runs": progress.runs,
                 "failed": progress.failed, "operations": progress.ops,
                 "complaints": len(result.complaints()),
                 "foreign_races": races.foreign(result.console).total()}
        with open(log_path(), "a", encoding="utf-8") as log:
            log.write(json.dumps(entry) + "\n")
        say(f"so far {total(self.machine.kernel)}")


def all_passed(result):
    shadow.equal("what failed", result.text("failed")[:4000], "")
    shadow.true("not even one round was done",
                int(result.text("rounds") or 0) > 0)


def cases(minutes):
    boots = [(kernel, cpus) for cpus in CPUS if minutes
             for kernel in boot.DEBUG_KERNELS]
    for number, (kernel, cpus) in enumerate(boots):
        seconds = minutes * 60 // len(boots)
        start = seed() + number * 1000
        yield SoakCase(
            f"soak-{kernel}-{cpus}", machine(kernel, cpus),
            f"begin_watch\nsoak {seconds} {start}\nend_watch\n",
            [Check(f"{kernel}: every run of {seconds} s on {cpus} CPUs passes",
                   all_passed), *watched(kernel)],
            # A round that has begun is brought to its end.
            patience=seconds + PATIENCE)


def total(kernel):
    """What all long runs on a kernel so far come to."""
    entries = [json.loads(line) for line in
               log_path().read_text(encoding="utf-8").splitlines()]
    ours = [entry for entry in entries if entry["kernel"] == kernel]
    sums = {name: sum(entry[name] for entry in ours) for name in
            ("minutes", "rounds", "runs", "failed", "operations", "complaints")}
    return f"{kernel}: {len(ours)} boots since {ours[0]['ended']}, " + \
        ", ".join(f"{value:.0f} {name}" for name, value in sums.items())
