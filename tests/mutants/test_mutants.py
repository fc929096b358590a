# SPDX-License-Identifier: GPL-2.0-only
"""Each mutant is refuted by the tests that it names."""

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from . import mutants

ALL = mutants.mutants()
# Two a directory, for `make test`: of its first file and of its last, and no boot.
QUICK = {mutant.name for some in (ALL, ALL[::-1]) for mutant in
         {Path(mutant.file).parent: mutant for mutant in some
          if not mutant.boots}.values()}
# Those that change nothing that can be seen, with the reason.
EQUIVALENT = {
    "region/bound": "Linux's list has an entry more, which it never looks at: "
                    "its device is gone",
}
KEY = re.compile(r'-k "([^"]+)"')


def marks(mutant):
    return () if mutant.name in QUICK else pytest.mark.long


@pytest.fixture(scope="session", name="copy")
def fixture_copy():
    return mutants.Copy(os.environ.get("PYTEST_XDIST_WORKER", "main"))


def rooms():
    """The tests that some mutants name, in one run for each room."""
    for room in sorted({mutant.room for mutant in ALL}):
        for long in (False, True):
            keys = {KEY.fullmatch(mutant.options)[1] for mutant in ALL
                    if mutant.room == room and bool(marks(mutant)) == long}
            if keys:
                yield pytest.param(
                    room, " or ".join(f"({key})" for key in sorted(keys)),
                    marks=pytest.mark.long if long else (),
                    id=f"{room}{' (long)' if long else ''}")


@pytest.mark.parametrize("room, key", rooms())
def test_without_a_bug_those_tests_pass(copy, room, key):
    status, said = copy.test(room, f"-k '{key}'")
    assert not status, said


@pytest.mark.parametrize("mutant", [
    pytest.param(mutant, id=mutant.name, marks=marks(mutant))
    for mutant in ALL])
def test_mutant(copy, mutant):
    print(mutant.sentence, mutant.command, sep="\n")
    said = copy.refute(mutant)
    if reason := EQUIVALENT.get(mutant.name):
        assert said, f"{mutant.name} is refuted, although {reason}"
    elif said:
        pytest.fail(f"{mutant.name} survives:\n{mutant.command}\n{said}",
                    pytrace=False)


# Of each room a mutant of its C sources.
BUILT = {mutant.room: mutant for mutant in ALL
         if mutant.file.endswith(".c") and not mutant.boots}


@pytest.mark.parametrize("room", [
    pytest.param(room, marks=marks(mutant)) for room, mutant in BUILT.items()])
def test_what_cannot_be_built_refutes_nothing(copy, room):
    mutant = BUILT[room]
    first = (mutants.ROOT / mutant.file).read_text("utf-8").splitlines(True)[0]
    broken = replace(mutant, hunks=((f"-{first}", "+#error\n"),))
    with pytest.raises(mutants.MutantError, match="cannot be built"):
        copy.refute(broken)


@pytest.mark.parametrize("room", sorted({mutant.room for mutant in ALL}))
def test_mutants_name_tests_that_there_are(copy, room):
    tests = copy.test(room, "--collect-only")[1].splitlines()
    for mutant in ALL:
        words = KEY.fullmatch(mutant.options)[1].split(" and ")
        assert mutant.room != room or any(
            all(word in test for word in words) for test in tests), mutant.name


def test_mutants_fit_in_one_place():
    for mutant in ALL:
        mutant.inject((mutants.ROOT / mutant.file).read_text("utf-8"))
