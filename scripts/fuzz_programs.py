# SPDX-License-Identifier: GPL-2.0-only
"""The fuzz targets: building them, their inputs, one run of one of them.

Inputs that the project keeps are lines of hexadecimal digits in
tests/fuzz/corpus/TARGET.hex, those written by hand with the reason behind a `#`.
libFuzzer wants a folder of files, so they are unpacked for a run. What a longer
run finds stays in the cache.
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

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "tests/fuzz/corpus"
PACKAGES = ("clang-19", "libclang-rt-19-dev", "libfdt-dev", "llvm-19", "make")
# An input takes well below a second. What takes so many seconds hangs.
HANG = 120
# What says why a program ended, and where in the project.
REASON = re.compile(r": expected |runtime error: |ALARM: |"
                    r"ERROR: (?!libFuzzer: deadly signal)")
FRAME = re.compile(rf"\s*#\d+ \S+ in (\w+) {re.escape(str(ROOT))}/(\S+:\d+)")
ARTIFACT = re.compile(r"Test unit written to (.*)")
EXECUTED = re.compile(r"stat::number_of_executed_units:\s*(\d+)")


class FuzzError(Exception):
    """Something that is not a finding: a failed build, a malformed corpus."""


@dataclass(frozen=True)
class Target:
    """A fuzz target.

    `most` is the size of the largest input, `quick` the executions of a quick
    run, `share` what part of a long run's time it gets.
    """

    name: str
    what: str
    most: int
    quick: int
    share: int


TARGETS = (
    Target("text", "commands and parameters are read as a second parser does",
           64, 200000, 4),
    Target("ranges", "sets of ranges agree with a bitmap", 64, 150000, 4),
    Target("layout", "the layout agrees with a bitmap", 40, 100000, 3),
    Target("buddy", "the allocator agrees with a naive model", 72, 50000, 8),
    Target("corrupt", "the checker sees every corrupt field", 64, 50000, 3),
    Target("large", "blocks of up to 4 GiB agree with a naive model", 48, 60,
           1),
    Target("pt", "page tables agree with a list of what is mapped", 160, 20000,
           3),
    Target("dt", "a device tree's ranges agree with a look at its pages", 400,
           20000, 2),
)


def folder():
    """The folder of this checkout's fuzzing in the cache."""
    return boot.boots().parent / "fuzz"


@contextlib.contextmanager
def alone(what):
    """Let no other run of this checkout do the same at the same time."""
    folder().mkdir(parents=True, exist_ok=True)
    with open(folder() / f"{what}.lock", "w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def build(mode, names):
    """Build targets; return the folder with the programs."""
    where = folder() / mode
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
    found = {}
    if not path.is_file():
        raise FuzzError(f"{path.relative_to(ROOT)} is missing; scripts/fuzz.py "
                        f"--minimise {name} makes it")
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        try:
            found[bytes.fromhex(line.partition("#")[0])] = line
        except ValueError:
            raise FuzzError(f"{path.relative_to(ROOT)}:{number}: expected "
                            "hexadecimal digits, two a byte") from None
    return found


def unpack(inputs, where):
    """Write inputs as files into a new folder; return it."""
    where.mkdir()
    for data in inputs:
        (where / hashlib.sha1(data).hexdigest()).write_bytes(data)
    return where


def found(name):
    """The folder of what long runs found."""
    where = folder() / "found" / name
    where.mkdir(parents=True, exist_ok=True)
    return where


def count(name, executions):
    """Add to the number of all executions of a target."""
    with alone("executions"):
        numbers = total()
        numbers[name] = numbers.get(name, 0) + executions
        path = folder() / "executions.json"
        path.write_text(json.dumps(numbers, indent=1, sort_keys=True))


def total():
    """All executions so far, by target."""
    path = folder() / "executions.json"
    return json.loads(path.read_text()) if path.is_file() else {}


@dataclass
class Outcome:
    """How a run ended: what was executed, and what went wrong."""

    executions: int
    details: list


def explain(name, output, status):
    """What went wrong, where, with which input, and how to see it again."""
    lines = output.splitlines()
    details = [line.strip() for line in lines if REASON.search(line)]
    details += [f"in {match.group(1)} at {match.group(2)}" for match
                in map(FRAME.match, lines) if match]
    artifact = ARTIFACT.search(output)
    if artifact:
        data = Path(artifact.group(1)).read_bytes().hex()
        details += [f"the input is {data}", f"it is kept as "
                    f"{artifact.group(1)}; to see it again:",
                    f"  scripts/fuzz.py --repeat {name} {data}"]
    return details or lines[-20:] + [f"{name} ended with status {status}"]


def environment(extra=None):
    """Memory that is freed is kept back for a while, not for ever."""
    return {**os.environ, "ASAN_OPTIONS": "quarantine_size_mb=16",
            **(extra or {})}


def run(program, *arguments, environ=None):
    """Run one of the programs; return its Outcome."""
    crashes = folder() / "crashes"
    crashes.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [program, f"-timeout={HANG}", "-print_final_stats=1",
         f"-artifact_prefix={crashes}/{program.name}-", *arguments],
        cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
        env=environment(environ))
    executed = EXECUTED.search(done.stdout)
    executions = int(executed.group(1)) if executed else 0
    if not done.returncode and executed:
        return Outcome(executions, [])
    return Outcome(executions, explain(program.name, done.stdout,
                                       done.returncode))
