# SPDX-License-Identifier: GPL-2.0-only
"""What a case is: one boot, and the checks of what it left behind."""

import functools
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable

import boot
import pytest

HERE = Path(__file__).resolve().parent


@dataclass(eq=False)
class Check:
    """A sentence that can be false, and the function that finds out.

    `holds` gets the boot's Result and raises AssertionError where it does not.
    """

    sentence: str
    holds: Callable


@dataclass(eq=False)
class Case:
    """A boot: machine, script for the guest, and what must be seen."""

    name: str
    machine: boot.Machine
    job: str
    checks: list
    panics: bool = False  # the guest is to panic instead of ending its script
    complains: bool = False  # its kernel is meant to complain
    bootargs: str = ""
    make_dtb: Callable = None  # returns the path of the machine's dtb
    seconds: int = 8  # about how long it takes

    def run(self):
        machine = self.machine
        if self.make_dtb:
            machine = replace(machine, dtb=str(self.make_dtb()))
        return boot.boot(self.name, machine, ". /lib.sh\n" + self.job,
                         bootargs=self.bootargs)

    def quiet(self, result):
        """The kernel itself had nothing to say about the boot."""
        said = result.complaints()[:5]
        if result.panic and not self.panics:
            said.append(f"it panicked: {result.panic}")
        elif self.panics and not result.panic:
            said.append("it did not panic")
        elif not self.panics and result.status != 0:
            said.append("it ended before its script did"
                        if result.status is None else "its script failed")
        if said:
            raise AssertionError("\n".join(said))


@functools.cache
def _boot(case):
    """What came of it: its Result, or why there is none."""
    try:
        return case.run()
    except (boot.BootError, OSError, subprocess.SubprocessError) as error:
        return error


def items(cases, *marks):
    """An argument of parametrize() for (case, check): one boot, many items."""
    for case in cases:
        checks = list(case.checks)
        if not case.complains:
            checks.append(Check("ends as it should, without a complaint of the "
                                "kernel", case.quiet))
        for check in checks:
            yield pytest.param(
                case, check, id=f"{case.name}: {check.sentence}",
                marks=[pytest.mark.xdist_group(case.name),
                       pytest.mark.seconds(case.seconds), *marks])


def verify(case, check):
    """Boot the case, unless it was, and look."""
    result = _boot(case)
    said = ""
    if isinstance(result, Exception):
        pytest.fail(f"no such boot: {result}", pytrace=False)
    try:
        check.holds(result)
    except AssertionError as error:
        said = f"{error}\nall of that boot: {result.folder}"
    if said:
        pytest.fail(said, pytrace=False)
