# SPDX-License-Identifier: GPL-2.0-only
"""Runs CBMC over a harness and reads its verdict."""

import fcntl
import functools
import os
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import boot

ROOT = Path(__file__).resolve().parents[2]
HARNESSES = Path("tests/prove")
# The longest proof takes some minutes. This only ends one that hangs.
HANG_TIMEOUT = 3600
PAUSE = 0.02
# They solve as much as the built-in solver in a fraction of the time: one set
# for claims that hold, one for those that do not.
PROVER = ROOT / HARNESSES / "cadical-unsat"
REFUTER = "cadical"
REACHABLE = "reachable: "
UNWOUND = "unwinding assertion"
PROCESSORS = os.cpu_count() or 1
# Runs CBMC. However this program ends, its end of the pipe closes then, which
# ends CBMC and the solver, a process of its own.
GUARD = ("sh", "-c", 'exec 3<&0; { read -r _ <&3; kill -KILL 0; } & '
         '"$@" </dev/null 3<&-; kill $!; wait', "sh")
# The last lines of a trace lead to what is wrong.
SHOWN = 40
# How CBMC prints the function that has the next properties, and a property.
PLACE = re.compile(r"(\S+) function \S+$")
RESULT = re.compile(r"\[([^]]+)\] (?:line (\d+) )?(.*): "
                    r"(SUCCESS|FAILURE|ERROR|UNKNOWN)$")
NAME = re.compile(r"^Property (\S+):$", re.MULTILINE)
VIOLATED = re.compile(r"^Violated property:\n.*\n(.*)$", re.MULTILINE)


class CbmcError(Exception):
    """There is no verdict: a bad harness, or CBMC gave up."""


@dataclass(frozen=True)
class Property:
    """One assertion and what became of it."""

    id: str
    case: tuple  # CBMC's options of the case that it stands in
    text: str
    place: str
    holds: bool
    log: Path

    @property
    def reachability(self):
        return self.text.startswith(REACHABLE)

    @property
    def bound(self):
        return self.text.startswith(UNWOUND)

    @property
    def bad(self):
        """It does not hold, or it does and says that no input comes here."""
        return self.holds == self.reachability


@dataclass
class Verdict:
    """What CBMC says about a proof."""

    properties: list
    seconds: float  # the sum over its runs

    @property
    def refuted(self):
        """Assertions that do not hold, without loop bounds."""
        return [one for one in self.properties
                if one.bad and not one.reachability and not one.bound]

    def wrong(self):
        """Why this is no proof: sentences; none if it is one."""
        found = [f"{one.place}: does not hold: {one.text}"
                 for one in self.properties
                 if one.bad and not one.reachability]
        reach = [one for one in self.properties if one.reachability]
        found += [f"{one.place}: no input comes here, so nothing was proven: "
                  f"{one.text.removeprefix(REACHABLE)}"
                  for one in reach if one.bad]
        if not reach and not self.refuted:
            found.append("the harness does not assert REACHABLE()")
        return found


def directory():
    """Where logs and mutants of this checkout lie."""
    return boot.work() / "prove"


@functools.cache
def program():
    """CBMC's path; it is fetched if need be, and so is what it needs."""
    subprocess.run([ROOT / "scripts/need", "cadical", "coccinelle", "gcc",
                    "libc6-dev"], check=True)
    done = subprocess.run([ROOT / "scripts/fetch-cbmc"], check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          text=True)
    if done.returncode:
        raise CbmcError("there is no CBMC, see above")
    return done.stdout.strip()


def command(proof, solver, extra=()):
    """CBMC's command line for a proof."""
    return [program(), HARNESSES / proof.harness, "--function", proof.function,
            "-I", HARNESSES / "include", "-I", "host/include",
            *(f"-D{define}" for define in proof.defines),
            "--unwind", str(proof.unwind),
            *(word for bound in proof.unwindset
              for word in ("--unwindset", bound)),
            "--slice-formula", "--drop-unused-functions",
            *(() if proof.built_in else ("--external-sat-solver", solver)),
            *proof.options, *extra]


class Run:
    """CBMC at work over the sources in `root`, its output in `log`."""

    def __init__(self, slot, root, log, words):
        self.slot, self.log, self.start = slot, log, time.monotonic()
        # CBMC writes there for its solver.
        temporary = f"{slot.name}.tmp"
        shutil.rmtree(temporary, ignore_errors=True)
        os.mkdir(temporary)
        log.parent.mkdir(parents=True, exist_ok=True)
        with open(log, "wb") as output:
            self.process = subprocess.Popen(
                [*GUARD, *words], cwd=root, stdin=subprocess.PIPE,
                stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True,
                env={**os.environ, "TMPDIR": temporary})

    @property
    def seconds(self):
        return time.monotonic() - self.start

    def ended(self):
        if self.seconds > HANG_TIMEOUT:
            raise CbmcError(f"it hung: no end after {HANG_TIMEOUT} seconds\n"
                            f"log: {self.log}")
        return self.process.poll() is not None

    def end(self):
        self.process.stdin.close()
        self.process.wait()
        self.slot.close()


