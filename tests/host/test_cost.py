# SPDX-License-Identifier: GPL-2.0-only
"""Ten times as many ranges or nodes cost about ten times as much.

From a blob to all files and the self-test's verdict. What is counted are steps, the
same on any machine at any time, see cost.c. Compared is what each tenfold adds, so
that what any tree costs does not count: n log n comes to some 13 times, n^2 beside it
to 30 or more.
"""

import random
import re
import subprocess

import pytest

from tests.oracle.trees import Node, cell_props, flatten, pairs

from . import program

pytestmark = pytest.mark.xdist_group("host-cost")
NUMBERS = 300, 3000, 30000
MOST_TIMES = 16
GIB = 1 << 30
# Ranges lie above a bank that mem_map fits in. So far apart they need more tables
# than the self-test has: it says so for all these numbers.
BASE, SIZE, APART = 16 * GIB, 0x10000, GIB
NEAR = 2 * SIZE
COST = re.compile(r"^cost: (\d+)$", re.M)


def ranges(number, apart=APART):
    return [(BASE + at * apart, SIZE) for at in range(number)]


def shuffled(number, apart=APART):
    found = ranges(number, apart)
    random.Random(number).shuffle(found)
    return found


def memory(*regs):
    """Memory nodes: the first bank, and one for each list of ranges."""
    for at, reg in enumerate([[(GIB, 4 * GIB)], *regs]):
        yield Node(f"memory@{at:x}", ("device_type", b"memory\0"),
                   ("reg", pairs(reg, (2, 2))))


def fixed(name, *found):
    return Node(name, ("reg", pairs(found, (2, 2))))


def dynamic(name):
    return Node(name, ("size", pairs([(0, SIZE)], (0, 2))))


def root(*nodes, reserved=()):
    """A tree of nodes, and those in /reserved-memory."""
    top = Node("", *cell_props((2, 2)))
    below = Node("reserved-memory", *cell_props((2, 2)), ("ranges", b""))
    below.children = list(reserved)
    top.children = [*nodes, below]
    return top


def one_shuffled_reg(number):
    return root(*memory(shuffled(number)))


def nodes_from_above(number):
    return root(*memory(*([each] for each in ranges(number)[::-1])))


def ranges_that_touch(number):
    return root(*memory(ranges(number, SIZE)))


def shuffled_reserved_nodes(number):
    """Each across the edges of two ranges of RAM."""
    return root(*memory(ranges(number)), reserved=[
        fixed(f"a@{base:x}", (base + SIZE // 2, APART))
        for base, _ in shuffled(number)])


def shuffled_reserved_reg(number):
    return root(*memory([(BASE, number * NEAR)]), reserved=[
        fixed("a", *shuffled(number, NEAR))])


def nodes_before_one_placed_by_rule(number):
    """Every other is not mapped; all lie over what is reserved before."""
    top = root(*memory(ranges(number)), reserved=[dynamic("last")])
    top.children[-1].children += [
        fixed(f"a@{base:x}", (base, SIZE // 2)) for base, _ in shuffled(number)]
    for each in top.children[-1].children[1::2]:
        each.add("no-map")
    return top


def nodes_placed_by_rule(number):
    return root(*memory([(BASE, number * NEAR)]), reserved=[
        dynamic(f"a{at}") for at in range(number)])


def nodes_with_one_name(number):
    """In a container each; --live asks the kernel for them."""
    top = root(*memory(), reserved=[Node(f"a{at}") for at in range(number)])
    for each in top.children[-1].children:
        each.children = [dynamic("pool")]
    return top


def nodes_with_names(number):
    return root(*memory(), reserved=[
        *(dynamic(f"a{at}") for at in range(number // 2)),
        *(fixed(f"a{at}@1", (GIB, SIZE)) for at in range(number // 2))])


def malformed_nodes(number):
    """One for each warning."""
    return root(*memory(), reserved=[
        fixed(f"a{at}", (GIB, 0)) for at in range(number)])


def properties(number):
    top = root(*memory())
    top.props += [(f"a{at % 1000}", b"") for at in range(number)]
    return top


def run(blob, *options):
    """Steps from a blob to all its files; these are as they are without."""
    made = program("files", cost=True)
    done = subprocess.run([made, *options, blob], text=True, check=False,
                          timeout=600, capture_output=True)
    assert done.returncode == 0, done.stderr
    return int(COST.search(done.stderr)[1]), done.stdout


def cost(path, tree, number, options):
    path.write_bytes(flatten(tree(number)))
    return run(path, *options)[0]


SELFTEST = ("--run", "selftest seed=1 ops=100")
LIVE = ("--live", "--log")


@pytest.mark.seconds(60)
@pytest.mark.parametrize("tree, options", [
    (one_shuffled_reg, SELFTEST), (nodes_from_above, SELFTEST),
    (ranges_that_touch, SELFTEST), (shuffled_reserved_nodes, SELFTEST),
    (shuffled_reserved_reg, SELFTEST), (nodes_placed_by_rule, SELFTEST),
    (nodes_before_one_placed_by_rule, ()),
    (nodes_with_one_name, LIVE), (nodes_with_names, LIVE),
    (malformed_nodes, ("--log",)), (properties, ()),
], ids=lambda each: getattr(each, "__name__", ""))
def test_cost_grows_with_the_number(tmp_path, tree, options):
    steps = [cost(tmp_path / "blob", tree, number, options)
             for number in NUMBERS]
    times = (steps[2] - steps[1]) / (steps[1] - steps[0])
    print(*(f"{number}: {each} steps" for number, each in zip(NUMBERS, steps)),
          f"{times:.1f} times", sep="\n")
    assert times < MOST_TIMES


def test_cost_is_the_same_again(tmp_path):
    path = tmp_path / "blob"
    path.write_bytes(flatten(one_shuffled_reg(300)))
    assert run(path) == run(path)
