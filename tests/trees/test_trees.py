# SPDX-License-Identifier: GPL-2.0-only
"""What shadow-layout says of the trees that Debian ships is what the oracle says.

The oracle (tests/oracle) was written from the specification alone and shares no code
with the program. Files of figures and lists are compared as they are, of warnings and
hints node and property.
"""

import difflib
import os
import re
import subprocess
import time

import pytest
from debian_trees import VERSIONS, filled, shipped
from tests.host import program
from tests.oracle.oracle import Oracle
from tests.text.expect import unbroken

from . import sample

pytestmark = pytest.mark.xdist_group("host-64")

SAMPLE = 30
LEAST = 1500
FILES = ("summary", "memory", "reserved", "free", "layout", "map",
         "buddyinfo", "pagetables")
# What the oracle has nothing to say of.
OTHER = re.compile(r"^(?:version|machine|region|exercise|seed|mapped_from_)\b.*\n|"
                   r"^(?:region|exercise|mapped)_.*\n|^region .*\n", re.M)
# Of the report: what is named, and why.
NAMED = re.compile(r"^    (/.*?: .*?): ", re.M)


def shown(tool, blob, name):
    """What the program prints."""
    done = subprocess.run([tool, "--format", name, blob], capture_output=True,
                          text=True, timeout=60, check=False)
    assert done.returncode in (0, 1) and not done.stderr, \
        f"{blob}: {name}: status {done.returncode}: {done.stderr}"
    return done.stdout


def differences(tool, path, blob):
    """Lines of a diff, the oracle's first."""
    path.write_bytes(blob)
    oracle = Oracle(blob, memreserve=True)
    lines = []
    for name in FILES:
        lines += difflib.unified_diff(
            oracle.text(name).splitlines(),
            OTHER.sub("", shown(tool, path, name)).splitlines(),
            f"{name} by the oracle", f"{name} by shadow-layout", lineterm="", n=0)
    lines += difflib.unified_diff(
        oracle.warnings + oracle.hints,
        NAMED.findall(unbroken(shown(tool, path, "text"))),
        "warnings by the oracle", "warnings by shadow-layout", lineterm="", n=0)
    return lines


def blobs(name):
    """The tree as it is shipped, and with banks, where it has none."""
    blob = shipped()[name].read_bytes()
    yield from dict.fromkeys((blob, filled(name, blob)))


def expect_the_same(names, tool, tmp_path):
    different = {}
    for name in names:
        for blob in blobs(name):
            if lines := differences(tool, tmp_path / "tree.dtb", blob):
                different[name] = "\n".join([name, *lines])
    assert not different, "\n\n".join([
        f"{len(different)} of {len(names)} trees", *list(different.values())[:3]])


@pytest.mark.seconds(20)
def test_a_sample_is_as_by_the_oracle(tmp_path):
    expect_the_same(sample(SAMPLE), program("shadow-layout"), tmp_path)


@pytest.mark.long
@pytest.mark.seconds(120)
def test_all_trees_are_as_by_the_oracle(tmp_path, record_property):
    names = list(shipped())
    record_property("trees", f"{len(names)} of Debian's kernels "
                    f"{' and '.join(VERSIONS)}, as shipped and with banks")
    assert len(names) >= LEAST
    expect_the_same(names, program("shadow-layout", checked=False), tmp_path)


@pytest.mark.long
@pytest.mark.seconds(20)
def test_all_trees_have_a_report(tmp_path, record_property):
    """How long that takes is said, for whoever reads it."""
    tool = program("shadow-layout", checked=False)
    paths = []
    for name, path in shipped().items():
        paths.append(tmp_path / name.replace("/", "_"))
        paths[-1].write_bytes(filled(name, path.read_bytes()))
    begin, before = time.monotonic(), os.times()
    reports = [shown(tool, path, "text") for path in paths]
    after = os.times()
    record_property("trees", "{} reports in {:.1f} s, {:.1f} s of them processor time "
                    "of the program".format(
                        len(paths), time.monotonic() - begin,
                        after.children_user + after.children_system -
                        before.children_user - before.children_system))
    assert all("\nRAM (R1 to R6)\n" in report for report in reports)
