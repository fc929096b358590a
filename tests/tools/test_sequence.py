# SPDX-License-Identifier: GPL-2.0-only
"""shadow-layout --sequence: calls for the target's own tests.

An allocator in Python that was written from the specification alone must find every
answer right, and replay must, too.
"""

import re

import pytest

from tests.text.expect import blob

from . import layout
from .allocator import PAGE, Judge
from .test_replay import machine

pytestmark = pytest.mark.xdist_group("host-64")
CALL = re.compile(r"(alloc) (\d+) (none|0x\w{16})|"
                  r"(free) (0x\w{16}) (\d+)(?: refused: ([\w ]+))?")


@pytest.fixture(name="sequence")
def fixture_sequence(tmp_path):
    """A function: the lines of a sequence on a machine."""
    def sequence(name, value):
        path = tmp_path / f"{name}.dtb"
        path.write_bytes(blob(name))
        done = layout("--sequence", value, path)
        assert (done.returncode, done.stderr) == (0, "")
        (tmp_path / "trace").write_text(done.stdout, "ascii")
        again = layout("--replay", tmp_path / "trace", path)
        assert again.returncode == (2 if value.endswith(",0") else 0), again
        return done.stdout.splitlines(), again.stdout
    return sequence


def parsed(text):
    found = CALL.fullmatch(text)
    assert found, text
    if found[1]:
        return "alloc", int(found[2]), None if found[3] == "none" else \
            int(found[3], 16), None
    return "free", int(found[6]), int(found[5], 16), found[7]


@pytest.mark.parametrize("value", ["7,1000", "8,1000", "0,300", "7,1", "7,2",
                                   "7,3", "18446744073709551615,64"])
@pytest.mark.parametrize("name", ["one-gib", "three-gib", "pixel6"])
def test_every_answer_is_right(sequence, name, value):
    lines, said = sequence(name, value)
    seed, count = value.split(",")
    made = [parsed(each) for each in lines if each[0] != "#"]
    place, _ = machine(name)
    judge = Judge(*place)
    base, end = (page * PAGE for page in place[2])
    before = [len(blocks) for blocks in judge.state.lists]
    for number, (kind, order, address, why) in enumerate(made, 1):
        assert judge.alloc(order, address) if kind == "alloc" else \
            judge.free(address, order, why), (number, lines[0])
    assert len(made) == int(count)
    assert not judge.state.held and \
        [len(blocks) for blocks in judge.state.lists] == before
    assert lines[0] == (
        f"# {count} calls of seed {seed}, after the heap is taken: "
        f"0x{base:016x}, {end - base} bytes")
    assert lines[-1] == "# free blocks of order 0 to 20 now, as before: " + \
        " ".join(map(str, before))
    assert "\nall is free at the end, in the blocks of the start (B4)\n" in said


def test_it_has_all_kinds_of_calls(sequence):
    made = [parsed(each) for each in sequence("three-gib", "1,3000")[0]
            if each[0] != "#"]
    assert {call[3] for call in made} == {
        None, "not page aligned", "order over 20", "outside RAM",
        "never allocated", "already free", "inside a block", "wrong order"}
    assert {call[1] for call in made if call[0] == "alloc"} >= set(range(10))
    assert any(call[0] == "alloc" and call[2] is None for call in made)
    assert sum(call[0] == "free" and not call[3] for call in made) > 900


def test_a_comment_says_where_there_is_a_choice(sequence):
    """B2: all other answers follow from the clauses alone."""
    lines, _ = sequence("pixel6", "3,500")
    judge, number, open_choice = Judge(*machine("pixel6")[0]), 0, None
    for each in lines[1:-1]:
        if each[0] == "#":
            open_choice = each
            continue
        number += 1
        kind, order, address, why = parsed(each)
        choices = judge.allowed(order) if kind == "alloc" else {address}
        if len(choices) > 1:
            assert open_choice == (
                f"# call {number}: the first part of any of {len(choices)} free "
                "blocks would be right")
        else:
            assert open_choice is None
        open_choice = None
        assert judge.alloc(order, address) if kind == "alloc" else \
            judge.free(address, order, why)


def test_a_seed_is_repeatable_and_others_differ(sequence):
    first, again, other, longer = (sequence("one-gib", value)[0] for value in
                                   ("5,200", "5,200", "6,200", "5,300"))
    assert first == again and first[1:] != other[1:]
    # The beginning of a longer one is another: all must be free at its end.
    assert first[1:-1] != longer[1:len(first) - 1]
