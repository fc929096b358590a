# SPDX-License-Identifier: GPL-2.0-only
"""shadow-map --frag: free blocks over time, as the lines have them."""

import random
import re

import pytest

from tests.host import ROOT
from tests.oracle.picture import PAGE, words

from . import indented
from .shadow_map import SVG, frag_of, plot, shadow_map, text_of


def lines(steps):
    """[(step, used, counts)] of a machine that falls to pieces."""
    pick = random.Random(1)
    return [(at * 7, at * 1000 // steps,
             [pick.choice((0, pick.randrange(1 << max(20 - order, 1))))
              for order in range(21)]) for at in range(steps)]


def cells(svg):
    return {(int(one.get("data-step")), int(one.get("data-order"))):
            int(one.get("data-count")) for one in svg.iter(f"{SVG}rect")
            if one.get("data-step")}


def points(path):
    return [tuple(map(float, one.split())) for one in
            path.get("d").strip("MZ").split("L")]


def layer(svg, name):
    return [one for one in svg.iter(f"{SVG}path")
            if one.get("data-layer") == name]


def labels(svg):
    return [one.text for one in svg.iter(f"{SVG}text")]


@pytest.mark.parametrize("steps", [1, 2, 180])
def test_all_steps_and_counts_are_in_the_plot(steps):
    rows = lines(steps)
    svg = plot(text_of(rows))
    assert cells(svg) == {(step, order): count for step, _, counts in rows
                          for order, count in enumerate(counts) if count}
    assert f"{steps} of {steps} steps" in " ".join(labels(svg))


def test_memory_is_to_scale_and_its_parts_lie_on_each_other():
    rows = lines(50)
    svg = plot(text_of(rows))
    most = max(sum(count << order for order, count in enumerate(counts))
               for _, _, counts in rows)
    assert words(most * PAGE) in labels(svg)
    below = [0] * len(rows)
    bottom, height = 254, 220
    for path in layer(svg, "memory"):
        order = int(path.get("data-order"))
        above = [low + (row[2][order] << order)
                 for low, row in zip(below, rows)]
        wanted = [bottom - value * height / most for value in above]
        found = points(path)
        assert len(found) == 2 * len(rows)
        assert all(abs(one[1] - want) < 0.01 for one, want in zip(found, wanted))
        assert all(one[0] == other[0] for one, other in
                   zip(found, reversed(found)))
        below = above
    assert max(below) == most
    used, = layer(svg, "used")
    assert all(abs(y - (bottom - row[1] * height / 1000)) < 0.01
               for (_, y), row in zip(points(used), rows))


def test_of_many_steps_180_are_shown_evenly_with_the_first_and_the_last():
    rows = lines(5000)
    svg = plot(text_of(rows))
    shown = sorted({step for step, _ in cells(svg)})
    every = {row[0]: row[2] for row in rows}
    assert len(shown) == 180 and shown[0] == 0 and shown[-1] == rows[-1][0]
    assert {other - one for one, other in zip(shown, shown[1:])} == {27 * 7, 28 * 7}
    assert cells(svg) == {(step, order): count for step in shown
                          for order, count in enumerate(every[step]) if count}
    assert "180 of 5000 steps are shown." in " ".join(labels(svg))


def test_comments_empty_lines_and_other_columns_are_read_over():
    svg = plot("# seed=1\n\nstep  n3 other n0\n # more\n5 1 x 2\n#\n9\t0 y 4\r\n")
    assert cells(svg) == {(5, 3): 1, (5, 0): 2, (9, 0): 4}
    assert layer(svg, "used") == []


def test_nothing_free_is_a_plot_too():
    assert cells(plot("step n0 n1\n0 0 0\n1 0 0\n")) == {}


REFUSED = [
    ("", "no line of numbers; torture and whole-machine write some"),
    ("# only\n", "no line of numbers"),
    ("step n0\n", "no line of numbers"),
    ("0 1 2\n", "line 1: expected names of columns"),
    ("step step n0\n0 1 2\n", "line 1: expected names of columns"),
    ("step used\n0 1\n", "line 1: expected columns n0 to n20"),
    ("step n21\n0 1\n", "line 1: expected columns n0 to n20"),
    ("step n0\n0\n", "line 2: expected 2 numbers"),
    ("step n0\n0 1 2\n", "line 2: expected 2 numbers"),
    ("step n0\n0 x\n", "line 2: expected 2 numbers"),
    ("step n0\n0 -1\n", "line 2: expected 2 numbers"),
    ("# step n0\n2 1\n1 1\n", "line 3: step 1 is before step 2"),
    ("# step\n1\n", "line 1: expected columns n0 to n20"),
    ("step used n0\n1 1001 1\n", "line 2: used: expected 0"),
]


@pytest.mark.parametrize("text, message", REFUSED)
def test_what_is_malformed_is_refused_in_one_line(text, message):
    done = shadow_map("--frag", "-", data=text.encode())
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith(f"shadow-map: standard input: {message}")
    assert done.stderr.count("\n") == 1


def test_the_lines_of_the_document_can_be_plotted():
    document = ROOT.joinpath("Documentation/shadow-map.rst").read_text("utf-8")
    block = re.search(r"::\n\n(\t# step used.*\n(?:\t.*\n)*)", document)
    svg = plot(indented(block[1]))
    assert cells(svg)[2000, 1] == 22 and len(layer(svg, "used")) == 1


def test_the_file_of_the_module_can_be_plotted(tmp_path):
    """The first two lines have one step, and the last comment is none of them."""
    text = frag_of("whole-machine seed=1 ops=2500", tmp_path)
    rows = [list(map(int, line.split())) for line in text.splitlines()
            if line[0] != "#"]
    svg = plot(text)
    assert [row[0] for row in rows[:2]] == [0, 0] and len(rows) >= 100
    assert cells(svg) == {(step, order): count for step, _, *counts in rows
                          for order, count in enumerate(counts) if count}
    assert f"{len(rows)} of {len(rows)} steps" in " ".join(labels(svg))
