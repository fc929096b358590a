# SPDX-License-Identifier: GPL-2.0-only
"""shadow-layout: its command line, its exit status, its messages."""

import subprocess

import pytest

from tests.host import program
from tests.text.expect import blob

from . import layout

pytestmark = pytest.mark.xdist_group("host-64")


@pytest.fixture(name="tree")
def fixture_tree(tmp_path):
    """A function: the blob of a machine of tests/text."""

    def tree(name):
        path = tmp_path / f"{name}.dtb"
        path.write_bytes(blob(name))
        return path
    return tree


@pytest.mark.parametrize("name, status", [
    ("three-gib", 0), ("no-ram", 1), ("all-reserved", 1), ("no-mem-map", 1),
    ("no-heap", 1)])
def test_status_says_whether_the_target_would_panic(tree, name, status):
    done = layout(tree(name))
    assert (done.returncode, done.stderr) == (status, "")
    assert ("verdict     OK\n" in done.stdout) == (not status)


@pytest.mark.parametrize("form, begin", [
    ((), "buddy_shadow "), (("--format", "text"), "buddy_shadow "),
    (("--format=summary",), "version: "), (("--format", "verdict"), "OK\n"),
    (("--format", "free"), "   0: 0x00000000")])
def test_formats(tree, form, begin):
    assert layout(*form, tree("three-gib")).stdout.startswith(begin)


@pytest.mark.parametrize("arguments, said", [
    ((), "0 files, expected one, see --help"),
    (("TREE", "TREE"), "2 files, expected one, see --help"),
    (("--formats", "text", "TREE"), "--formats: no such option, see --help"),
    (("-x", "TREE"), "-x: no such option, see --help"),
    (("TREE", "--image"), "--image: a value is missing, see --help"),
    (("--format", "xml", "TREE"),
     "--format xml: there is no such format, see --help"),
    # These belong to runs.
    (("--format", "run", "TREE"),
     "--format run: there is no such format, see --help"),
    (("--format", "result", "TREE"),
     "--format result: there is no such format, see --help"),
    (("--image", "1G", "TREE"), "--image 1G: expected none or BASE,SIZE in "
     "bytes, for example 0x40210000,24M"),
    (("--image", "0,4K", "TREE"), "TREE: --image 0x0,4096: expected a place in "
     "whole pages of RAM"),
    (("--blob", "0,4K", "TREE"), "TREE: --blob 0x0,4096: expected a place in "
     "whole pages of RAM"),
    (("--linux", "2.6", "TREE"), "--linux 2.6: expected one of 5.10, 5.15, "
     "5.15-gki, 6.1, 6.1-gki, 6.6, 6.6-gki, 6.6-gki-16k, 6.12, 6.12-16k, 7.x, "
     "7.x-16k"),
    (("--ram", "none", "TREE"), "--ram none: expected BASE,SIZE in bytes, for "
     "example 0x40000000,2G"),
    (("--memreserve", "1G", "TREE"), "--memreserve 1G: expected none or BASE,SIZE "
     "in bytes, up to 64 times with commas between, for example 0x45e00000,1M"),
])
def test_what_cannot_be_used_is_said_in_one_line(tree, arguments, said):
    path = str(tree("three-gib"))
    done = layout(*(path if word == "TREE" else word for word in arguments))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.replace(path, "TREE") == f"shadow-layout: {said}\n"


def test_what_cannot_be_written_is_an_error(tree):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([program("shadow-layout"), tree("three-gib")], check=False,
                              stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2
    assert done.stderr == "shadow-layout: standard output cannot be written\n"


def test_help_and_version():
    done = layout("--help")
    assert done.returncode == 0 and "--image BASE,SIZE|none" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    done = layout("--version")
    assert done.returncode == 0 and done.stdout.startswith("shadow-layout ")
