# SPDX-License-Identifier: GPL-2.0-only
"""Allocators of a target, right and wrong ones, and what is right.

Written from the specification alone, of sets and lists of blocks; it shares nothing
with the C. Frame numbers throughout. B2 leaves open which of several free blocks of an
order is split: `pick` says it. A bug is named in `bug`.
"""

import random

ORDERS = 21
PAGE = 4096
PICKS = ("last", "first", "lowest", "highest", "any")
BUGS = ("upper", "largest", "first-fit", "from-the-end", "no-merge",
        "merge-once", "merge-to-3", "merge-upwards", "merge-blindly", "lose",
        "no-split", "unaligned", "accept")


def cut(start, end):
    """The blocks of a run of free pages (B1)."""
    while start < end:
        order = 0
        while order < ORDERS - 1 and start % (2 << order) == 0 and \
                start + (2 << order) <= end:
            order += 1
        yield start, order
        start += 1 << order


class Target:
    """An allocator over free runs [start, end) in banks of RAM; @heap is held."""

    def __init__(self, ram, free, heap, pick="last", bug="", seed=0):
        self.ram, self.pick, self.bug = ram, pick, bug
        self.random = random.Random(seed)
        self.heap = [*cut(*heap)]
        self.lists = [[] for _ in range(ORDERS)]
        self.held = {}
        self.given = free
        for run in free:
            for start, order in cut(*run):
                self.lists[order].append(start)

    def take(self, order):
        """Take a block off its list."""
        blocks = self.lists[order]
        at = {"last": len(blocks) - 1, "first": 0,
              "lowest": blocks.index(min(blocks)),
              "highest": blocks.index(max(blocks)),
              "any": self.random.randrange(len(blocks))}[self.pick]
        return blocks.pop(at)

    def suffices(self, order):
        """The order to take a block from."""
        have = [n for n in range(order, ORDERS) if self.lists[n]]
        if self.bug == "no-split":
            have = [n for n in have if n == order]
        if not have:
            return None
        if self.bug == "largest":
            return have[-1]
        if self.bug == "first-fit":
            return min(have, key=lambda n: min(self.lists[n]))
        return have[0]

    def alloc(self, order):
        """The first page, or None."""
        if order >= ORDERS or (n := self.suffices(order)) is None:
            return None
        start = self.take(n)
        if self.bug == "from-the-end" and not order and n:
            # The pages of a fresh block, but the first, go highest first.
            self.lists[0] += [start + 1 + at for at in range((1 << n) - 1)]
            n = 0
        while n > order:
            n -= 1
            if self.bug == "upper":
                self.lists[n].append(start)
                start += 1 << n
            else:
                self.lists[n].append(start + (1 << n))
        if self.bug == "unaligned" and order:
            start += 1
        self.held[start] = order
        return start

    def may_merge(self, start, order, level):
        if self.bug == "no-merge" or order == ORDERS - 1:
            return False
        if self.bug == "merge-once" and level:
            return False
        if self.bug == "merge-to-3" and order == 3:
            return False
        return not (self.bug == "merge-upwards" and start >> order & 1)

    def merge(self, start, order):
        level = 0
        while self.may_merge(start, order, level):
            buddy = start ^ 1 << order
            if buddy in self.lists[order]:
                self.lists[order].remove(buddy)
            elif self.bug != "merge-blindly" or level or \
                    self.held.get(buddy) != order:
                break
            start, order, level = min(start, buddy), order + 1, level + 1
        self.lists[order].append(start)

    def block(self, page):
        """The block that a page lies in: first page, order, whether held."""
        for held, blocks in ((True, self.held.items()), (True, self.heap), (
                False, ((start, n) for n in range(ORDERS)
                        for start in self.lists[n]))):
            for start, order in blocks:
                if start <= page < start + (1 << order):
                    return start, order, held
        return None

    def why_not(self, address, order):
        """B5: why a free is wrong, None where it is right."""
        page = address // PAGE
        if order >= ORDERS:
            return "order over 20"
        if address % PAGE:
            return "not page aligned"
        if not any(start <= page < end for start, end in self.ram):
            return "outside RAM"
        if not (found := self.block(page)):
            return "never allocated"
        start, real, held = found
        if not held:
            return "already free"
        if start != page:
            return "inside a block"
        return None if real == order else "wrong order"

    def free(self, address, order):
        """None, or why not; an allocator that accepts all does as it is told."""
        if why := self.why_not(address, order):
            return None if self.bug == "accept" else why
        del self.held[address // PAGE]
        if self.bug != "lose":
            self.merge(address // PAGE, order)
        return None


class Judge:
    """The right answers to a target's calls, whichever block it takes."""

    def __init__(self, *machine):
        self.state = Target(*machine)

    def allowed(self, order):
        """The addresses that alloc may return."""
        lists = self.state.lists
        for n in range(order, ORDERS):
            if lists[n]:
                return {start * PAGE for start in lists[n]}
        return {None}

    def alloc(self, order, address):
        """Whether that is right; it is done then."""
        if address not in self.allowed(order):
            return False
        if address is None:
            return True
        lists, start = self.state.lists, address // PAGE
        n = next(n for n in range(order, ORDERS) if lists[n])
        lists[n].remove(start)
        while n > order:
            n -= 1
            lists[n].append(start + (1 << n))
        self.state.held[start] = order
        return True

    def free(self, address, order, why):
        return self.state.free(address, order) == why


def wrong_free(target, rng):
    """An address and an order that are no block's."""
    page, order = rng.choice([*target.held.items()])
    return rng.choice([
        (page * PAGE + 8, order), (page * PAGE, 21),
        (target.ram[-1][1] * PAGE, order), (page * PAGE, order ^ 1),
        ((page + 1) * PAGE, 0), (target.given[0][0] * PAGE - PAGE, 0)])


def calls(target, count, seed, largest=6):
    """Random calls of a target: (kind, order, address, refused because of)."""
    rng = random.Random(seed)
    for _ in range(count):
        dice = rng.random()
        if dice < 0.05 and target.held:
            address, order = wrong_free(target, rng)
            if target.bug == "accept" or target.why_not(address, order):
                yield "free", order, address, target.free(address, order)
        elif dice < 0.45 and target.held:
            page = rng.choice([*target.held])
            order = target.held[page]
            yield "free", order, page * PAGE, target.free(page * PAGE, order)
        else:
            order = 21 if dice > 0.98 else \
                min(int(rng.expovariate(0.7)), largest)
            page = target.alloc(order)
            yield ("alloc", order, None if page is None else page * PAGE,
                   None)


def drain(target):
    """Free all, then ask for all of it in the largest blocks (B4)."""
    for page, order in [*target.held.items()]:
        yield "free", order, page * PAGE, target.free(page * PAGE, order)
    for order in reversed(range(ORDERS)):
        page = 0
        while page is not None:
            page = target.alloc(order)
            yield ("alloc", order, None if page is None else page * PAGE,
                   None)


def line(call):
    """A call as a line of a trace."""
    kind, order, address, why = call
    if kind == "alloc":
        return f"alloc {order} " + ("none" if address is None
                                    else f"{address:#x}")
    return f"free {address:#x} {order}" + (f" refused: {why}" if why else "")


def first_wrong(judge, all_calls):
    """The number of the first wrong call, from 1; None where all are right."""
    for number, (kind, order, address, why) in enumerate(all_calls, 1):
        right = judge.alloc(order, address) if kind == "alloc" else \
            judge.free(address, order, why)
        if not right:
            return number
    return None
