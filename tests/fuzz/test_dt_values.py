# SPDX-License-Identifier: GPL-2.0-only
"""What the shipped reader makes of a tree is what the oracle makes of it.

The oracle (tests/oracle) was written from the specification alone. Over the kept
trees and over random ones, entries with their flags, sets, figures, free blocks
and the paths and properties that are warned of must be the same. Where it is
known that one of the two is wrong, OPEN says so, and what may differ then.
"""

import pytest
from tests.oracle.discover import read_tree
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
IOMMU = "R2: the reader warns of a child that has iommu-addresses alone"
INITRD = "R2: the reader places a dynamic node around the initrd"
SEVERAL = "R2: the order of entries where /reserved-memory is there twice"
ALL_RAM = "M1: the oracle counts 2^52 - 1 pages in 2^64 bytes"
OPEN = {IOMMU: {"warnings"}, ALL_RAM: {"pages", "reserved_pages",
                                       "mem_map_bytes"},
        INITRD: set(KINDS[2:]), SEVERAL: set(KINDS[2:])}


def below(node):
    for child in node.children:
        yield child
        yield from below(child)


def conditions(root, ours):
    """Which of OPEN may show in a tree."""
    tops = [node for node in root.children
            if node.name.partition("@")[0] == "reserved-memory"]
    inner = [node.props for top in tops for node in below(top)
             if "reg" not in node.props]
    if len(tops) > 1:
        yield SEVERAL
    if any("iommu-addresses" in props for props in inner):
        yield IOMMU
    if any("size" in props for props in inner) and \
            any(entry[2] == "initrd" for entry in ours["entries"]):
        yield INITRD
    if ours["ram"] == [(0, 1 << 64)]:
        yield ALL_RAM


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


def compare(path, text):
    """What differs, a line a kind; of OPEN that which explains all of it."""
    blob = path.read_bytes()
    ours, theirs = shipped(text), expected(blob)
    different = {kind for kind in KINDS if ours[kind] != theirs[kind]}
    found = list(conditions(read_tree(blob)[0], ours))
    lines = [f"{kind}:\n  shipped {ours[kind]}\n  oracle  {theirs[kind]}"
             for kind in KINDS if kind in different.difference(
                 *(OPEN[name] for name in found))]
    return lines, found[0] if different and len(found) == 1 else None


def expect_the_same(paths):
    """Compare all; return those of OPEN that were met."""
    different, met = [], set()
    for path, text in zip(paths, blobs.read(paths)):
        lines, name = compare(path, text)
        met.add(name)
        if lines:
            different.append("\n".join([
                f"tests/fuzz/fuzz.py repeat dt {path.read_bytes().hex()}",
                *lines]))
    assert not different, "\n\n".join(
        [f"{len(different)} of {len(paths)} trees", *different[:SHOWN]])
    return met


@pytest.mark.seconds(20)
def test_kept_trees_are_read_as_by_the_oracle(tmp_path):
    expect_the_same([*blobs.kept(tmp_path / "kept"),
                     *blobs.machines(tmp_path / "machines")])


@pytest.mark.parametrize("number", [
    pytest.param(QUICK, marks=pytest.mark.seconds(40)),
    pytest.param(LONG, marks=[pytest.mark.seconds(400), pytest.mark.long])])
def test_random_trees_are_read_as_by_the_oracle(tmp_path, number):
    met = expect_the_same(list(blobs.random(tmp_path / "random", number)))
    settled = OPEN.keys() - met
    assert not settled, f"nothing differs any more, take it out: {settled}"
