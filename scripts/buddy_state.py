# SPDX-License-Identifier: GPL-2.0-only
"""A struct shadow_buddy in memory that stands still: decode it, walk its lists.

Knows no debugger. It is given numbers, and a function that reads memory; nothing that
it reads is believed. No index is followed before it was seen to lie in the array and
the entry there to lead back: see buddy.h, whose words and drawings are used here.
"""

from dataclasses import dataclass, field

NR_ORDERS = 21  # and so many list heads, which come first in the array
PAGE_SHIFT = 12
FREE, ALLOCATED, ORDER = 0x100, 0x200, 0xff  # of a descriptor's state
RECENT_FREED, RECENT_NONE = 0x800, 0x7ff  # of the low 12 bits of recent
CHUNK = 4096  # entries that are read at once
MOST_HELD = 32  # allocated blocks that are shown if not all are asked for


class Unreadable(Exception):
    """Memory that cannot be read; the message says which."""


@dataclass(frozen=True)
class Bank:
    """struct shadow_bank."""

    start: int
    nr_pages: int
    first: int


@dataclass(frozen=True)
class Page:
    """struct shadow_page."""

    next: int
    prev: int
    refcount: int
    state: int

    @property
    def order(self):
        return self.state & ORDER

    @property
    def kind(self):
        return self.state & ~ORDER


@dataclass(frozen=True)
class Layout:
    """Where the members of a descriptor lie: {name: (offset, bytes)}."""

    size: int
    members: dict
    byteorder: str = "little"

    def page(self, data, at):
        return Page(*(int.from_bytes(data[at + offset:at + offset + size],
                                     self.byteorder)
                      for offset, size in map(self.members.get, (
                          "next", "prev", "refcount", "state"))))


class Descriptors:
    """The array. Entries are read when they are asked for, many at once."""

    def __init__(self, read, base, nr, layout):
        self.read, self.base, self.nr, self.layout = read, base, nr, layout
        self.chunks = {}

    def __getitem__(self, at):
        assert 0 <= at < self.nr, "looked at before it was seen to lie here"
        number, within = divmod(at, CHUNK)
        first, size = number * CHUNK, self.layout.size
        try:
            if number not in self.chunks:
                self.chunks[number] = self.read(
                    self.base + first * size, min(CHUNK, self.nr - first) * size)
        except Unreadable:
            return self.layout.page(self.read(self.base + at * size, size), 0)
        return self.layout.page(self.chunks[number], within * size)


@dataclass
class Buddy:
    """The members of struct shadow_buddy that tell something."""

    recent: int
    nonempty: int
    nr_entries: int
    nr_pages: int
    nr_blocks: list
    nr_managed: int
    banks: list
    pages: Descriptors


@dataclass
class Found:
    """What a look at a buddy found: entries, and sentences about what is wrong."""

    free: dict = field(default_factory=dict)  # entry: order, of those on lists
    allocated: dict = field(default_factory=dict)
    broken: list = field(default_factory=list)


def bank_of(buddy, at):
    """The bank that an entry belongs to, or None."""
    return next((bank for bank in buddy.banks
                 if 0 <= at - bank.first < bank.nr_pages), None)


def pfn_of(bank, at):
    return at - bank.first + bank.start


def address(buddy, at):
    """Where the page of an entry lies, or None."""
    bank = bank_of(buddy, at)
    return bank and pfn_of(bank, at) << PAGE_SHIFT


def name(buddy, at):
    """An entry in words."""
    if at < NR_ORDERS:
        return f"the head of list {at}"
    where = address(buddy, at)
    return f"entry {at}" + ("" if where is None else f" ({where:#x})")


def kind(page):
    """A state in words."""
    if not page.state:
        return "no block begins there"
    known = {FREE: "free", ALLOCATED: "allocated"}
    return f"its state is {page.state:#x}" + (
        f", {known[page.kind]} of order {page.order}" if page.kind in known else "")


def decode_recent(recent):
    """(address, order, freed) of the block that is remembered, or None."""
    low = recent & ((1 << PAGE_SHIFT) - 1)
    if low == RECENT_NONE:
        return None
    return recent - low, low & (RECENT_FREED - 1), bool(low & RECENT_FREED)


