# SPDX-License-Identifier: GPL-2.0-only
"""The oracle against figures that were worked out by hand from the clauses.

In by-hand/*.dts each node is the root of a machine. Its properties with the name of
a file in debugfs are the lines that must be there: some of `summary` and
`pagetables`, all of the others; of warnings node and property.
"""
import pathlib
import re
import subprocess
import sys

import pytest
from tests.oracle.oracle import E5, E6, Oracle
from tests.oracle.trees import (Node, by_hand, compiled, flatten,
                                number, pairs)

HERE = pathlib.Path(__file__).resolve().parent
CASES = HERE.parents[2] / "shared" / "cases"
GIB = 1 << 30
# Of these files some lines are expected, of the others all.
IN_PART = ("summary", "pagetables", "buddyinfo")


def places(oracle):
    return {entry[2]: entry[0] for entry in oracle.reserved}


@pytest.mark.parametrize("lines, blob", [
    pytest.param(*machine, id=name) for name, *machine in by_hand()])
def test_machine(lines, blob):
    oracle = Oracle(blob)
    for name, wanted in lines.items():
        said = [re.sub(r"\b +", " ", line)  # columns of numbers
                for line in oracle.text(name).splitlines()]
        if name in IN_PART:
            said = [line for line in said if line in wanted]
        assert said == wanted, name
    assert lines


def test_program_prints_each_file_and_refuses_what_is_no_tree(tmp_path):
    good, bad = tmp_path / "good.dtb", tmp_path / "bad.dtb"
    good.write_bytes(compiled((HERE / "board.dts").read_text()))
    bad.write_bytes(good.read_bytes()[:100])
    expected = (HERE / "board.expected").read_text()
    run = [sys.executable, "-B", str(HERE / "oracle.py")]
    text = subprocess.run([*run, good], check=True, encoding="utf-8",
                          stdout=subprocess.PIPE).stdout
    assert text.replace(f" {good}:", "") == expected
    refused = subprocess.run([*run, bad], stderr=subprocess.PIPE)
    assert refused.returncode == 2 and b"bad.dtb: FDT_ERR" in refused.stderr


def test_a_description_may_be_a_node():
    tree = compiled((HERE / "by-hand/malformed.dts").read_text())
    assert Oracle(tree, root="/no-reg").warnings == ["/no-reg/memory: reg"]


def bare(*memreserve, children=()):
    """1 GiB of RAM in a blob that dtc would not write."""
    cells = ("#address-cells", number(2, 1)), ("#size-cells", number(2, 1))
    root = Node("", *cells)
    root.children = [Node("memory", ("device_type", b"memory\0"),
                          ("reg", pairs([(GIB, GIB)], (2, 2)))),
                     Node("reserved-memory", *cells)]
    root.children[1].children += children
    return flatten(root, memreserve)


def test_memreserve_counts_where_it_is_asked_for():
    tree = bare((0x7ffff000, 4096), (0, 4096), ((1 << 64) - 4096, 8192),
                children=[Node("dyn", ("size", number(4096, 2)))])
    assert places(Oracle(tree)) == {"dyn": 0x7ffff000, "mem_map": GIB}
    oracle = Oracle(tree, memreserve=True)
    assert [entry[:3] for entry in oracle.reserved[:-1]] == [
        (0x7ffff000, 0x80000000, "memreserve"), (0, 4096, "memreserve"),
        (0x7fffe000, 0x7ffff000, "dyn")]
    assert oracle.figures["reserved_pages"] == 2


# A verdict that the project words itself (E5, E6) and hints are not in these files;
# here they are.
WORDED = {"bank-to-the-end": E6, "size-cells-2-for-1": E6, "board-of-16m": E5}
HINTS = {"memory-without-device-type": ["/memory@40000000: device_type"],
         "reserved-cells-unlike-root": ["/reserved-memory: #size-cells"],
         "reserved-without-ranges": ["/reserved-memory: ranges"]}


@pytest.mark.parametrize("name", sorted(
    path.stem for path in CASES.glob("*.dts")))
def test_case_of_real_errors(name):
    source, expected = ((CASES / (name + end)).read_text()
                        for end in (".dts", ".expected"))
    oracle = Oracle(compiled(source), memreserve=True)
    said = oracle.text("summary")
    wanted = [line for line in expected.splitlines()
              if line and not line.startswith("#")]
    assert wanted and set(wanted) <= set(said.splitlines())
    assert name not in WORDED or oracle.figures["verdict"] == WORDED[name]
    assert oracle.hints == HINTS.get(name, [])
