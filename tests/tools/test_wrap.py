# SPDX-License-Identifier: GPL-2.0-only
"""Sentences of shadow-layout have lines of at most 80 columns."""

import pytest

from tests.text.expect import blob

from . import layout, target

pytestmark = pytest.mark.xdist_group("host-64")

BEGIN, END = "memory-layout begin\n", "memory-layout end\n"


@pytest.fixture(name="shown")
def fixture_shown(tmp_path):
    """A function: what is printed of a log of three-gib, as it is."""
    def shown(option, log, *more):
        path = tmp_path / "tree.dtb"
        path.write_bytes(blob("three-gib"))
        done = layout(option, "-", *more, path, data=log.encode())
        assert done.returncode == 3
        return done.shown
    return shown


@pytest.mark.parametrize("design", target.WRONG, ids=lambda design: design.name)
def test_no_line_of_a_comparison_is_too_long(shown, design):
    log = design(blob("three-gib")).log() + "heap_base: 0x40000000\n" + BEGIN
    assert max(map(len, shown("--compare", log).splitlines())) <= 80


def test_what_is_broken_off_stands_to_the_right_of_the_line(shown):
    said = shown("--compare", BEGIN + "heap_order: 11\nheap_base: 0x50000000\n"
                 "mem_map_base: 0x51000000\n" + END)
    assert ("\n! overlap: mem_map 0x0000000051000000..0x00000000521fffff and heap\n"
            "      0x0000000050000000..0x00000000517fffff (E8)\n") in said
    assert ("\n    cause: trailing-zeros: the heap's order is the number of trailing "
            "zeros of\n        its pages\n") in said


def test_a_call_that_differs_too(shown):
    said = shown("--replay", "alloc 0 0x80000000\n")
    assert said.splitlines()[1:3] == [
        "B2  not of the smallest order that suffices:",
        "    0x0000000041280000..0x00000000412fffff (order 7, free from the start)"]


def test_what_was_quoted_and_a_table_are_not_broken(shown):
    words = "of words " * 10
    said = shown("--compare", f"{BEGIN}free: {words}\n{END}")
    assert f'! free: line 2:\n      "{words.strip()}", expected BASE' in said
    said = shown("--compare", BEGIN + "pages: 5\n" + END,
                 "--design", "no-reserved-memory")
    assert max(len(line) for line in said.splitlines() if "  clause" in line) > 80
    assert all(line.endswith("  R1") for line in said.splitlines() if
               line.startswith("! pages"))


def test_a_character_has_one_column(shown):
    """The dash of a panic has three bytes; 80 columns are as many as fit."""
    line = "PANIC: Cannot allocate mem_map \u2014 insufficient contiguous memory"
    said = shown("--compare", f"{BEGIN}{line}\n")
    assert f"    printed:  {line} in\n        line 2 (E3)\n" in said