def wrong_with_banks(buddy):
    """The array has heads, and one entry for each page of each bank in turn."""
    first, end = NR_ORDERS, 0
    for number, bank in enumerate(buddy.banks):
        if bank.first != first:
            yield f"bank {number}: its first entry is {bank.first}, not {first}"
        if bank.start < end or not bank.nr_pages:
            yield f"bank {number}: it is empty, or not above the one before"
        first, end = first + bank.nr_pages, bank.start + bank.nr_pages
    if buddy.nr_pages != first - NR_ORDERS:
        yield f"nr_pages is {buddy.nr_pages}, the banks have {first - NR_ORDERS}"
    if buddy.nr_entries != first:
        yield f"nr_entries is {buddy.nr_entries}, heads and banks have {first}"


def wrong_with_block(buddy, at, order):
    """Why no block of that order can begin at the entry, or None."""
    bank = bank_of(buddy, at)
    if not bank:
        return "it lies in no bank"
    if order >= NR_ORDERS:
        return f"order {order} is over {NR_ORDERS - 1}"
    if pfn_of(bank, at) & ((1 << order) - 1):
        return f"a block of order {order} is not aligned there"
    if at - bank.first + (1 << order) > bank.nr_pages:
        return f"a block of order {order} leaves its bank"
    return None


def follow(buddy, order, to, back):
    """Go along a list from its head, by one of the links; the other one leads back.

    Returns the entries, and what ended the walk before it was round, or None.
    """
    pages, found, at = buddy.pages, [], order
    while True:
        there = getattr(pages[at], to)
        if there >= buddy.nr_entries:
            return found, f"{name(buddy, at)}: {to} is {there}, outside the " \
                f"array of {buddy.nr_entries} entries"
        page = pages[there]
        if getattr(page, back) != at:
            return found, f"{name(buddy, at)}: {to} is {there}, but {back} of " \
                f"{name(buddy, there)} is {getattr(page, back)}"
        if there == order:
            return found, None
        if there < NR_ORDERS or page.state != FREE | order:
            return found, f"{name(buddy, at)}: {to} is {there}, and " + (
                f"that is {name(buddy, there)}" if there < NR_ORDERS
                else f"{kind(page)}, not a free block of order {order}")
        # Memory that changes meanwhile may lead round and round.
        if len(found) > buddy.nr_pages:
            return found, f"the list does not end after {len(found)} blocks"
        found.append(there)
        at = there


def walk(buddy, order, found):
    """A list of free blocks: from both ends where it is broken."""
    there, broken = follow(buddy, order, "next", "prev")
    if broken:
        found.broken.append(f"order {order}: {broken}")
        back, broken = follow(buddy, order, "prev", "next")
        there += back[::-1]
        if broken:
            found.broken.append(f"order {order}: {broken}")
    for at in there:
        found.free[at] = order
        if wrong := wrong_with_block(buddy, at, order):
            found.broken.append(f"order {order}: {name(buddy, at)}: {wrong}")
    number, says = len(set(there)), buddy.nr_blocks[order]
    if number != says:
        found.broken.append(f"order {order}: blocks found on the list: {number}; "
                            f"nr_blocks says {says}")
    if bool(buddy.nonempty >> order & 1) != bool(says):
        found.broken.append(f"order {order}: its bit of nonempty {buddy.nonempty:#x} "
                            f"is {buddy.nonempty >> order & 1}; nr_blocks says {says}")


def scan(buddy, bank, found):
    """All blocks of a bank, in the order of their addresses."""
    at, end = bank.first, min(bank.first + bank.nr_pages, buddy.nr_entries)
    managed = 0
    while at < end:
        page = buddy.pages[at]
        if not page.state:
            at += 1
            continue
        wrong = wrong_with_block(buddy, at, page.order)
        if page.kind not in (FREE, ALLOCATED) or wrong:
            found.broken.append(f"{name(buddy, at)}: {wrong or kind(page)}")
            at += 1
            continue
        if page.kind == ALLOCATED:
            found.allocated[at] = page.order
        elif found.free.get(at) != page.order:
            found.broken.append(f"{name(buddy, at)}: a free block of order "
                                f"{page.order} that is on no list")
        managed += 1 << page.order
        at += 1 << page.order
    return managed


