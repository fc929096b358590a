# SPDX-License-Identifier: GPL-2.0-only
"""What the shipped reader makes of a tree is what the oracle makes of it.

The oracle (tests/oracle) was written from the specification alone. Over the kept
trees and over random ones, the files of debugfs must be the same byte for byte
where they follow from the tree, and so must be the paths and properties that are
warned of.
"""

import re
import subprocess

import pytest
from tests.host import program
from tests.oracle.oracle import Oracle

from . import blobs

QUICK, LONG = 3000, 60000
FILES = ("summary", "memory", "reserved", "free", "layout", "buddyinfo",
         "pagetables")
# Lines about this machine, which do not follow from a tree.
OTHERS = re.compile(r"(machine|region\w*|exercise|seed|mapped_from_\w+):|region ")
AT_ONCE = 500  # blobs for one call
SHOWN = 3


def shipped(paths):
    """For each blob: its files, and the log's lines."""
    done = subprocess.run(
        [program("files"), "--log", "--each", *FILES, "--", *paths],
        stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert not done.returncode, done.stderr.decode("utf-8", "replace")
    text = done.stdout.decode("utf-8", "surrogateescape")
    for part in re.split(r"^=== .*\n", text, flags=re.M)[1:]:
        names = re.split(r"^== (\w+)\n", part, flags=re.M)[1:]
        yield {name: "".join(line for line in body.splitlines(True)
                             if not OTHERS.match(line))
               for name, body in zip(names[::2], names[1::2])}


def differences(path, files):
    """What is not the same, each as a line."""
    oracle = Oracle(path.read_bytes())
    log = files["log"].splitlines()
    if len(log) != len(oracle.warnings) or not all(
            line.startswith(f"<4>{warning}: ")
            for line, warning in zip(log, oracle.warnings)):
        yield f"warnings: {log}\n  expected {oracle.warnings}"
    for name in FILES:
        if files[name] != oracle.text(name):
            yield f"{name}:\n{files[name]}  expected\n{oracle.text(name)}"


def expect_the_same(paths):
    different = []
    for at in range(0, len(paths), AT_ONCE):
        some = paths[at:at + AT_ONCE]
        found = list(shipped(some))
        assert len(found) == len(some)
        different += [
            "\n".join([f"tree {at + number}; tests/fuzz/fuzz.py repeat dt "
                       f"{path.read_bytes().hex()}", *lines])
            for number, (path, files) in enumerate(zip(some, found))
            if (lines := list(differences(path, files)))]
    assert not different, "\n\n".join(
        [f"{len(different)} of {len(paths)} trees", *different[:SHOWN]])


@pytest.mark.seconds(20)
def test_kept_trees_are_read_as_by_the_oracle(tmp_path):
    expect_the_same([*blobs.kept(tmp_path / "kept"),
                     *blobs.machines(tmp_path / "machines")])


@pytest.mark.parametrize("number", [
    pytest.param(QUICK, marks=pytest.mark.seconds(40)),
    pytest.param(LONG, marks=[pytest.mark.seconds(400), pytest.mark.long])])
def test_random_trees_are_read_as_by_the_oracle(tmp_path, number):
    expect_the_same(list(blobs.random(tmp_path / "random", number)))