def free_slot():
    """The lock of a processor for one CBMC, or None."""
    slots = directory() / "slots"
    slots.mkdir(parents=True, exist_ok=True)
    for number in range(PROCESSORS):
        slot = open(slots / str(number), "wb")
        try:
            fcntl.flock(slot, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return slot
        except BlockingIOError:
            slot.close()
    return None


def run_all(root, jobs):
    """Run CBMC once for each log and command line of `jobs`.

    Yield log, output and seconds of each as it ends. No more run at once than
    there are processors, whatever else proves in this checkout. Who stops early
    ends those that run.
    """
    jobs, running = list(jobs)[::-1], []
    try:
        while jobs or running:
            if jobs and (slot := free_slot()):
                running.append(Run(slot, root, *jobs.pop()))
            elif done := [one for one in running if one.ended()]:
                running.remove(done[0])
                seconds = done[0].seconds
                done[0].end()
                yield (done[0].log, done[0].log.read_text(errors="replace"),
                       seconds)
            else:
                time.sleep(PAUSE)
    finally:
        for one in running:
            one.end()


def run(root, log, words):
    """Run CBMC once; return its output."""
    return next(run_all(root, [(log, words)]))[1]


def parse(text, log, case=()):
    """The properties that CBMC names in its output."""
    found, file = [], "?"
    for line in text.splitlines():
        if place := PLACE.match(line):
            file = os.path.normpath(place.group(1))
        elif result := RESULT.match(line):
            name, number, said, status = result.groups()
            found.append(Property(name, case, said,
                                  f"{file}:{number or '?'}",
                                  status == "SUCCESS", log))
            if status not in ("SUCCESS", "FAILURE"):
                found = []
                break
    if not found:
        errors = [line for line in text.splitlines() if "rror" in line]
        raise CbmcError("\n".join(["no verdict:",
                                   *(errors or text.splitlines()[-1:])[:5],
                                   f"log: {log}"]))
    return found


def parts(proof, root, log):
    """The options of CBMC's runs, and of the case that each belongs to."""
    for case in proof.cases:
        if not proof.singly:
            yield case, case
            continue
        text = run(root, log, command(proof, PROVER,
                                      [*case, "--show-properties"]))
        found = NAME.findall(text)
        if not found:
            raise CbmcError(f"CBMC finds no assertion in it; log: {log}")
        for name in found:
            yield case, (*case, "--property", name)


def prove(proof, root):
    """Prove the assertions over the sources in `root`; return the Verdict.

    One at a time may take the solver less than all at once: most of what is
    assumed does not matter to a single one.
    """
    logs = directory() / "logs"
    cases, jobs = {}, []
    for case, options in parts(proof, root, logs / f"{proof.name}.names"):
        log = logs / f"{proof.name}.{len(jobs)}.log"
        cases[log] = case
        jobs.append((log, command(proof, PROVER,
                                  ["--unwinding-assertions", *options])))
    found, total = {}, 0
    for log, text, seconds in run_all(root, jobs):
        part = parse(text, log, cases[log])
        total += seconds
        found |= {(one.case, one.id): one for one in part}
        if Verdict(part, seconds).refuted:
            break
    return Verdict(list(found.values()), total)


def refute(proof, root, name):
    """Return the first assertion found that does not hold, and the log."""
    log = directory() / "logs" / f"{name}.log"
    for case in proof.cases:
        text = run(root, log, command(
            proof, REFUTER, ["-DNO_REACHABLE", "--stop-on-fail",
                             "--no-unwinding-assertions", *case]))
        if found := VIOLATED.search(text):
            return found.group(1).strip(), log
        if "VERIFICATION SUCCESSFUL" not in text:
            parse(text, log)
            raise CbmcError(f"no verdict; log: {log}")
    return "", log


def trace(proof, root, verdict):
    """The last assignments on the way to a refuted property, and the log."""
    if not verdict.refuted:
        bad = [one for one in verdict.properties if one.bad]
        return [f"log: {(bad or verdict.properties)[0].log}"]
    first = verdict.refuted[0]
    log = first.log.with_suffix(".trace")
    text = run(root, log, command(proof, REFUTER, [
        "--compact-trace", *first.case, "--property", first.id]))
    lines = [line.strip() for line in text.splitlines() if "=" in line]
    return [*lines[-SHOWN:], f"the whole trace: {log}"]
