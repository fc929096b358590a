# SPDX-License-Identifier: GPL-2.0-only
"""What the shipped reader makes of a tree is what the oracle makes of it.

The oracle (tests/oracle) was written from the specification alone. Over the kept
trees and over random ones, entries with their flags, sets, figures, free blocks
and the paths and properties that are warned of must be the same.
"""

import pytest
from tests.oracle.oracle import Oracle

from . import blobs

QUICK, LONG = 3000, 60000
SHOWN = 3
FLAGS = {"nested": "nested", "no-map": "no-map", "reusable": "reusable",
         "by-rule": "placed by Linux's rule"}
FIGURES = ("verdict", "total_ram", "pages", "reserved_pages", "free_pages",
           "span_bytes", "mem_map_bytes", "mem_map_base", "heap_bytes",
           "heap_order", "heap_base")
KINDS = ("memory", "ram", "warnings", "entries", "reserved", "free",
         "free_blocks", *FIGURES)


def range_of(text):
    start, last = text.split("..")
    return int(start, 16), int(last, 16) + 1


def entry_of(text):
    """Whether it is reserved; range, name and flags."""
    where, *words = text.split(" ")
    flags = []
    while len(words) > 1 and (words[0] == "reserved" or words[0] in FLAGS):
        flags.append(words.pop(0))
    return "reserved" in flags, (*range_of(where),
                                 " ".join(words).rpartition("/")[2],
                                 [FLAGS[word] for word in flags
                                  if word != "reserved"])


def shipped(text):
    """All that the shipped reader said of a tree, by kind."""
    found = {kind: [] for kind in KINDS}
    for line in text.decode("utf-8", "surrogateescape").splitlines():
        kind, _, value = line.partition(" ")
        if kind == "entry":
            reserved, entry = entry_of(value)
            found["entries" if reserved else "memory"].append(entry)
        elif kind == "warning":
            found["warnings"].append(": ".join(value.split(": ")[:2]))
        elif kind in ("ram", "reserved", "free"):
            found[kind].append(range_of(value))
        elif kind == "free_blocks":
            found[kind] = [int(number) for number in value.split()]
        elif kind in FIGURES:
            found[kind] = int(value) if value.isdecimal() else value
    found["warnings"].sort()
    return found


def expected(blob):
    oracle = Oracle(blob)
    memory, entries = ([(*entry[:3], list(entry[3])) for entry in them
                        if entry[2] != "mem_map"]
                       for them in (oracle.memory, oracle.reserved))
    return {"memory": memory, "entries": entries, "ram": oracle.ram,
            "warnings": sorted(oracle.warnings), "reserved": oracle.taken,
            "free": oracle.free, "free_blocks": oracle.counts,
            **{name: oracle.figures[name] for name in FIGURES}}


def differences(path, text):
    """What is not the same, each as some lines."""
    ours, theirs = shipped(text), expected(path.read_bytes())
    for kind in KINDS:
        if ours[kind] != theirs[kind]:
            yield (f"{kind}:\n  shipped {ours[kind]}\n"
                   f"  oracle  {theirs[kind]}")


def expect_the_same(paths):
    different = [
        "\n".join([f"tests/fuzz/fuzz.py repeat dt {path.read_bytes().hex()}",
                   *lines])
        for path, text in zip(paths, blobs.read(paths))
        if (lines := list(differences(path, text)))]
    assert not different, "\n\n".join(
        [f"{len(different)} of {len(paths)} trees", *different[:SHOWN]])


@pytest.mark.seconds(20)
def test_kept_trees_are_read_as_by_the_oracle(tmp_path):
    expect_the_same([*blobs.kept(tmp_path / "kept"),
                     *blobs.machines(tmp_path / "machines")])


@pytest.mark.parametrize("number", [
    pytest.param(QUICK, marks=pytest.mark.seconds(40)),
    pytest.param(LONG, marks=[pytest.mark.seconds(400), pytest.mark.long])])
def test_random_trees_are_read_as_by_the_oracle(tmp_path, number):
    expect_the_same(list(blobs.random(tmp_path / "random", number)))
