# SPDX-License-Identifier: GPL-2.0-only
"""The script of packaging/lava in a guest: what LAVA would be told there."""

import functools

import boot
import pytest

from . import suites

SCRIPT = boot.SCRIPTS.parent / "packaging/lava/run.sh"
JOB = """
printf '#!/bin/sh\\necho "$1 $3" >>/results/told\\n' >/bin/lava-test-case
chmod +x /bin/lava-test-case
sh /run.sh / seed=1
"""


@functools.cache
def told():
    """{name: result}, of a boot with both modules."""
    machine = boot.Machine(boot.KUNIT_MODULES_KERNEL, cpus=2)
    result = boot.boot("lava", machine, JOB, {"run.sh": SCRIPT})
    assert not result.complaints()
    assert result.status == 0
    return dict(line.rsplit(" ", 1)
                for line in result.text("told").splitlines())


@pytest.mark.long
@pytest.mark.seconds(80)
def test_each_case_is_a_result():
    """All suites, the module's own exercise, both modules in and out."""
    found = told()
    assert {*found.values()} <= {"pass", "skip"}, found
    cases = {f"{suite}.{number}-{case.removeprefix(suite + '.')}"
             for suite, names in suites().items()
             for number, case in enumerate(names, 1)}
    assert not cases - {*found}
    steps = {"insmod", "verdict", "exercise", "insmod-suites", "rmmod-suites",
             "rmmod"}
    ours = {name for name in found if name.startswith("exercise.")}
    assert {*found} == cases | steps | ours
    assert "exercise.8-H3" in ours and len(ours) > 50
