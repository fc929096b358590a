# SPDX-License-Identifier: GPL-2.0-only
"""shadow-map --frag: what can be had of aged memory, beside fresh memory."""

import random
import re
from itertools import combinations

import pytest

from .shadow_map import SVG, frag_of, plot, text_of

HEAP = 12
UNIT = 8  # of height, an order
# Of a character, by what it is written in; and how high a line is.
ADVANCE = {"head": 9, "said": 7.3}
LINE = 10


def aged(steps, most=16):
    """Fresh memory of blocks of one order, and what becomes of it."""
    pick = random.Random(1)
    fresh = [(0, 0, [0] * most + [3] + [0] * (20 - most))]
    return fresh + [(at * 5, 500, ([
        pick.choice((0, pick.randrange(1 << max(12 - order, 1))))
        for order in range(pick.randrange(21))] + 21 * [0])[:21])
        for at in range(1, steps)]


def said(rows, heap=HEAP):
    """The lines, and the comment."""
    return f"# torture seed=1 ops=9 heap_order={heap}\n" + text_of(rows)


def had(counts, order):
    """How many blocks of that order all others come to, cut one by one."""
    return sum(counts[above] * 2 ** (above - order)
               for above in range(order, 21))


def largest(counts):
    return max((order for order in range(21) if counts[order]), default=-1)


def told(svg, attribute):
    return [one for one in svg.iter() if one.get(f"data-{attribute}")]


def sentences(svg):
    return " ".join(one.text for one in svg.iter(f"{SVG}text"))


def check_orders(svg, rows, high):
    """The numbers of each order, and the bars, which are to scale."""
    ends = {"fresh": rows[0][2], "aged": rows[-1][2]}
    numbers = {(one.get("data-had"), int(one.get("data-order"))):
               (int(one.get("data-value")), one.text) for one in told(svg, "had")}
    assert numbers == {
        (name, order): (had(counts, order), str(had(counts, order)))
        for name, counts in ends.items() for order in range(high + 1)}
    bars = {(one.get("data-bar"), int(one.get("data-order"))):
            float(one.get("width")) for one in told(svg, "bar")}
    assert {*bars} == {*numbers}
    whole = bars["fresh", 0]
    assert whole > 20
    for (name, order), width in bars.items():
        free = had(ends[name], 0)
        part = had(ends[name], order) * 2 ** order / free if free else 0
        assert abs(width - whole * part) < 0.011, (name, order)


def check_steps(svg, rows, heap):
    """At each step what the line shows, and what the pointer says."""
    cells = [tuple(int(one.get(f"data-{name}")) for name in
                   ("at", "largest", "heap")) for one in told(svg, "at")]
    assert cells == [(step, largest(counts), had(counts, heap))
                     for step, _, counts in rows]
    line, = (one.get("d") for one in told(svg, "layer")
             if one.get("data-layer") == "aged")
    fresh, = (one.get("d") for one in told(svg, "layer")
              if one.get("data-layer") == "fresh")
    levels = [float(one) for one in re.findall(r"V([\d.]+)", line)]
    first = float(re.match(r"M[\d.]+ ([\d.]+)H", fresh)[1])
    nothing = first + (largest(rows[0][2]) + 1) * UNIT
    assert levels == [nothing - (largest(counts) + 1) * UNIT
                      for _, _, counts in rows]
    grey = next(one for one in svg.iter(f"{SVG}rect")
                if one.get("class") == "short")
    top = float(grey.get("y"))
    assert top + float(grey.get("height")) == nothing
    # What is above the grey is enough for the heap.
    assert [level < top for level in levels] == \
        [had(counts, heap) > 0 for _, _, counts in rows]


@pytest.mark.parametrize("heap", [0, 9, HEAP, 16, 20])
@pytest.mark.parametrize("steps", [1, 2, 60])
def test_orders_and_steps_are_those_of_the_lines(steps, heap):
    rows = aged(steps)
    svg = plot(said(rows, heap))
    high = max(heap, *(largest(counts) for _, _, counts in rows))
    check_orders(svg, rows, high)
    check_steps(svg, rows, heap)


def test_figures_are_said_in_words_too():
    rows = aged(60)
    rows[-1] = (300, 500, [5, 1, 0, 1] + 17 * [0])
    text = sentences(plot(said(rows)))
    found = sum(had(counts, HEAP) > 0 for _, _, counts in rows[1:])
    assert 0 < found < 59
    for line in ("Fresh, at step 0: order 16 (256 MiB) at most; 48 blocks for the "
                 "heap.",
                 "Aged, at step 300: order 3 (32 KiB) at most; no block for the "
                 "heap.",
                 f"The heap's order 12 (16 MiB) could be had at {found} of 59 "
                 "later steps."):
        assert line in text


