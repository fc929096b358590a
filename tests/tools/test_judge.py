# SPDX-License-Identifier: GPL-2.0-only
"""shadow-layout --replay: which clause a call breaks, and what is a reason (B1 to B5)."""

import re

import pytest

from .allocator import PAGE, Target, line
from .test_replay import machine, text

pytestmark = pytest.mark.xdist_group("host-64")


@pytest.mark.parametrize("why", [
    "not page aligned", "order over 20", "outside RAM", "never allocated",
    "already free", "inside a block", "wrong order"])
def test_each_reason_of_b5_is_named(replay, why):
    target = Target(*machine("three-gib")[0])
    ram = target.ram
    made = [("alloc", 3, target.alloc(3) * PAGE, None),
            ("alloc", 0, target.alloc(0) * PAGE, None)]
    block, single = (call[2] for call in made)
    target.free(single, 0)
    made.append(("free", 0, single, None))
    address, order = {
        "not page aligned": (block + 1, 3), "order over 20": (block, 21),
        "outside RAM": (ram[-1][1] * PAGE, 0),
        "never allocated": (ram[0][0] * PAGE, 0), "already free": (single, 0),
        "inside a block": (block + PAGE, 0), "wrong order": (block, 2)}[why]
    # Both are right to refuse it, one with the reason and one without.
    good = [f"free {address:#x} {order} refused: {why}",
            f"free {address:#x} {order} refused"]
    assert replay("three-gib", text([*map(line, made), *good]))[0] == 0
    bad = f"free {address:#x} {order}"
    status, said = replay("three-gib", text([*map(line, made), bad]))
    assert status == 3 and said.startswith("line 4 differs: free 0x"), said
    assert f"\nB5  a wrong free is not refused: {why}: " in said
    assert re.search(rf"\nright: free 0x\w+ {order} refused: {why}\n", said)
    other = "wrong order" if why != "wrong order" else "already free"
    status, said = replay("three-gib", text([
        *map(line, made), f"{bad} refused: {other}"]))
    if why == "order over 20":      # it is both
        assert status == 0
    else:
        assert status == 3
        assert f"\nB5  refused for another reason: {why}: " in said


@pytest.mark.parametrize("trace, named", [
    # Once it has merged, the same answer may come of a wrong choice as well.
    (["alloc 0 0", "alloc 0 1", "free 0 0", "free 1 0", "alloc 1 2"], "B4"),
    (["alloc 0 0", "alloc 0 1", "free 0 0", "free 1 0", "alloc 1 0", "free 0 1",
      "alloc 1 2"], "B4 B2"),
    # The page beside it was never freed: an order too large.
    (["alloc 0 0", "alloc 0 2"], "B2 B3"), (["alloc 0 0", "alloc 0 4"], "B2 B3"),
    # It was, and an allocator that forgot it would take the next.
    (["alloc 0 0", "alloc 0 1", "free 1 0", "alloc 0 2"], "B4 B2"),
    (["alloc 0 0", "alloc 0 1", "free 1 0", "alloc 0 3"], "B2"),
    # Behind the last page of a block nothing ascends.
    (["alloc 8 0", "alloc 7 100", "alloc 6 180", "alloc 5 1c0", "alloc 4 1e0",
      "alloc 3 1f0", "alloc 2 1f8", "alloc 1 1fc", "alloc 0 1fe", "alloc 0 1ff",
      "alloc 0 1a00"], "B2"),
    (["alloc 9 0", "alloc 11 none"], "B2"),
    # Of pages alone, and of what was never given back.
    (["alloc 9 0", "free 0 9", "alloc 9 none"], "B2"),
    (["alloc 17 1fa00", "free 1fa00 17", "alloc 17 none"], "B4 B2"),
    (["alloc 17 1fa00", "alloc 16 fa00", "free fa00 16", "alloc 16 none"], "B4 B2"),
    (["alloc 1 0", "alloc 1 0"], "B2"), (["alloc 1 0", "alloc 2 0"], "B4"),
    (["alloc 2 0", "alloc 1 2"], "B2"),
])
def test_what_a_trace_shows_of_b2_to_b4(replay, trace, named):
    """On a machine of 1 GiB; pages count from the first that is free, 0x40600."""
    def real(each):
        call, one, other = each.split()
        if call == "free":
            return f"free {0x40600 + int(one, 16) << 12:#x} {other}"
        return f"alloc {one} {other}" if other == "none" else \
            f"alloc {one} {0x40600 + int(other, 16) << 12:#x}"

    status, said = replay("one-gib", text(map(real, trace)))
    assert status == 3 and said.startswith(f"line {len(trace)} differs: "), said
    assert said.splitlines()[1].startswith(f"{named}  "), said


