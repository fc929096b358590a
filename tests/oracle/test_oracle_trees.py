# SPDX-License-Identifier: GPL-2.0-only
"""Random trees: each page of the small ones is looked at on its own."""
import collections
import random

from tests.oracle.discover import PAGE, Discovery, read_tree
from tests.oracle.linux import LIMITS, ROWS, heapsort
from tests.oracle.oracle import E1, E2, E3, E5, E6, REACH, Oracle
from tests.oracle.trees import tree, trees

SMALL = 64 << 20


def pages(ranges, inwards=False):
    """The frames of byte ranges, one by one."""
    found = set()
    for start, end in ranges:
        first, last = start // PAGE, -(-end // PAGE)
        if inwards:
            first, last = -(-start // PAGE), end // PAGE
        found.update(range(first, last))
    return found


def ram_pages(ranges):
    """A page counts where all its bytes are in some range."""
    ranges = list(ranges)
    covered = collections.defaultdict(set)
    for start, end in ranges:
        for page in {start // PAGE, (end - 1) // PAGE}:
            covered[page].update(range(max(start - page * PAGE, 0),
                                       min(end - page * PAGE, PAGE)))
    return pages(ranges, inwards=True) | {
        page for page, each in covered.items() if len(each) == PAGE}


def runs(frames):
    """Ascending (first, count) of frames in a row."""
    found = []
    for frame in sorted(frames):
        if found and sum(found[-1]) == frame:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((frame, 1))
    return found


def merged_blocks(frames):
    """Blocks of each order after all pages were freed one by one."""
    orders = [set(frames)] + [set() for _ in range(20)]
    for order in range(20):
        for frame in sorted(orders[order]):
            if not frame >> order & 1 and \
                    {frame, frame + (1 << order)} <= orders[order]:
                orders[order] -= {frame, frame + (1 << order)}
                orders[order + 1].add(frame)
    return orders


def tables(ram, leaf):
    """One table of each level for each region with a page that needs it."""
    def whole(frames):
        return {at for at, count in collections.Counter(
            frame >> 9 for frame in frames).items() if count == 512}

    needed = [{frame >> shift for frame in ram} for shift in (36, 27, 18, 9)]
    if leaf >= 2 << 20:
        needed[3] -= whole(ram)
    if leaf >= 1 << 30:
        needed[2] -= whole(whole(ram))
    return [2 * len(each) for each in needed]


def check_figures(oracle):
    """Each figure of a small machine, page by page."""
    figures, said = oracle.figures, oracle.figures["verdict"]
    ram = ram_pages(entry[:2] for entry in oracle.memory)
    taken = pages(entry[:2] for entry in oracle.reserved
                  if entry[2] != "mem_map")
    assert figures["pages"] == len(ram)
    if said == E1:
        assert not ram
        return
    assert figures["reserved_pages"] == len(ram & taken)
    free = ram - taken
    assert (said == E2) == (not free)
    high = max(ram) * PAGE >= REACH
    assert (said == E6) == (bool(free) and high)
    need = -(-24 * len(ram) // PAGE)
    places = [first for first, count in runs(free) if count >= need]
    assert (said == E3) == (bool(free) and not high and not places)
    if not places:
        assert figures["free_pages"] == len(free)
    else:
        assert figures["mem_map_base"] == places[0] * PAGE
        free -= set(range(places[0], places[0] + need))
        blocks = merged_blocks(free)
        assert oracle.counts == [len(each) for each in blocks]
        assert figures["free_pages"] == len(free)
        enough = [each for each in blocks[figures["heap_order"]:] if each]
        assert (said == E5) == (not enough and not high)
        assert figures["heap_base"] == (min(enough[0]) * PAGE if enough else 0)
    assert oracle.free == [(first * PAGE, (first + count) * PAGE)
                           for first, count in runs(free)]
    longest = max((count for _, count in runs(free)), default=0)
    assert oracle.largest_run() == next((
        (first * PAGE, count * PAGE) for first, count in runs(free)
        if count == longest), None)
    assert bool(oracle.tables) != high
    for leaf, levels in oracle.tables.items():
        assert levels == tables(ram, leaf)


def check_places(blob, row):
    """What must hold of each node without address; Return: how many there are."""
    found = Discovery(read_tree(blob)[0], row=row)
    _, page, cma = LIMITS[row]
    ram = ram_pages(entry[:2] for entry in found.ram)
    count, placed = 0, []
    for node, *_ in found.dynamic:
        base, want = found.linux.given.get(id(node)), found.wants[id(node)]
        if base is None:
            continue
        count += 1
        end = base + want.size
        assert base >= page and base % (want.align or 64) == 0
        assert not want.pool or base % cma == 0
        assert pages([(base, end)]) <= ram
        assert want.windows is None or any(
            start <= base and end <= last for start, last in want.windows)
        if not (want.pool and want.size % cma):
            assert not any(base < high and low < end for low, high in placed)
            placed.append((base, end))
    return count


def test_heapsort_sorts_and_keeps_its_own_order_of_equals():
    rng = random.Random(3)
    for count in range(60):
        items = [rng.randrange(10) for _ in range(count)]
        wanted = sorted(items)
        heapsort(items, lambda item: item)
        assert items == wanted
    # Of four equal ones: 4 takes 1's place, is taken out before it, and so on.
    items = list("abcd")
    heapsort(items, lambda item: 0)
    assert "".join(items) == "bcda"


def test_small_machines_page_by_page():
    verdicts, placed = collections.Counter(), 0
    for at in range(300):
        blob = tree("pages", at, ["tiny"])
        found = Discovery(read_tree(blob)[0])
        if sum(end - base for base, end, *_ in found.ram) > SMALL or any(
                end - base > 2 * SMALL for base, end, *_ in found.reserved):
            continue
        try:
            oracle = Oracle(blob)
            check_figures(oracle)
            placed += check_places(blob, ROWS[at % len(ROWS)])
        except AssertionError as error:
            raise AssertionError("tiny tree %d" % at) from error
        verdicts[oracle.figures["verdict"]] += 1
    assert set(verdicts) == {"OK", E1, E2, E3, E5, E6} and placed > 25


def test_trees_come_again_from_their_seed():
    assert list(trees(7, 20)) == list(trees(7, 20)) != list(trees(8, 20))
    assert tree(7, 19) == list(trees(7, 20))[19]


def test_trees_are_mostly_machines_and_have_every_defect():
    verdicts, names = collections.Counter(), set()
    marks, hints = set(), set()
    for blob in trees("mix", 2000):
        oracle = Oracle(blob)
        verdicts[oracle.figures["verdict"]] += 1
        names |= {line.split(": ")[1] for line in oracle.warnings}
        hints |= {line.split(": ")[1] for line in oracle.hints}
        marks |= {mark for entry in oracle.reserved for mark in entry[3]}
        figures = oracle.figures
        # all of 2^64 is given as a page less
        if oracle.placed and sum(
                end - start for start, end in oracle.ram) < 1 << 64:
            assert figures["pages"] == figures["reserved_pages"] + \
                figures["free_pages"] + -(-figures["mem_map_bytes"] // PAGE)
        assert oracle.text("layout").count("\n") == sum(map(len, (
            oracle.ram, oracle.reserved, oracle.free))) + \
            (oracle.placed == 2)
    assert set(verdicts) == {"OK", E1, E2, E3, E5, E6}
    assert verdicts["OK"] >= 1000
    assert hints >= {"device_type", "reg", "linux,usable-memory",
                     "linux,initrd-start"}
    assert names == {
        "#address-cells", "#size-cells", "device_type", "status", "compatible",
        "reg", "size", "alignment", "alloc-ranges", "linux,usable-memory",
        "linux,initrd-start", "linux,initrd-end"}
    assert len(marks) == 4
