# SPDX-License-Identifier: GPL-2.0-only
"""The fuzz targets: building them, their inputs, one run of one of them.

Inputs that the project keeps are lines of hexadecimal digits in
tests/fuzz/corpus/TARGET.hex, those written by hand with the reason behind a `#`.
libFuzzer wants a directory of files, so they are unpacked for a run. What a
longer run finds stays in the cache.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import boot

ROOT = boot.SCRIPTS.parent
CORPUS = ROOT / "tests/fuzz/corpus"
PACKAGES = ("clang-19", "libclang-rt-19-dev", "libfdt-dev", "llvm-19", "make")
# An input takes well below a second. What takes so many seconds hangs.
HANG = 120
# What says why a program ended, and where in the project.
REASON = re.compile(r": expected |: differs from the model: |runtime error: |ALARM: |^host: |"
                    r"ERROR: (?!libFuzzer: deadly signal)")
FRAME = re.compile(rf"\s*#\d+ \S+ in (\w+) {re.escape(str(ROOT))}/(\S+:\d+)")
ARTIFACT = re.compile(r"Test unit written to (.*)")
EXECUTED = re.compile(r"stat::number_of_executed_units:\s*(\d+)")


class FuzzError(Exception):
    """Something that is not a finding: a failed build, a malformed corpus."""


@dataclass(frozen=True)
class Target:
    """A fuzz target, and what it shows.

    `most` is the size of the largest input, `quick` the executions of a quick
    run, `share` what part of a long run's time it gets.
    """

    name: str
    what: str
    most: int
    quick: int
    share: int


TARGETS = (
    Target("text", "commands and parameters are read as by a second parser",
           64, 100000, 4),
    Target("ranges", "sets of ranges agree with the model", 64, 30000, 4),
    Target("layout", "the layout agrees with the model", 40, 25000, 3),
    Target("buddy", "the allocator agrees with the model", 72, 10000, 8),
    Target("corrupt", "the checker sees every corrupt field", 64, 15000, 3),
    Target("large", "blocks of up to 4 GiB agree with the model", 48, 30, 1),
    Target("pt", "page tables agree with the model", 160, 2000, 3),
    Target("dt", "any tree is read without harm, and its plan agrees with the "
           "model", 400, 10000, 4),
    Target("log", "any serial log is read without harm, and a good one is good "
           "behind any prefix", 600, 5000, 2),
    Target("trace", "any trace is replayed without harm, and the calls of a right "
           "allocator are right", 300, 1500, 2),
    Target("desk", "shadow-layout ends well on any file, says the same of it twice, and "
           "agrees with itself", 800, 200, 4),
)


def work():
    """The directory of this checkout's fuzzing in the cache."""
    return boot.work() / "fuzz"


@contextlib.contextmanager
def alone(what):
    """Let no other run of this checkout do the same at the same time."""
    work().mkdir(parents=True, exist_ok=True)
    with open(work() / f"{what}.lock", "w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def build(mode, *names):
    """Build programs; return the directory that they are in."""
    where = work() / mode
    subprocess.run([boot.SCRIPTS / "need", *PACKAGES], check=True)
    with alone("build"):
        done = subprocess.run(
            ["make", "-s", "-j2", "-C", ROOT, "-f", "tests/fuzz/Makefile",
             f"O={where}", f"MODE={mode}", *names],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    if done.returncode:
        raise FuzzError(f"the targets do not build:\n{done.stdout.strip()}")
    return where


def fixed(name):
    """The inputs that the project keeps for a target, each with its line."""
    path = CORPUS / f"{name}.hex"
    kept = {}
    for number, line in enumerate(path.read_text("ascii").splitlines(), 1):
        try:
            kept[bytes.fromhex(line.partition("#")[0])] = line
        except ValueError:
            raise FuzzError(f"{path.relative_to(ROOT)}:{number}: expected "
                            "hexadecimal digits, two a byte") from None
    return kept


def unpack(inputs, where):
    """Write inputs as files into a new directory; return it."""
    where.mkdir()
    for data in inputs:
        (where / hashlib.sha1(data).hexdigest()).write_bytes(data)
    return where


def found(name):
    """The directory of what long runs found."""
    where = work() / "found" / name
    where.mkdir(parents=True, exist_ok=True)
    return where


def total(more=()):
    """All executions so far, by target; those of (name, number) are added."""
    path = work() / "executions.json"
    with alone("executions"):
        numbers = json.loads(path.read_text()) if path.is_file() else {}
        for name, executions in more:
            numbers[name] = numbers.get(name, 0) + executions
        path.write_text(json.dumps(numbers, indent=1, sort_keys=True))
    return numbers


def explain(name, output, status):
    """What went wrong, where, with which input, and how to see it again."""
    lines = output.splitlines()
    details = [line.strip() for line in lines if REASON.search(line)]
    details += [f"in {match[1]} at {match[2]}"
                for match in map(FRAME.match, lines) if match]
    if artifact := ARTIFACT.search(output):
        data = Path(artifact[1]).read_bytes().hex()
        details += [f"the input is kept as {artifact[1]}; to see it again:",
                    f"  tests/fuzz/fuzz.py repeat {name} {data}"]
    return details or lines[-20:] + [f"{name} ended with status {status}"]


def environment(**extra):
    """Memory that is freed is kept back for a while, not for ever."""
    return {**os.environ, "ASAN_OPTIONS": "quarantine_size_mb=16", **extra}


def run(program, *arguments, **environ):
    """Run one of the programs; return the executions and what went wrong."""
    crashes = work() / "crashes"
    crashes.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [program, f"-timeout={HANG}", "-print_final_stats=1",
         f"-artifact_prefix={crashes}/{program.name}-", *arguments],
        cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
        env=environment(**environ))
    executed = EXECUTED.search(done.stdout)
    executions = int(executed[1]) if executed else 0
    total([(program.name, executions)])
    return executions, [] if executed and not done.returncode else \
        explain(program.name, done.stdout, done.returncode)
