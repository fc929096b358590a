# SPDX-License-Identifier: GPL-2.0-only
"""What scripts/drgn-buddy makes of memory, whole and broken.

`make stress K=dump` runs it in drgn, on a guest's memory.
"""

import re
import struct
from dataclasses import dataclass, field

import boot
import buddy_state
import pytest
from buddy_state import Bank, Buddy, Descriptors, Layout, examine

ROOT = boot.SCRIPTS.parent
LAYOUT = Layout(24, {"next": (0, 8), "prev": (8, 8), "refcount": (16, 4),
                     "state": (20, 2), "unused": (22, 2)})
PAGE = struct.Struct("<QQIHH")
BASE = 0xffffffc008000000  # of the array
HOLE = 0x40000  # first frame of the second bank
BANKS = (Bank(0x1000, 64, 21), Bank(HOLE, 24, 85))
FREE, USED = 0x100, 0x200
# Frame: (order, free). Lists have the lowest frame first.
BLOCKS = {0x1000: (3, False), 0x1008: (0, True), 0x1009: (0, False),
          0x100a: (1, True), 0x100c: (2, False), 0x1010: (4, True),
          0x1020: (5, True), HOLE: (4, False), HOLE + 16: (0, True),
          HOLE + 17: (0, False), HOLE + 18: (1, True), HOLE + 20: (2, True)}


