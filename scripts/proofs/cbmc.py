# SPDX-License-Identifier: GPL-2.0-only
"""Runs CBMC over a harness and reads its verdict."""

import functools
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import boot

ROOT = Path(__file__).resolve().parents[2]
HARNESSES = Path("tests/prove")
# The longest proof takes some minutes. This only ends one that hangs.
HANG_TIMEOUT = 3600
# They solve as much as the built-in solver in a fraction of the time: one set for
# claims that hold, one for those that do not.
PROVER = ROOT / "scripts/cadical-unsat"
REFUTER = "cadical"
REACHABLE = "reachable: "
UNWOUND = "unwinding assertion"
PROCESSORS = os.cpu_count() or 1
_slots = threading.BoundedSemaphore(PROCESSORS)
_running = set()
# Held where a run begins and where all are ended: none slips through.
_begin = threading.Lock()
_ended = threading.Event()
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
        """Assertions that do not hold, loop bounds left out."""
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


def folder():
    """Where logs and mutants of this checkout lie."""
    return boot.boots().parent / "prove"


@functools.cache
def program():
    """CBMC's path; it is fetched if need be."""
    done = subprocess.run([ROOT / "scripts/fetch-cbmc"], check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          text=True)
    if done.returncode:
        raise CbmcError("CBMC cannot be had, see above")
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


def kill(cbmc):
    """End a CBMC with its solver, which is a process of its own."""
    if cbmc.poll() is None:
        os.killpg(cbmc.pid, signal.SIGKILL)


def kill_all():
    """End whatever runs, and begin nothing more."""
    with _begin:
        _ended.set()
        for cbmc in list(_running):
            kill(cbmc)


def begin(words, root, output, temporary):
    """Start CBMC in `root`."""
    with _begin:
        if _ended.is_set():
            raise CbmcError("ended before it began")
        cbmc = subprocess.Popen(words, cwd=root, stdin=subprocess.DEVNULL,
                                stdout=output, stderr=subprocess.STDOUT,
                                start_new_session=True,
                                env={**os.environ, "TMPDIR": temporary})
        _running.add(cbmc)
    return cbmc


def run(proof, root, log, extra=(), solver=PROVER):
    """Run CBMC over the sources in `root`, its output into `log`.

    Return the output and the seconds that it took. No more run at once than
    there are processors; others wait here.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    # In the folder lies what CBMC writes for its solver.
    with _slots, open(log, "wb") as output, \
            tempfile.TemporaryDirectory(dir=log.parent) as temporary:
        start = time.monotonic()
        with begin(command(proof, solver, extra), root, output,
                   temporary) as cbmc:
            try:
                cbmc.wait(HANG_TIMEOUT)
            except subprocess.TimeoutExpired as error:
                kill(cbmc)
                raise CbmcError(f"it hung: no end after {HANG_TIMEOUT} seconds"
                                f"\nlog: {log}") from error
            finally:
                _running.discard(cbmc)
        return log.read_text(errors="replace"), time.monotonic() - start


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
        text, _ = run(proof, root, log, [*case, "--show-properties"])
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
    logs = folder() / "logs"

    def prove_part(number, case, options):
        log = logs / f"{proof.name}.{number}.log"
        text, seconds = run(proof, root, log,
                            ["--unwinding-assertions", *options])
        return Verdict(parse(text, log, case), seconds)

    found, seconds = {}, 0
    with ThreadPoolExecutor(PROCESSORS) as pool:
        runs = [pool.submit(prove_part, number, *part) for number, part
                in enumerate(parts(proof, root, logs / f"{proof.name}.names"))]
        try:
            for done in as_completed(runs):
                part = done.result()
                seconds += part.seconds
                found |= {(one.case, one.id): one for one in part.properties}
                if part.refuted:
                    break
        finally:
            pool.shutdown(cancel_futures=True)
    return Verdict(list(found.values()), seconds)


def refute(proof, root, name):
    """Return the first assertion found that does not hold, and the log."""
    log = folder() / "logs" / f"{name}.log"
    for case in proof.cases:
        text, _ = run(proof, root, log,
                      ["-DNO_REACHABLE", "--stop-on-fail",
                       "--no-unwinding-assertions", *case], REFUTER)
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
    text, _ = run(proof, root, log, ["--compact-trace", *first.case,
                                     "--property", first.id], REFUTER)
    lines = [line.strip() for line in text.splitlines() if "=" in line]
    return [*lines[-SHOWN:], f"the whole trace: {log}"]
