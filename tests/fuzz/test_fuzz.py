# SPDX-License-Identifier: GPL-2.0-only
"""Fuzzing: arbitrary calls and trees against naive models, with ASan and UBSan.

A quick run of a target executes the inputs that the project keeps, and a fixed
number of new ones with a fixed seed. A long one has a part of MINUTES (10 where
nothing is set), or RUNS executions, and begins with what earlier ones found.
"""

import functools
import os

import pytest

from . import coverage, programs
from .programs import TARGETS

KINDS = ["lines", "branches"]
# Parts in a hundred that the kept inputs must reach, by room. What the tools do where a
# call of the system fails is out of reach.
LEAST = {"core": (98, 95), "dt": (98, 95), "tools": (95, 88)}
SHOWN = 60


def number(name, default):
    """A positive number from the environment."""
    text = os.environ.get(name) or default
    assert text.isdecimal() and int(text), f"{name}={text}: expected a number"
    return int(text)


def each(seconds):
    return pytest.mark.parametrize("target", [
        pytest.param(target, id=target.name, marks=pytest.mark.seconds(
            seconds(target))) for target in TARGETS])


def fuzz(target, new, kept, *limit):
    """Run the kept inputs, then new ones."""
    program = programs.build("fuzz", target.name) / target.name
    programs.unpack(programs.fixed(target.name), kept)
    for arguments in ["-runs=0", kept], [
            *limit, f"-max_len={target.most}", "-len_control=0", new, kept]:
        executions, wrong = programs.run(program, *arguments)
        if wrong:
            pytest.fail("\n".join([f"not so: {target.what}",
                                   f"{executions} executions", *wrong]),
                        pytrace=False)


@each(lambda target: 30)
def test_target(target, tmp_path):
    fuzz(target, programs.unpack([], tmp_path / "new"), tmp_path / "kept",
         "-seed=1", f"-runs={target.quick}")


@pytest.mark.long
@each(lambda target: 100 * target.share)
def test_long_target(target, tmp_path):
    seconds = 60 * number("MINUTES", "10") * target.share // sum(
        other.share for other in TARGETS)
    limit = f"-runs={number('RUNS', '')}" if os.environ.get("RUNS") else \
        f"-max_total_time={max(1, seconds)}"
    fuzz(target, programs.found(target.name), tmp_path / "kept", limit)


measure = functools.cache(coverage.measure)


@pytest.mark.xdist_group("fuzz-coverage")
@pytest.mark.seconds(60)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("room", LEAST)
def test_kept_inputs_reach(room, kind):
    *counts, missing = measure()[room]
    at = KINDS.index(kind)
    (hit, every), least = counts[at], LEAST[room][at]
    assert hit * 100 >= least * every, "\n".join([
        f"{hit} of {every} {kind} of {room}, {100 * hit / every:.2f} %, "
        f"expected {least} %", *missing[:SHOWN]])