@pytest.mark.parametrize("line_, status", [
    ("free {free} 0 refused: already free", 0),
    ("free {free} 0 refused: never allocated", 0),
    ("free {free} 0 refused: inside a block", 3),
    ("free {page} 0 refused: wrong order", 0),
    ("free {page} 0 refused: never allocated", 3),
    ("free {page} 1 refused", 3), ("free {page} 1", 0),
    ("free {odd} 1 refused: not page aligned", 0),
    ("free {odd} 1 refused: inside a block", 3),
    ("free {odd} 22 refused: not page aligned", 0),
    ("free {odd} 22 refused: order over 20", 0),
])
def test_each_reason_that_holds_is_right(replay, line_, status):
    words = {"page": "0x40600000", "odd": "0x40600010", "free": "0x40700000"}
    got, said = replay("one-gib", text([
        f"alloc 1 {words['page']}", line_.format(**words)]))
    assert got == status, said


def test_a_right_free_that_is_refused_is_named(replay):
    first = Target(*machine("one-gib")[0]).alloc(2) * PAGE
    status, said = replay("one-gib", text([
        f"alloc 2 {first:#x}", f"free {first:#x} 2 refused: wrong order"]))
    assert status == 3
    assert "\nB4  what is held is not freed: " in said
    assert "order 2, held since line 1)\n" in said


def block_of(oracle, name):
    """The place of a reserved node."""
    return next(start for start, _, node, _ in oracle.reserved
                if node == name)


@pytest.mark.parametrize("where, named", [
    ("heap", "H3  the heap lies there: "),
    ("mem_map", "M4  not all of it is the allocator's: "),
    ("outside", "B1  it does not lie in one range of RAM: "),
    ("held", "B2  what is held is handed out again: "),
    ("unaligned", "B1  the address is not that of a page"),
    ("order", "B1  no block has an order over 20"),
    ("crooked", "B1  a block of order 1 is aligned to 0x2000"),
])
def test_where_no_block_may_lie_is_named(replay, where, named):
    place, oracle = machine("three-gib")
    first = Target(*place).alloc(0) * PAGE
    heap = [page * PAGE for page in place[2]]
    address, order = {
        "heap": (heap[0] + PAGE, 0),
        "mem_map": (block_of(oracle, "mem_map"), 0),
        "outside": (place[0][-1][1] * PAGE, 0), "held": (first, 0),
        "unaligned": (first + 16, 0), "order": (heap[1], 21),
        "crooked": (heap[0] + PAGE, 1)}[where]
    status, said = replay("three-gib", text([
        f"alloc 0 {first:#x}", f"alloc {order} {address:#x}"]))
    assert status == 3 and f"\n{named}" in said, said
    assert said.startswith("line 2 differs: ")


def test_reserved_memory_that_is_handed_out_is_named(replay):
    oracle = machine("three-gib")[1]
    place = block_of(oracle, "firmware@40000000")
    status, said = replay("three-gib", f"alloc 0 {place:#x}\n")
    assert status == 3
    assert "M4  not all of it is the allocator's: 0x0000000040000000.." \
        "0x000000004007ffff (reserved: firmware@40000000)\n" in said
