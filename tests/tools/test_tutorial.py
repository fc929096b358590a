# SPDX-License-Identifier: GPL-2.0-only
"""Whoever types Documentation/first-divergence.rst sees what it shows."""

import re
import subprocess

import pytest

from tests.host import ROOT
from . import commands, indented

pytestmark = pytest.mark.xdist_group("host-64")

TEXT = (ROOT / "Documentation/first-divergence.rst").read_text("utf-8")
STEPS = [step.values for step in commands(TEXT)]


@pytest.fixture(name="room", scope="module")
def fixture_room(tmp_path_factory):
    """A directory with the project in it."""
    subprocess.run([ROOT / "scripts/need", "device-tree-compiler", "gcc", "libc6-dev",
                    "make"], check=True)
    room = tmp_path_factory.mktemp("tutorial")
    (room / "buddy_shadow").symlink_to(ROOT)
    return room


def test_each_command_prints_what_is_shown_one_after_another(room):
    lines = []
    for command, printed in STEPS:
        if command.startswith("sed "):
            lines.append((room / "target.c").read_text("utf-8"))
        done = subprocess.run(command, shell=True, cwd=room, capture_output=True,
                              text=True, check=False, timeout=600)
        assert (done.stdout.rstrip("\n"), done.stderr) == (printed, ""), command
    # What it says of the mistake, and of the line in its place.
    wrong, right = re.findall(r"code-block:: c\n\n(\t.*\n)", TEXT)
    assert lines[0].replace(wrong, right) == (room / "target.c").read_text("utf-8")
    assert wrong in lines[0]


def test_all_that_it_shows_is_a_command_or_what_one_prints():
    shown = re.findall(r"::\n\n((?:(?:\t.*)?\n)+)", TEXT)
    assert len(STEPS) > 8 and all(indented(block).startswith("$ ") for block in shown)


def test_it_goes_from_differences_to_none():
    counts = re.findall(r"differences: (\d+)", TEXT)
    assert counts == ["3", "0"]
