# SPDX-License-Identifier: GPL-2.0-only
"""shadow-map draws each device tree that Debian ships, to scale, with all its names.

In this process: a program for each tree would take long.
"""

import json

import pytest
from debian_trees import filled, shipped
from shadow_map.draw import Map
from shadow_map.machine import Machine
from shadow_map.page import Page
from shadow_map.read import from_json
from tests.host import program
from tests.tools.shadow_map import Drawn

from . import sample
from .test_trees import LEAST, SAMPLE, shown

pytestmark = pytest.mark.xdist_group("host-64")


def draw(text):
    """What is wrong with the pictures of that JSON is raised."""
    machine = Machine(from_json(text))
    said = json.loads(text)
    for width in (800, 340):
        drawn = Drawn(Map(machine, width=width).svg())
        drawn.check_geometry()
        ranges = drawn.ranges("no-map", "reserved", "cma", "memreserve", "image",
                              "initrd", "blob", "mem_map")
        wanted = [(int(one["start"], 16), int(one["last"], 16))
                  for one in said["reserved"]]
        assert sorted(ranges) == sorted(one for one in wanted if drawn.boxes(*one))
    assert Page(machine).html()


def draw_all(names, tool, tmp_path):
    path, wrong = tmp_path / "tree.dtb", {}
    for name in names:
        path.write_bytes(filled(name, shipped()[name].read_bytes()))
        try:
            draw(shown(tool, path, "json"))
        except Exception as error:
            wrong[name] = f"{type(error).__name__}: {error}"
    assert not wrong


@pytest.mark.seconds(10)
def test_a_sample_is_drawn(tmp_path):
    draw_all(sample(SAMPLE), program("shadow-layout"), tmp_path)


@pytest.mark.long
@pytest.mark.seconds(120)
def test_all_trees_are_drawn(tmp_path):
    names = list(shipped())
    assert len(names) >= LEAST
    draw_all(names, program("shadow-layout", checked=False), tmp_path)
