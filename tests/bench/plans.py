# SPDX-License-Identifier: GPL-2.0-only
"""What it takes to read a tree and to lay a machine out, for ever larger trees.

Counted are steps of the program `files` of this machine, from a blob to all files: the
blocks of code that it enters, see tests/host/cost.c. They depend on nothing else.
"""

import tempfile
from pathlib import Path

import boot
from tests.host import test_cost

NUMBERS = 1, 10, 100, 1000, 10_000, 100_000
TREES = {
    "banks-in-one-reg": (test_cost.one_shuffled_reg, ()),
    "banks-by-nodes": (test_cost.nodes_from_above, ()),
    "reserved-nodes": (test_cost.shuffled_reserved_nodes, ()),
    "placed-by-rule": (test_cost.nodes_placed_by_rule, ()),
    "with-one-name": (test_cost.nodes_with_one_name, ("--live",)),
}


def steps(numbers=NUMBERS):
    """{kind of tree: {how many: steps}}"""
    with tempfile.TemporaryDirectory(dir=boot.work()) as where:
        return {name: {number: test_cost.cost(Path(where, "blob"), tree, number,
                                              options)
                       for number in numbers}
                for name, (tree, options) in TREES.items()}
