# SPDX-License-Identifier: GPL-2.0-only
"""The suites as a phone runs them: a loadable module in a running kernel.

A boot loads both modules and unloads them, a `long` one does so twice, another one
with KUnit disabled.

KUnit of 6.1 gives its account of a suite in two places. The kernel's log has all
of it. The file `results` in debugfs has at most 511 bytes a case, and of a case
with parameters only the last one's, which kunit.py takes for another case. So the
log is read with all parameters and the file without them, both by kunit.py, and
both must have every case of the sources.
"""

import functools
import re

import boot
import pytest

from tests.boot.case import Case, check, items, verify
from tests.boot.lockdep import no_leak
from tests.boot.shadow import exercised, unloaded, valid

from . import JOB, PASSED, kunit_py, suites

PARAMETER = re.compile(r" {8}(not )?ok \d")
VERDICT = re.compile(r"^((?:not )?ok) \d+ ")
LOADS = ("first", "second")


def parse(load, name, lines):
    """The cases that kunit.py finds in these lines of KTAP."""
    directory = load.result.directory
    ktap = directory / f"{load.name}-{name}.ktap"
    ktap.write_text("\n".join(["KTAP version 1", f"1..{len(suites())}",
                               *lines, ""]), encoding="utf-8")
    return kunit_py(directory / ktap.stem, "parse", ktap)[0]


@functools.cache
def in_log(load):
    """The cases in the kernel's log of one load."""
    return parse(load, "log", load.text("kunit-log").splitlines())


@functools.cache
def in_files(load):
    """The cases in the files `results` of one load, all joined."""
    lines = []
    for number, suite in enumerate(suites(), 1):
        file = load.text(f"kunit/{suite}").splitlines()
        lines += [VERDICT.sub(rf"\1 {number} ", line) for line in file[2:]
                  if not PARAMETER.match(line)]
    return parse(load, "files", lines)


def suite_passes(load, suite):
    for found in in_log(load), in_files(load):
        ran = {name for name in found if name.startswith(f"{suite}.")}
        assert sorted(ran) == sorted(suites()[suite])
        assert not [name for name in ran
                    if set(found[name].values()) - set(PASSED)]


def comes_and_goes(load):
    """Both modules could be loaded, and unloaded without a trace."""
    valid(load)
    for file in ("kunit-insmod", "kunit-rmmod", "kunit-left"):
        assert load.text(file) == "", file
    unloaded(load)


def without_kunit(load):
    exercised(load)
    log = load.text("kunit-log")
    assert "kunit: disabled" in log and "Subtest" not in log


def case(name, commands, checks, bootargs="", **more):
    return Case(name, boot.Machine(boot.KUNIT_MODULES_KERNEL, cpus=2),
                JOB + commands, checks, bootargs=f"log_buf_len=4M {bootargs}",
                **more)


def both_load(load):
    return check(f"{load} load of the modules: insmod and rmmod of both work",
                 comes_and_goes, load)


def suites_run(name, loads, **more):
    """The suites in modules that are loaded so many times, under kmemleak."""
    return case(name, "\n".join(["begin_watch", *(f"load_tests {load}"
                                                  for load in loads),
                                 "end_watch", ""]), [
        *map(both_load, loads),
        *(check(f"{load} load of the modules: all cases of {suite} pass",
                suite_passes, load, suite)
          for load in loads for suite in suites()),
        check("the modules and their tests leak no memory", no_leak),
    ], **more)


CASES = [
    suites_run("kunit-once", LOADS[:1], seconds=70),
    suites_run("kunit-twice", LOADS, long=True),
    case("kunit-disabled", "load_tests disabled\n", [
        both_load("disabled"),
        check("with KUnit disabled no suite runs, and selftest passes",
              without_kunit, "disabled"),
    ], "kunit.enable=0", long=True),
]


@pytest.mark.parametrize("case, holds", items(CASES))
def test_modules(case, holds):
    verify(case, holds)
