# SPDX-License-Identifier: GPL-2.0-only
"""shadow-layout --replay: the first wrong call is found, and its clause is named.

Which call that is says a model of an allocator in Python, allocator.py, that has
bugs of all kinds; which memory is free at the start says the oracle.
"""

import functools
import random
import re

import pytest

from tests.oracle.discover import subtract
from tests.oracle.oracle import Oracle
from tests.oracle.trees import compiled
from tests.text.expect import blob

from . import layout
from .allocator import (BUGS, PAGE, PICKS, Judge, Target, calls, drain,
                        first_wrong, line)

pytestmark = pytest.mark.xdist_group("host-64")

MACHINES = ("one-gib", "three-gib", "pixel6", "sixteen-banks", "two-banks",
            "parts-of-pages")
# What a bug must be called, among other things: a trace may leave more open.
NAMED = {
    "upper": "B2", "largest": "B2", "first-fit": "B2", "from-the-end": "B2",
    "no-merge": "B4", "merge-once": "B4", "merge-to-3": "B4",
    "merge-upwards": "B4", "merge-blindly": "B[24]", "lose": "B4",
    "no-split": "B2", "unaligned": "B1", "accept": "B5",
}


@functools.cache
def machine(name):
    """What is free behind the heap, by the oracle."""
    oracle = Oracle(blob(name))
    base = oracle.figures["heap_base"]
    heap = base, base + oracle.figures["heap_bytes"]
    free = subtract(oracle.free, [heap])
    ram, free, (heap,) = ([(start // PAGE, end // PAGE) for start, end in runs]
                          for runs in (oracle.ram, free, [heap]))
    return (ram, free, heap), oracle


def text(lines):
    return "".join(each + "\n" for each in lines)


@pytest.mark.parametrize("pick", PICKS)
@pytest.mark.parametrize("name", MACHINES)
def test_whatever_block_it_takes_a_right_allocator_is_right(replay, name, pick):
    target = Target(*machine(name)[0], pick, seed=5)
    made = [*calls(target, 400, name + pick), *drain(target)]
    assert first_wrong(Judge(*machine(name)[0]), made) is None
    status, said = replay(name, text(map(line, made)))
    kinds = [call[0] for call in made]
    assert status == 0 and said.startswith(
        f"no call differs: {kinds.count('alloc')} allocations, "
        f"{sum(call[0] == 'alloc' and call[2] is None for call in made)} of them "
        f"failed; {kinds.count('free')} frees, "
        f"{sum(bool(call[3]) for call in made)} of them refused\n"), said


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("bug", BUGS)
@pytest.mark.parametrize("name", ["one-gib", "pixel6"])
def test_a_wrong_allocator_is_found_and_named(replay, name, bug, seed):
    target = Target(*machine(name)[0], PICKS[seed % len(PICKS)], bug, seed)
    made = [*calls(target, 600, seed, largest=(2, 6, 12)[seed % 3])]
    wrong = first_wrong(Judge(*machine(name)[0]), made)
    if not wrong:   # not yet
        made += drain(target)
        wrong = first_wrong(Judge(*machine(name)[0]), made)
    status, said = replay(name, text(map(line, made)))
    found = re.match(r"line (\d+) differs: (.*)\n(.*?)  ", said)
    assert status == 3 and found, said
    assert int(found[1]) == wrong, said
    assert found[2].split()[0] == made[wrong - 1][0]
    assert re.search(NAMED[bug], found[3]), said


def test_the_heap_may_be_in_the_trace(replay):
    """H3: the block, then its tail in one piece or page by page."""
    place, oracle = machine("three-gib")
    heap = [page * PAGE for page in place[2]]
    order = oracle.figures["heap_order"]
    first = Target(*place).alloc(0) * PAGE
    begin = f"alloc {order} {heap[0]:#x}"
    end = heap[0] + (PAGE << order)
    pages = [f"free {page:#x} 0" for page in range(heap[1], end, PAGE)]
    for tail in ([], [f"free {heap[1]:#x} 11"], pages):
        status, said = replay("three-gib", text([
            begin, *tail, f"alloc 0 {first:#x}"]))
        assert status == 0, said
    status, said = replay("three-gib", text([f"alloc 0 {first:#x}", begin]))
    assert status == 3 and "line 2 differs: " in said and "\nH3  " in said
    for tail, bad in ((pages[:1], pages[0]), ([], f"free {heap[0]:#x} 11"),
                      ([], f"free {heap[0]:#x} 12"), ([], f"free {end:#x} 0"),
                      ([f"alloc 0 {first:#x}"], pages[1])):
        status, said = replay("three-gib", text([begin, *tail, bad]))
        assert status == 3 and f"line {len(tail) + 2} differs: " in said
        assert "\nB5  " in said


def test_what_is_around_is_shown(replay):
    target = Target(*machine("one-gib")[0])
    made = [("alloc", 3, target.alloc(3) * PAGE, None),
            ("alloc", 2, target.alloc(2) * PAGE, None)]
    block, other = (call[2] for call in made)
    status, said = replay("one-gib", text([
        *map(line, made), f"free {block:#x} 3", f"alloc 2 {other:#x}"]))
    assert status == 3
    shown = re.search(r"\nbefore that call\n((?:  .*\n)+)", said)[1].splitlines()
    marked = [each for each in shown if each[2] == ">"]
    assert marked == [f"  > 0x{other:016x}..0x{other + 4 * PAGE - 1:016x}  "
                      "order 2, held since line 2"]
    assert any(f"0x{block:016x}..0x{block + 8 * PAGE - 1:016x}  order 3, free "
               "since line 3" in each for each in shown)
    # All of it, without a gap.
    ends = [tuple(int(word, 16) for word in re.findall(r"0x(\w{16})", each))
            for each in shown]
    assert all(last + 1 == start for (_, last), (start, _)
               in zip(ends, ends[1:]))
    assert len(shown) == 9
    assert "\nheld: 1 blocks, 4 pages, and the heap\n" in said


def raw(lines, rng):
    """What a serial line makes of a trace."""
    for number, each in enumerate(lines):
        if rng.random() < 0.2:
            yield rng.choice([b"memory-layout begin", b"total_ram: 12", b"",
                              b"\xff\xfe\0", b"dealloc 3 0x0", b"free 12 pages",
                              b"alloc failed", b"\x1b[2J"]) + b"\n"
        before = rng.choice([
            b"", b"[%12.6f] " % (number / 7), b"\x1b[32mINFO\x1b[0m buddy: ",
            b"\0\0", b"<6>cpu0:", b"\x1b]0;title\x07- ", b"garbage\r"])
        after = rng.choice([b"\n", b"\r\n", b" \n", b"\x1b[0m\r\n", b"\0\n"])
        words = each.encode().replace(b" ", rng.choice([b" ", b"  ", b"\t"]), 1)
        if rng.random() < 0.3:
            words = words[:3] + b"\x1b[1;31m" + words[3:]
        yield before + words + after


def test_a_raw_serial_log_is_read(replay):
    made = [*calls(Target(*machine("pixel6")[0]), 500, 1)]
    rng = random.Random(8)
    status, said = replay("pixel6", b"".join(raw(map(line, made), rng)))
    assert status == 0 and "cannot be read" not in said, said
    assert f"no call differs: {sum(c[0] == 'alloc' for c in made)} " in said


@pytest.mark.parametrize("bad, said", [
    ("alloc 0", "neither an address, 0x and hexadecimal digits, nor none"),
    ("alloc 0 40000000", "neither an address, 0x and hexadecimal digits, nor "
                         "none"),
    ("alloc 0 0x", "neither an address, 0x and hexadecimal digits, nor none"),
    ("alloc 0 0x12345678123456789", "neither an address, 0x and hexadecimal "
                                    "digits, nor none"),
    ("alloc 0 0xffffffffffffffff", "neither an address, 0x and hexadecimal "
                                   "digits, nor none"),
    ("alloc 0x3 0x40000000", "no order"), ("alloc 1234567890 none", "no order"),
    ("alloc 0 0x40000000 0", "something follows"),
    ("alloc 0 nonesuch", "neither an address, 0x and hexadecimal digits, nor "
                         "none"),
    ("free 0x40000000", "no order"), ("free 0x40000000 x", "no order"),
    ("free 0x4000 3x", "no order"), ("free 0x4000 3 4", "something follows"),
    ("free 0xg 3", "no address, 0x and hexadecimal digits"),
    ("free 0x4000 3 refused: because", "no reason of B5"),
    ("free 0x4000 3 refused already free", "no reason of B5"),
    ("free 0x4000 3 refused: still referenced", "no reason of B5"),
    ("x" * 2100 + " alloc 0 none", None),
    ("alloc 21 none" + " " * 2100, "it is too long"),
])
def test_bad_lines_are_named_and_do_not_count(replay, bad, said):
    good = "alloc 21 none"
    status, text_ = replay("one-gib", text([good, bad, good]))
    if said is None:    # what begins behind the end of a line is not seen
        assert status == 0
        return
    assert status == 2
    first, second, *_ = text_.splitlines()
    assert first == f'line 2 cannot be read, {said}: "{bad[:120]}"'
    assert second.startswith("no call differs: 2 allocations, 2 of them failed;")


def test_many_bad_lines_are_counted(replay):
    status, said = replay("one-gib", "alloc 0 x\n" * 100)
    assert status == 2
    assert said.count("cannot be read, ") == 10
    assert said == "".join(said.splitlines(True)[:10]) + \
        "shadow-layout: lines of the trace that cannot be read: 100\n"


def test_a_difference_behind_a_bad_line_says_so(replay):
    status, said = replay("one-gib", "alloc 0 x\nalloc 0 none")
    assert status == 3 and "\nlines that cannot be read: 1; they may be " in said
    assert "\nB2  something suffices: 0x" in said
    assert "\nthe line does not end: the trace may be cut there\n" in said


@pytest.mark.parametrize("trace", ["", "\n", "hello\n", "free 12 0\n"])
def test_a_log_without_a_call_is_unusable(replay, trace):
    status, said = replay("one-gib", trace)
    assert (status, said) == (
        2, 'shadow-layout: no line of the trace has a call; "alloc ORDER '
        'ADDRESS" and "free ADDRESS ORDER" are looked for\n')


@pytest.mark.parametrize("name", ["no-ram", "all-reserved", "no-mem-map",
                                  "no-heap"])
def test_where_the_target_panics_nothing_is_replayed(replay, name):
    status, said = replay(name, "alloc 0 none\n")
    assert status == 2
    assert said.startswith("shadow-layout: the target has no allocator on this "
                           "machine: PANIC: ")


@pytest.mark.parametrize("name, said", [
    # More than any machine that runs this has.
    ("sixteen-tib", "there is no memory for 4294967296 descriptors, 32 bytes each"),
    (15 << 40, "there is no memory for 4026531840 descriptors, 32 bytes each")])
def test_a_machine_that_is_too_large_is_refused(tmp_path, name, said):
    path = tmp_path / "tree.dtb"
    if isinstance(name, str):
        path.write_bytes(blob(name))
    else:
        path.write_bytes(compiled(
            "/dts-v1/; / { #address-cells = <2>; #size-cells = <2>;"
            "memory { device_type = \"memory\"; "
            f"reg = <0 0 {name >> 32:#x} 0>; }}; }};"))
    done = layout("--replay", "-", path, data=b"alloc 21 none\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"shadow-layout: {said}\n"


def test_other_choices_are_counted(replay):
    """B2 leaves open which of equal blocks is split."""
    target = Target(*machine("pixel6")[0], "highest")
    made = []
    while len(made) < 50:
        made.append(("alloc", 1, target.alloc(1) * PAGE, None))
    status, said = replay("pixel6", text(map(line, made)))
    assert status == 0
    found = re.search(r"which B2 leaves open: (\d+) times, first in line (\d+)",
                      said)
    assert found and int(found[1]) >= 1 and int(found[2]) >= 1
    assert "\nheld at the end: 50 blocks, 100 pages\n" in said
