# SPDX-License-Identifier: GPL-2.0-only
"""shadow-map draws each device tree that Debian ships, to scale, with all its names."""

import importlib
import json
import sys

import pytest
from debian_trees import filled, shipped
from tests.host import ROOT, program
from tests.tools.shadow_map import Drawn

from . import sample
from .test_trees import LEAST, SAMPLE, shown

pytestmark = pytest.mark.xdist_group("host-64")


@pytest.fixture(name="shadow_map")
def of_the_tree(monkeypatch):
    """Its modules, in this process: a program for each tree would take long."""
    monkeypatch.setattr(sys, "path", [str(ROOT / "tools"), *sys.path])
    return {name: importlib.import_module(f"shadow_map.{name}")
            for name in ("read", "machine", "draw", "page")}


def draw(shadow_map, text):
    """What is wrong with the pictures of that JSON is raised."""
    machine = shadow_map["machine"].Machine(shadow_map["read"].from_json(text))
    said = json.loads(text)
    for width in (800, 340):
        drawn = Drawn(shadow_map["draw"].Map(machine, width=width).svg())
        drawn.check_geometry()
        ranges = drawn.ranges("no-map", "reserved", "cma", "memreserve", "image",
                              "initrd", "blob", "mem_map")
        wanted = [(int(one["start"], 16), int(one["last"], 16))
                  for one in said["reserved"]]
        assert sorted(ranges) == sorted(one for one in wanted if drawn.boxes(*one))
    assert shadow_map["page"].Page(machine).html()


def draw_all(names, tool, tmp_path, shadow_map):
    path, wrong = tmp_path / "tree.dtb", {}
    for name in names:
        path.write_bytes(filled(name, shipped()[name].read_bytes()))
        try:
            draw(shadow_map, shown(tool, path, "json"))
        except Exception as error:
            wrong[name] = f"{type(error).__name__}: {error}"
    assert not wrong


@pytest.mark.seconds(10)
def test_a_sample_is_drawn(tmp_path, shadow_map):
    draw_all(sample(SAMPLE), program("shadow-layout"), tmp_path, shadow_map)


@pytest.mark.long
@pytest.mark.seconds(120)
def test_all_trees_are_drawn(tmp_path, shadow_map):
    names = list(shipped())
    assert len(names) >= LEAST
    draw_all(names, program("shadow-layout", checked=False), tmp_path, shadow_map)
