# SPDX-License-Identifier: GPL-2.0-only
"""The suites as a phone runs them: a loadable module in a running kernel.

One boot loads both modules twice, one does so with KUnit disabled.

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

from tests.boot import shadow
from tests.boot.case import Case, Check, items, verify
from tests.boot.shadow import Load

from . import JOB, PASSED, kunit_py, suites

PARAMETER = re.compile(r" {8}(not )?ok \d")
VERDICT = re.compile(r"^((?:not )?ok) \d+ ")
SHOWN = 10  # lines of details
LOADS = ("first", "second")


def parse(result, name, lines):
    """The cases that kunit.py finds in these lines of KTAP."""
    ktap = result.folder / f"{name}.ktap"
    ktap.write_text("\n".join(["KTAP version 1", f"1..{len(suites())}",
                               *lines, ""]), encoding="utf-8")
    return kunit_py(result.folder / name, "parse", ktap)[0]


@functools.cache
def in_log(result, load):
    """The cases in the kernel's log of one load."""
    return parse(result, f"{load}-log",
                 result.text(f"{load}/kunit-log").splitlines())


@functools.cache
def in_files(result, load):
    """The cases in the files `results` of one load, all joined."""
    lines = []
    for number, suite in enumerate(suites(), 1):
        file = result.text(f"{load}/kunit/{suite}").splitlines()
        lines += [VERDICT.sub(rf"\1 {number} ", line) for line in file[2:]
                  if not PARAMETER.match(line)]
    return parse(result, f"{load}-files", lines)


def suite_passes(load, suite):
    def holds(result):
        for where, found in (("kernel log", in_log(result, load)),
                             ("results", in_files(result, load))):
            ran = {name for name in found if name.startswith(f"{suite}.")}
            shadow.equal(f"{where}: cases", sorted(ran),
                         sorted(suites()[suite]))
            shadow.equal(f"{where}: cases that failed", [
                name for name in ran
                if set(found[name].values()) - set(PASSED)], [])
    return Check(f"{load} load of the modules: all cases of {suite} pass",
                 holds)


def comes_and_goes(load):
    """Both modules could be loaded, and unloaded without a trace."""
    def holds(result):
        shadow.valid(Load(result, load))
        for file in ("kunit-insmod", "kunit-rmmod", "kunit-left", "rmmod"):
            shadow.equal(f"{load}/{file}", result.text(f"{load}/{file}"), "")
    return Check(f"{load} load of the modules: insmod and rmmod of both work",
                 holds)


def without_kunit(result):
    shadow.exercise(Load(result, "disabled"), "passed")
    log = result.text("disabled/kunit-log")
    shadow.true(f"log of the test module: '{log}', expected 'kunit: disabled'",
                "kunit: disabled" in log and "Subtest" not in log)


def no_leak(result):
    shadow.true("kmemleak did not look", "leaks" in result.files)
    found = result.text("leaks").splitlines()
    shadow.equal("what kmemleak found", found[:SHOWN], [])


def case(name, commands, checks, bootargs="", seconds=60):
    return Case(name, boot.Machine(boot.KUNIT_MODULES_KERNEL, cpus=2),
                JOB + commands, checks, seconds=seconds,
                bootargs=f"log_buf_len=4M {bootargs}")


CASES = [
    case("kunit-twice",
         "forget_leaks\nload_tests first\nload_tests second\nfind_leaks\n", [
             *(check for load in LOADS for check in (
                 comes_and_goes(load),
                 *(suite_passes(load, suite) for suite in suites()))),
             Check("the modules and their tests leak no memory", no_leak),
         ], seconds=200),
    case("kunit-disabled", "load_tests disabled\n", [
        comes_and_goes("disabled"),
        Check("with KUnit disabled no suite runs, and selftest passes",
              without_kunit),
    ], "kunit.enable=0"),
]


@pytest.mark.parametrize("case, check", items(CASES))
def test_modules(case, check):
    verify(case, check)
