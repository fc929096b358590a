# SPDX-License-Identifier: GPL-2.0-only
"""KUnit suites on this machine, with ASan and UBSan.

A width is built once and run once, with the cases that were asked for alone. The
32-bit run finds arithmetic that was cut short.
"""

import functools
import os
import re
import subprocess
from dataclasses import dataclass

import pytest

from . import ROOT, WIDTHS, program

CASE = re.compile(r"\bKUNIT_CASE(?:_PARAM)?\(\s*(\w+)")
SUITE = re.compile(r"^SHADOW_SUITE\((\w+)", re.M)
VERDICT = re.compile(r"(not )?ok \d+ (\w+\.\w+)")
# A run takes seconds. What is not done by then hangs.
HANG = 600


def cases():
    """The names of all cases, from the sources: none can go missing."""
    for path in sorted(ROOT.glob("*/*_kunit.c")) + \
            sorted(ROOT.glob("tests/host/*_kunit.c")):
        text = path.read_text("utf-8")
        for name in CASE.findall(text):
            yield f"{SUITE.search(text)[1]}.{name}"


@dataclass
class Run:
    """What came of a run: verdicts by name, and what was said before each."""

    command: str
    verdicts: dict
    status: object = 0
    rest: str = ""


def parse(run, output):
    """Sort the lines by case. What comes after the last is the rest."""
    said = []
    for line in output.splitlines():
        said.append(line)
        if found := VERDICT.fullmatch(line):
            run.verdicts[found[2]] = not found[1], "\n".join(said)
            said = []
    run.rest = "\n".join(said)
    return run


@functools.cache
def run_all(bits, names):
    run = Run(f"{bits}-bit core, SEED={os.environ['SEED']}", verdicts={})
    try:
        command = [program("core", bits), os.environ["SEED"], *names]
        done = subprocess.run(command, check=False, timeout=HANG, text=True,
                              errors="replace", stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
    except subprocess.CalledProcessError:
        run.status = "none, it could not be built"
        return run
    except subprocess.TimeoutExpired as error:
        run.status = f"none, it hung for {HANG} seconds"
        return parse(run, (error.stdout or b"").decode("utf-8", "replace"))
    run.status = done.returncode
    return parse(run, done.stdout)


@pytest.fixture(name="run")
def fixture_run(request):
    """The run of a width, with the cases that are to run there."""
    bits = request.node.callspec.params["bits"]
    params = [item.callspec.params for item in request.session.items
              if item.module is request.module]
    return run_all(bits, tuple(
        param["name"] for param in params
        if param["bits"] == bits and "name" in param))


def widths():
    return [pytest.param(bits, marks=[
        pytest.mark.xdist_group(f"host-{bits}"), pytest.mark.seconds(40),
    ]) for bits in WIDTHS]


@pytest.mark.parametrize("bits", widths())
@pytest.mark.parametrize("name", cases())
def test_case(run, bits, name):
    if name not in run.verdicts:
        pytest.fail("\n".join([
            f"{run.command} broke off before, status {run.status}",
            *run.rest.splitlines()[:9]]), pytrace=False)
    passed, said = run.verdicts[name]
    if not passed:
        pytest.fail(f"{run.command}\n{said}", pytrace=False)


@pytest.mark.parametrize("bits", widths())
def test_a_run_comes_to_its_end(run, bits):
    """Nothing is said after the last case, of leaks say."""
    failed = any(not passed for passed, _ in run.verdicts.values())
    assert run.rest == f"1..{len(run.verdicts)}", f"{run.command}\n{run.rest}"
    assert run.status == int(failed), run.command
