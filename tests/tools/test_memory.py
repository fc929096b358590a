# SPDX-License-Identifier: GPL-2.0-only
"""shadow-layout where the machine has no memory for what it is given.

The address sanitizer plays such a machine: it refuses what is larger than 1 MiB.
"""

import os

import pytest

from tests.text.expect import blob

from . import layout

pytestmark = pytest.mark.xdist_group("host-64")

LIMIT = "max_allocation_size_mb=1:allocator_may_return_null=1"
OURS = "shadow-layout: this machine is out of memory"


def log(number):
    """So many free blocks, none beside another."""
    return "".join(["memory-layout begin\n", *(
        f"free: {0x40000000 + 0x2000 * at:#x},4096\n" for at in range(number))])


def large_file(where):
    return ["-"], bytes(3 << 20), OURS


def many_banks(where):
    return ["--ram=0,1"] * 40000, b"", OURS


def large_directory(where):
    for number in range(2500):
        (where / str(number)).touch()
    return [where], b"", OURS


def large_property(where):
    (where / "model").write_bytes(bytes(2 << 20))
    return [where], b"", "host: a device tree: this machine is out of memory"


def many_blocks(where):
    """As many as the log's list takes, too many for that of overlaps."""
    (where / "tree.dtb").write_bytes(blob("three-gib"))
    return ["--compare=-", where / "tree.dtb"], log(30000).encode(), OURS


def long_log(where):
    arguments, _, said = many_blocks(where)
    return arguments, log(70000).encode(), said


@pytest.mark.parametrize("given", [
    large_file, many_banks, large_directory, large_property, many_blocks,
    long_log], ids=lambda given: given.__name__)
def test_who_has_no_memory_is_told_so(given, tmp_path, monkeypatch):
    arguments, data, said = given(tmp_path)
    options = os.environ.get("ASAN_OPTIONS")
    monkeypatch.setenv("ASAN_OPTIONS", ":".join(filter(None, [options, LIMIT])))
    done = layout(*arguments, data=data)
    # The sanitizer has a line before that.
    assert (done.returncode, done.stderr.splitlines()[-1]) == (2, said)
