# SPDX-License-Identifier: GPL-2.0-only
"""shadow-layout --replay, --sequence and --diff: what they refuse."""

import pytest

from tests.text.expect import blob

from . import layout

pytestmark = pytest.mark.xdist_group("host-64")


@pytest.fixture(name="tree")
def fixture_tree(tmp_path):
    path = tmp_path / "one-gib.dtb"
    path.write_bytes(blob("one-gib"))
    return str(path)


@pytest.mark.parametrize("value", [
    "", "7", "7,", ",7", "7,x", "7,1 ", "7,1,1", "-7,1", " 7,1", "+7,1", "0x7,1",
    "7,-1", "18446744073709551616,1", "1,18446744073709551616"])
def test_a_sequence_has_a_seed_and_a_number(tree, value):
    done = layout("--sequence", value, tree)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (f"shadow-layout: --sequence {value}: expected SEED,N, "
                           "two numbers, for example 7,1000\n")


@pytest.mark.parametrize("arguments, said", [
    (("--replay", "TRACE"), "0 files, expected one"),
    (("--replay", "TRACE", "TREE", "TREE"), "2 files, expected one"),
    (("--sequence", "1,1", "TREE", "TREE"), "2 files, expected one"),
    (("--diff", "TREE"), "1 files, expected two"),
    (("--diff", "TREE", "TREE", "TREE"), "3 files, expected two")])
def test_the_number_of_files_is_checked(tree, arguments, said):
    done = layout(*(tree if word == "TREE" else word for word in arguments))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"shadow-layout: {said}, see --help\n"


def test_a_trace_that_is_not_there_is_named(tree, tmp_path):
    done = layout("--replay", tmp_path / "no", tree)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"shadow-layout: {tmp_path}/no: cannot be read\n"


def test_a_trace_that_cannot_be_read_is_named(tree, tmp_path):
    """A directory can be opened."""
    done = layout("--replay", tmp_path, tree)
    assert done.returncode == 2
    assert "shadow-layout: the trace cannot be read to its end\n" in done.stderr


def test_a_trace_may_come_from_standard_input(tree):
    done = layout("--replay", "-", tree, data=b"alloc 21 none\n")
    assert done.returncode == 0 and done.stdout.startswith("no call differs: 1 ")


def test_an_image_is_the_target_s(tree):
    """It is reserved, and is called so in what is around."""
    done = layout("--image", "0x40600000,2M", "--replay", "-", tree,
                  data=b"alloc 0 0x40600000\n")
    assert done.returncode == 3
    assert "\nM4  not all of it is the allocator's: " in done.stdout
    assert "(reserved: kernel)\n" in done.stdout


def test_an_image_holds_for_both_of_two_files(tree):
    assert layout("--image", "0x50000000,2M", "--diff", tree, tree).stdout == ""
    done = layout("--image", "0x90000000,2M", "--diff", tree, tree)
    assert done.returncode == 2 and "image" in done.stderr