@dataclass
class Memory:
    """A buddy with two banks. Entries and numbers can be changed."""

    entries: dict = field(default_factory=dict)
    numbers: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)

    def __post_init__(self):
        lists = {order: [order] for order in range(21)}
        for pfn, (order, free) in BLOCKS.items():
            at = self.at(pfn)
            self.entries[at] = [0, at, int(not free),
                                (FREE if free else USED) | order]
            if free:
                lists[order].append(at)
        for around in lists.values():
            for at, after in zip(around, around[1:] + around[:1]):
                self.entries.setdefault(at, [0, 0, 0, 0])[0] = after
                self.entries.setdefault(after, [0, 0, 0, 0])[1] = at
        counts = [len(around) - 1 for around in lists.values()]
        self.numbers = {
            "recent": (0x100c << 12) | 2, "nr_entries": 21 + 88, "nr_pages": 88,
            "nonempty": sum(bool(count) << order
                            for order, count in enumerate(counts)),
            "nr_blocks": counts, "nr_managed": 88}

    @staticmethod
    def at(pfn):
        return next(pfn - bank.start + bank.first for bank in BANKS
                    if 0 <= pfn - bank.start < bank.nr_pages)

    def read(self, address, size):
        self.asked.append((address, size))
        first = (address - BASE) // 24
        if address < BASE or first + size // 24 > 21 + 88:
            raise buddy_state.Unreadable(f"{size} bytes at {address:#x}")
        return b"".join(PAGE.pack(*self.entries.get(at, (0, at, 0, 0)), 0)
                        for at in range(first, first + size // 24))

    def buddy(self, banks=BANKS):
        return Buddy(**self.numbers, banks=list(banks), pages=Descriptors(
            self.read, BASE, self.numbers["nr_entries"], LAYOUT))

    def broken(self, *words):
        """That is all that is said to be wrong."""
        found = examine(self.buddy()).broken
        assert len(found) == len(words), found
        for said, wanted in zip(found, words):
            assert wanted in said
        return found


def test_a_whole_buddy_is_read_block_by_block():
    memory = Memory()
    buddy = memory.buddy()
    found = examine(buddy)
    assert found.broken == []
    assert found.free == {memory.at(pfn): order
                          for pfn, (order, free) in BLOCKS.items() if free}
    assert found.allocated == {memory.at(pfn): order
                               for pfn, (order, free) in BLOCKS.items() if not free}
    text = "\n".join(buddy_state.describe(buddy, found, True))
    assert [(what, int(order), int(at, 16) >> 12) for what, order, at in re.findall(
        r"^  (free|allocated): order (\d+) at (\S+)$", text, re.M)] == [
            ("free" if free else "allocated", order, pfn)
            for pfn, (order, free) in sorted(BLOCKS.items())]
    assert "\n  pages     88 managed, 58 on lists\n" in text
    assert "\n  nonempty  0x37: orders 0 to 2, 4 to 5\n" in text
    assert text.endswith("lists, counters and pages agree")


def test_free_blocks_are_listed_only_if_asked_for():
    buddy = Memory().buddy()
    text = "\n".join(buddy_state.describe(buddy, examine(buddy), False))
    assert "allocated: order 3 at 0x1000000" in text and " free: " not in text


def test_only_some_of_many_allocated_blocks_are_shown_unless_all_are_asked_for():
    memory = Memory()
    for pfn in range(0x1020, 0x1040):
        memory.entries[memory.at(pfn)] = [0, memory.at(pfn), 1, USED]
    buddy = memory.buddy()
    found = examine(buddy)
    some, every = ([line for line in buddy_state.describe(buddy, found, listing)
                    if "allocated: " in line or " more" in line]
                   for listing in (False, True))
    assert len(every) == 32 + 5 and " more" not in every[-1]
    assert some == [*every[:32], "  and 5 more"]


@pytest.mark.parametrize("recent, words", [
    (0x7ff, "nothing"), (0x70000000 | 0x7ff, "nothing"),
    (0x70000003, "0x70000000, order 3, allocated last"),
    (0x70000814, "0x70000000, order 20, freed: only remembered, and not on a list "
     "yet"),
    (0x800, "0x0, order 0, freed: only remembered, and not on a list yet"),
])
def test_what_is_remembered(recent, words):
    assert buddy_state.recent_words(recent) == words


@pytest.mark.parametrize("mask, words", [
    (0, "0x0: no order"), (1, "0x1: orders 0"), (0x1f0011, "0x1f0011: orders 0, 4, "
                                                "16 to 20")])
def test_the_mask_of_orders(mask, words):
    assert buddy_state.mask_words(mask) == words


def test_what_is_remembered_has_to_be_allocated():
    memory = Memory()
    memory.numbers["recent"] = 0x7ff
    memory.broken()
    memory.numbers["recent"] = (0x100c << 12) | 0x802
    memory.broken()
    memory.numbers["recent"] = (0x1008 << 12) | 0x800
    memory.broken("recent is 0x1008800, and no allocated block of order 0")


@pytest.mark.parametrize("link, words", [
    (0, "next is {}, outside the array of 109 entries"),
    (1, "prev is {}, outside the array of 109 entries")])
@pytest.mark.parametrize("to", [109, 1 << 63, (1 << 64) - 1])
def test_no_link_is_followed_out_of_the_array(link, words, to):
    """The rest of the list is found from its other end."""
    memory = Memory()
    middle = memory.at(HOLE + 16)  # the last of list 0
    memory.entries[middle][link] = to
    said = memory.broken("entry", "entry")
    assert f"order 0: entry 101 (0x40010000): {words.format(to)}" in said
    found = examine(memory.buddy())
    assert {at for at, order in found.free.items() if order == 0} == \
        {memory.at(0x1008), middle}
    assert all(BASE <= address and address + size <= BASE + 109 * 24
               for address, size in memory.asked)


def test_a_link_that_does_not_lead_back_is_named():
    memory = Memory()
    memory.entries[memory.at(0x1008)][0] = 50
    said = memory.broken("entry 29", "prev is 29")
    assert said[0] == "order 0: entry 29 (0x1008000): next is 50, but prev of " \
        "entry 50 (0x101d000) is 50"
    assert said[1] == "order 0: entry 101 (0x40010000): prev is 29, but next of " \
        "entry 29 (0x1008000) is 50"


def test_a_list_that_leads_into_another_is_named():
    memory = Memory()
    memory.entries[0][0] = 5
    memory.entries[5][1] = 0
    memory.broken("order 0: the head of list 0: next is 5, and that is the head of "
                  "list 5", "order 0: entry 29 (0x1008000): prev is 0, but next of",
                  "order 5: entry 53 (0x1020000): next is 5, but prev of the head of "
                  "list 5 is 0", "order 5: the head of list 5: prev is 0, and that is "
                  "the head of list 0")


def test_what_is_no_free_block_is_named():
    memory = Memory()
    memory.entries[memory.at(0x1010)][3] = USED | 4
    memory.broken("order 4: the head of list 4: next is 37, and its state is 0x204, "
                  "allocated of order 4, not a free block of order 4", "prev is 37",
                  "order 4: blocks found on the list: 0; nr_blocks says 1")
    memory.entries[memory.at(0x1010)][3] = 0
    memory.broken("no block begins there", "no block begins there", "found", "88, the "
                  "blocks have 72 pages")


def test_a_free_block_on_no_list_is_named():
    memory = Memory()
    memory.entries[4] = [4, 4, 0, 0]
    memory.broken("order 4: blocks found on the list: 0; nr_blocks says 1",
                  "entry 37 (0x1010000): a free block of order 4 that is on no list")


@pytest.mark.parametrize("name, value, words", [
    ("nonempty", 0x36, ["order 0: its bit of nonempty 0x36 is 0; nr_blocks says 2"]),
    ("nonempty", 0x3f, ["order 3: its bit of nonempty 0x3f is 1; nr_blocks says 0"]),
    ("nonempty", 0x200037, ["nonempty is 0x200037: a bit above 20 is set"]),
    ("nr_managed", 87, ["nr_managed is 87, the blocks have 88 pages"]),
    ("nr_pages", 87, ["nr_pages is 87, the banks have 88"]),
    ("nr_blocks", [2, 2, 1, 0, 1, 2] + 15 * [0],
     ["order 5: blocks found on the list: 1; nr_blocks says 2"]),
])
def test_numbers_that_do_not_agree_are_named(name, value, words):
    memory = Memory()
    memory.numbers[name] = value
    memory.broken(*words)


def test_a_block_has_to_fit_where_it_begins():
    memory = Memory()
    memory.entries[memory.at(HOLE + 20)][3] = FREE | 3
    memory.broken("not a free block of order 2", "not a free block of order 2",
                  "found on the list: 0", "entry 105 (0x40014000): a block of order 3 "
                  "is not aligned there", "the blocks have 84 pages")
    memory.entries[memory.at(HOLE + 20)][3] = FREE | 77
    memory.broken("free of order 77", "free of order 77", "0;", "order 77 is over 20",
                  "84")
    memory.entries[memory.at(HOLE + 20)][3] = 0x302
    memory.broken("its state is 0x302, not", "its state is 0x302, not", "0;",
                  "entry 105 (0x40014000): its state is 0x302", "84")


def test_a_block_of_the_second_bank_must_not_leave_it():
    memory = Memory()
    for pfn in range(HOLE + 16, HOLE + 24):
        memory.entries.pop(memory.at(pfn), None)
    memory.entries[memory.at(HOLE + 16)] = [0, 0, 1, USED | 4]
    assert any("entry 101 (0x40010000): a block of order 4 leaves its bank" in said
               for said in examine(memory.buddy()).broken)


def test_banks_that_do_not_fit_the_array_are_named():
    said = examine(Memory().buddy([BANKS[0], Bank(0x1020, 24, 84)])).broken
    assert said[:2] == ["bank 1: its first entry is 84, not 85",
                        "bank 1: it is empty, or not above the one before"]


@pytest.mark.parametrize("nr", [0, 1, 20, 21, 1 << 40, (1 << 64) - 1])
def test_an_array_of_another_size_is_no_reason_to_end(nr):
    memory = Memory()
    memory.numbers["nr_entries"] = nr
    said = examine(memory.buddy()).broken
    assert said[0] == f"nr_entries is {nr}, heads and banks have 109"
    assert nr < 109 or len(said) == 1


def test_an_array_that_cannot_be_read_is_named():
    buddy = Memory().buddy()
    buddy.pages.base = 4096
    assert examine(buddy).broken == ["not all could be looked at: 24 bytes at 0x1000"]


def test_the_constants_are_those_of_the_headers():
    text = "".join((ROOT / name).read_text("utf-8")
                   for name in ("mem_map.h", "buddy.h", "ranges.h"))
    for name, value in (
            ("SHADOW_PAGE_FREE", buddy_state.FREE),
            ("SHADOW_PAGE_ALLOCATED", buddy_state.ALLOCATED),
            ("SHADOW_PAGE_ORDER", buddy_state.ORDER),
            ("SHADOW_RECENT_FREED", buddy_state.RECENT_FREED),
            ("SHADOW_RECENT_NONE", buddy_state.RECENT_NONE),
            ("SHADOW_MAX_ORDER", buddy_state.NR_ORDERS - 1),
            ("SHADOW_PAGE_SHIFT", buddy_state.PAGE_SHIFT)):
        found, = re.findall(rf"^#define {name}\s+(\w+)", text, re.M)
        assert int(found, 0) == value, name
