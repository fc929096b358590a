# SPDX-License-Identifier: GPL-2.0-only
"""What kunit.py makes of a result: a run that was stopped is no pass (X6)."""

import subprocess
import sys

import pytest

from . import kernel_source

# As tests/boot/whole.py sees it of real runs.
STOPPED = """\
KTAP version 1
# torture seed=1 ops=1000000000
ok 1 X2 all 256 pages were handed out, in 74 blocks of random orders
{}"""
ENDS = {
    "not ok 2 stopped by stop after 177 of 1000000000 random operations\n"
    "1..2\n# pass:1 fail:1 skip:0\n": 1,
    # What a program expects to end a run so says nothing to kunit.py.
    "Bail out! stopped by stop\n1..1\n# pass:1 fail:0 skip:0\n": 0,
}


@pytest.mark.parametrize("end, status", ENDS.items(), ids=["not ok", "Bail out"])
def test_a_stopped_run_is_no_pass(end, status):
    parse = subprocess.run(
        [sys.executable, "-B",
         f"{kernel_source()}/tools/testing/kunit/kunit.py", "parse"],
        input=STOPPED.format(end), check=False, text=True,
        stdout=subprocess.PIPE)
    assert parse.returncode == status, parse.stdout
