# SPDX-License-Identifier: GPL-2.0-only
"""What a case is: one boot, and the checks of what it left behind."""

import functools
import re
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable

import boot
import devicetree
import pytest
from tests.oracle.trees import compiled

from .shadow import Load

HERE = Path(__file__).resolve().parent
# What the oracle is told of a machine that runs.
HEAD = """. /lib.sh
cat /proc/iomem >/results/iomem
cat /sys/kernel/debug/memblock/reserved >/results/memblock
"""


@dataclass(eq=False)
class Case:
    """A boot: machine, script for the guest, and what must be seen."""

    name: str
    machine: boot.Machine
    job: str
    checks: list  # as check() makes them
    panics: bool = False  # the guest is to panic instead of ending its script
    complains: bool = False  # its kernel is meant to complain
    harmless: str = "$^"  # what it may complain of
    bootargs: str = ""
    dts: str = ""  # the file here that is given as DTB=
    files: Callable = dict  # makes more files for the guest
    patience: int = 0  # as boot.boot() takes it
    seconds: int = 8  # about how long it takes
    long: bool = False  # not a part of `make test`

    def run(self, live=None):
        machine = self.machine
        if self.dts:
            text = (HERE / self.dts).read_text("utf-8")
            machine = replace(machine, dtb=str(blob(self.name, text)))
        return boot.boot(self.name, machine, HEAD + self.job, self.files(),
                         live, self.bootargs, self.patience)

    def quiet(self, load):
        """The kernel itself had nothing to say about the boot."""
        result = load.result
        complaints = "\n".join(result.complaints())
        said = re.sub(self.harmless, "", complaints, flags=re.M).split("\n")
        if result.panic and not self.panics:
            said.append(f"it panicked: {result.panic}")
        elif self.panics and not result.panic:
            said.append("it did not panic")
        elif not self.panics and result.status != 0:
            said.append("it ended before its script did"
                        if result.status is None else "its script failed")
        assert not any(said), "\n".join(filter(None, said))


def check(sentence, function, load="main", *arguments, **named):
    """A sentence that can be false, and what finds out from a boot's Result.

    The function gets the Load of that name and the arguments; it raises
    AssertionError where the sentence does not hold.
    """
    return sentence, lambda result: function(Load(result, load), *arguments,
                                             **named)


def sentence(text):
    """Make a function one that takes a load's name and arguments, for a check."""
    def decorate(function):
        return lambda load, *arguments: check(text.format(*arguments), function,
                                              load, *arguments)
    return decorate


def blob(name, text):
    """The path of a blob that dtc makes of the text."""
    path = boot.boots() / f"{name}.dtb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(compiled(text, devicetree.MACHINES))
    return path


@functools.cache
def _boot(case):
    """What came of it: its Result, or why there is none."""
    try:
        return case.run()
    except (boot.BootError, OSError, subprocess.SubprocessError) as error:
        return error


def items(cases, *marks):
    """An argument of parametrize() for (case, holds): one boot, many items."""
    for case in cases:
        checks = list(case.checks)
        if not case.complains:
            checks.append(check("ends as it should, without a complaint of the "
                                "kernel", case.quiet))
        for sentence, holds in checks:
            yield pytest.param(
                case, holds, id=f"{case.name}: {sentence}",
                marks=[pytest.mark.xdist_group(case.name),
                       pytest.mark.seconds(case.seconds), *marks,
                       *([pytest.mark.long] if case.long else [])])


def verify(case, holds):
    """Boot the case, unless it was, and look; return its Result."""
    result = _boot(case)
    if isinstance(result, boot.KernelGone):
        raise result
    if isinstance(result, Exception):
        pytest.fail(f"no such boot: {result}", pytrace=False)
    print(f"all of that boot: {result.directory}")
    holds(result)
    return result
