# SPDX-License-Identifier: GPL-2.0-only
"""What the shipped reader makes of a tree is what the oracle makes of it.

The oracle (tests/oracle) was written from the specification alone. Over the kept
trees and over random ones, entries with their flags, sets, figures, free blocks
and the paths and properties that are warned of must be the same.
"""

import difflib
import re

import pytest
from tests.oracle.discover import RULE
from tests.oracle.linux import DEFAULT, ROWS
from tests.oracle.oracle import Oracle

from . import blobs

QUICK, LONG = 3000, 60000
SHOWN = 3
FIGURES = ("verdict", "total_ram", "pages", "reserved_pages", "free_pages",
           "span_bytes", "flat_mem_map_bytes", "mem_map_bytes", "mem_map_base",
           "heap_bytes", "heap_order", "heap_base")
# What the shipped reader (dt/show.c) calls otherwise.
SHORT = {"flat_mem_map_bytes": "flat_bytes"}


def in_order(lines):
    """Warnings come last, each where the alphabet has it."""
    return sorted(lines, key=lambda line: line.startswith("warning ") and line
                  or "")


def shipped(text):
    """What the shipped reader said; of paths the last name, of warnings path
    and property."""
    text = text.decode("utf-8", "surrogateescape")
    text = re.sub(r"^(entry [^/\n]*)/(?:.*/)?", r"\1", text, flags=re.M)
    text = re.sub(r"^((?:warning|hint) .*?: .*?): .*", r"\1", text, flags=re.M)
    return in_order(text.splitlines())


def expected(blob, row):
    """The same of the oracle."""
    oracle = Oracle(blob, row=row)

    def spans(name, ranges, after=""):
        return [f"{name} {start:#x}..{end - 1:#x}{after}"
                for start, end in ranges]

    entries = []
    for kind, each in ("", oracle.memory), (" reserved", oracle.reserved):
        for *span, name, flags in each:
            words = ["by-rule" if flag == RULE else flag for flag in flags]
            if name != "mem_map":
                entries += spans("entry", [span],
                                 " ".join([kind, *words, name]))
    return in_order([
        *entries, *(f"warning {warning}" for warning in oracle.warnings),
        f"warnings {oracle.figures['problems']}",
        *(f"hint {hint}" for hint in oracle.hints),
        *spans("ram", oracle.ram), *spans("reserved", oracle.taken),
        *spans("free", oracle.free),
        *(f"{SHORT.get(name, name)} {oracle.figures[name]}"
          for name in FIGURES),
        "free_blocks " + " ".join(map(str, oracle.counts))])


def expect_the_same(paths, row=DEFAULT):
    different = [
        "\n".join([f"{row}: tests/fuzz/fuzz.py repeat dt "
                   f"{path.read_bytes().hex()}", *lines])
        for path, text in zip(paths, blobs.read(paths, row))
        if (lines := list(difflib.unified_diff(
            shipped(text), expected(path.read_bytes(), row), "shipped",
            "oracle", lineterm="", n=0)))]
    assert not different, "\n\n".join(
        [f"{len(different)} of {len(paths)} trees", *different[:SHOWN]])


@pytest.mark.seconds(20)
def test_kept_trees_are_read_as_by_the_oracle(tmp_path):
    expect_the_same([*blobs.kept(tmp_path / "kept"),
                     *blobs.by_hand(tmp_path / "by-hand"),
                     *blobs.machines(tmp_path / "machines")])


@pytest.mark.parametrize("number", [
    pytest.param(QUICK, marks=pytest.mark.seconds(40)),
    pytest.param(LONG, marks=[pytest.mark.seconds(400), pytest.mark.long])])
def test_random_trees_are_read_as_by_the_oracle(tmp_path, number):
    """By each Linux in turn."""
    paths = list(blobs.random(tmp_path / "random", number))
    for at, row in enumerate(ROWS):
        expect_the_same(paths[at::len(ROWS)], row)


@pytest.mark.parametrize("row", ROWS)
def test_nodes_without_an_address_lie_where_the_oracle_says(tmp_path, row):
    expect_the_same([*blobs.placing(tmp_path / "placing"),
                     *blobs.machines(tmp_path / "machines")], row)