def wrong_with_recent(buddy, found):
    """What is remembered is a block that is allocated yet."""
    remembered = decode_recent(buddy.recent)
    if not remembered:
        return
    pa, order, _ = remembered
    at = next((at for at, its in found.allocated.items()
               if its == order and address(buddy, at) == pa), None)
    if at is None:
        yield f"recent is {buddy.recent:#x}, and no allocated block of order " \
            f"{order} begins at {pa:#x}"


def examine(buddy):
    """Look at all of a buddy. Returns what was found; raises nothing."""
    found = Found()
    try:
        found.broken += wrong_with_banks(buddy)
        for order in range(min(NR_ORDERS, buddy.nr_entries)):
            walk(buddy, order, found)
        if buddy.nonempty >> NR_ORDERS:
            found.broken.append(f"nonempty is {buddy.nonempty:#x}: a bit above "
                                f"{NR_ORDERS - 1} is set")
        managed = sum(scan(buddy, bank, found) for bank in buddy.banks)
        if managed != buddy.nr_managed:
            found.broken.append(f"nr_managed is {buddy.nr_managed}, the blocks have "
                                f"{managed} pages")
        found.broken += wrong_with_recent(buddy, found)
    except Unreadable as error:
        found.broken.append(f"not all could be looked at: {error}")
    return found


def row(title, numbers):
    """As the file buddyinfo has it."""
    return f"{title:<8}" + "".join(f" {number:6}" for number in numbers)


def by_order(orders):
    return [list(orders).count(order) for order in range(NR_ORDERS)]


def recent_words(recent):
    remembered = decode_recent(recent)
    if not remembered:
        return "nothing"
    pa, order, freed = remembered
    return f"{pa:#x}, order {order}, " + (
        "freed: only remembered, and not on a list yet" if freed
        else "allocated last")


def mask_words(nonempty):
    """Orders whose bits are set, those in a row as one."""
    runs = []
    for order in range(32):
        if not nonempty >> order & 1:
            continue
        if runs and runs[-1][1] == order - 1:
            runs[-1][1] = order
        else:
            runs.append([order, order])
    return f"{nonempty:#x}: " + ("no order" if not runs else "orders " + ", ".join(
        str(first) if first == last else f"{first} to {last}"
        for first, last in runs))


def block_lines(buddy, found, listing):
    """A line a block, the lowest address first: all, or as many as `show` has."""
    blocks = sorted((at, "allocated", order)
                    for at, order in found.allocated.items())
    left = [] if listing else blocks[MOST_HELD:]
    if listing:
        blocks += ((at, "free", order) for at, order in found.free.items())
    for at, what, order in sorted(blocks[:len(blocks) - len(left)]):
        where = address(buddy, at)
        yield f"  {what}: order {order} at " + (
            f"{where:#x}" if where is not None else name(buddy, at))
    if left:
        yield f"  and {len(left)} more"


def describe(buddy, found, listing):
    """All that is known of a buddy, line by line."""
    yield f"  banks     {len(buddy.banks)}"
    for bank in buddy.banks:
        end = (bank.start + bank.nr_pages << PAGE_SHIFT) - 1
        yield f"    {bank.start << PAGE_SHIFT:#018x}..{end:#018x}, pages: " \
            f"{bank.nr_pages}, from entry {bank.first} on"
    yield f"  array     {buddy.nr_entries} entries of {buddy.pages.layout.size} " \
        f"bytes at {buddy.pages.base:#x}"
    free = sum(1 << order for order in found.free.values())
    yield f"  pages     {buddy.nr_managed} managed, {free} on lists"
    yield f"  recent    {recent_words(buddy.recent)}"
    yield f"  nonempty  {mask_words(buddy.nonempty)}"
    yield row("order", range(NR_ORDERS))
    yield row("counted", buddy.nr_blocks)
    yield row("listed", by_order(found.free.values()))
    yield row("in use", by_order(found.allocated.values()))
    yield from block_lines(buddy, found, listing)
    for wrong in found.broken:
        yield f"  BROKEN: {wrong}"
    yield "  every link leads back, and lists, counters and pages agree" \
        if not found.broken else f"  {len(found.broken)} BROKEN, see above"