def test_of_all_steps_those_are_counted_that_are_not_shown_too():
    rows = aged(700)
    svg = plot(said(rows))
    found = sum(had(counts, HEAP) > 0 for _, _, counts in rows[1:])
    assert f"at {found} of 699 later steps" in sentences(svg)
    assert len(told(svg, "at")) == 180


def test_the_pointer_says_what_a_step_has():
    rows = [(0, 0, [0] * 13 + [1] + 7 * [0]), (7, 999, [0] * 21),
            (9, 500, [3] + [0] * 11 + [1] + 8 * [0])]
    svg = plot(said(rows))
    assert [one.find(f"{SVG}title").text for one in told(svg, "at")] == [
        "step 0: order 13 (32 MiB) at most; 2 blocks for the heap",
        "step 7: nothing; no block for the heap",
        "step 9: order 12 (16 MiB) at most; 1 block for the heap"]
    assert [one.find(f"{SVG}title").text for one in told(svg, "bar")][2:4] == [
        "fresh: 2 blocks of order 12 (16 MiB), 100.0% of what is free",
        "aged: 1 block of order 12 (16 MiB), 99.9% of what is free"]


def test_without_the_order_of_the_heap_nothing_is_said_of_it():
    rows = aged(20)
    svg = plot(text_of(rows))
    check_orders(svg, rows, max(largest(counts) for _, _, counts in rows))
    assert "heap" not in "".join(svg.itertext()).partition("}\n</style>")[2]
    assert "heap" not in sentences(svg)
    assert [one for one in svg.iter() if one.get("class") == "short"] == []


def boxes(svg):
    """Where each text is, if no letter is wider than usual."""
    for one in svg.iter(f"{SVG}text"):
        long = len(one.text) * ADVANCE.get(one.get("class"), 6.7)
        x, y = float(one.get("x")), float(one.get("y"))
        left = x - long if one.get("text-anchor") == "end" else x
        yield left, y - LINE, left + long, y, one.text


# The largest of fresh memory and the heap side by side; and many digits.
CROWDED = {"apart": (aged(60), HEAP), "beside": (aged(60, most=13), HEAP),
           "alike": (aged(60, most=HEAP), HEAP),
           "below": (aged(60, most=11), HEAP), "none": ([(0, 1000, [0] * 21)], 0),
           "pages": ([(0, 0, [9] + [0] * 20)], 0), "many": ([
               (0, 0, [10 ** 18] * 21), (10 ** 9, 999, [10 ** 17] * 21)], HEAP)}


@pytest.mark.parametrize("width", [320, 360, 559, 560, 800])
@pytest.mark.parametrize("name", CROWDED)
def test_no_text_lies_over_another_or_beside_the_picture(name, width):
    svg = plot(said(*CROWDED[name]), "--width", str(width))
    left, top, wide, high = map(float, svg.get("viewBox").split())
    found = [*boxes(svg)]
    for one in found:
        # A number with so many digits is a foreign one.
        assert left <= one[0] or "EiB" in one[4], one
        assert one[2] <= left + wide and top <= one[1] and one[3] <= top + high
    assert [(one[4], other[4]) for one, other in combinations(found, 2)
            if one[0] < other[2] and other[0] < one[2]
            and one[1] < other[3] and other[1] < one[3]] == []


@pytest.mark.parametrize("name, heap", [("one-gib", 12), ("three-gib", 13)])
def test_the_module_says_the_order_of_its_heap(tmp_path, name, heap):
    text = frag_of("whole-machine seed=3 ops=500", tmp_path, name)
    rows = [(step, used, counts) for step, used, *counts in (
        map(int, line.split()) for line in text.splitlines() if line[0] != "#")]
    assert f" ops=500 heap_order={heap}\n" in text
    svg = plot(text)
    # Of more steps 180 are shown.
    shown = {int(one.get("data-at")) for one in told(svg, "at")}
    check_orders(svg, rows, largest(rows[0][2]))
    if len(rows) <= 180:
        check_steps(svg, rows, heap)
    assert shown <= {row[0] for row in rows}
    assert f"The heap's order {heap} (" in sentences(svg)
