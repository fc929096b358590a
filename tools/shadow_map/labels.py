# SPDX-License-Identifier: GPL-2.0-only
"""Names below a row, none over another and none over another's line."""

import copy
from dataclasses import dataclass

from .words import shortened

# Of a character of 11 px of a monospaced font, rounded up.
ADVANCE = 6.7
LANES = 10
GAP = 3


@dataclass
class Label:
    text: str
    at: float  # where its line comes down
    left: float  # of the text
    right: float
    lane: int = 0

    @property
    def before(self):
        """The text ends at the line, instead of beginning there."""
        return self.right < self.at


def sides(name, at, width, most):
    """To the right of its line, and to the left, where there is room."""
    text = shortened(name, most)
    length = len(text) * ADVANCE
    found = [Label(text, at, at + GAP, at + GAP + length),
             Label(text, at, at - GAP - length, at - GAP)]
    return [one for one in found if one.left >= 0 and one.right <= width] or \
        found[:1]


def apart(one, other):
    """Whether both may be, in their lanes."""
    if one.lane == other.lane:
        return one.right + GAP < other.left or other.right + GAP < one.left
    upper, lower = sorted((one, other), key=lambda each: each.lane)
    return not upper.left - 1 < lower.at < upper.right + 1


def settle(found, placed):
    """The first of the two sides that has a lane, and the first such lane."""
    for one in found:
        for one.lane in range(LANES):
            if all(apart(one, other) for other in placed):
                return one
    return None


def placed_in(order):
    """What gets a place if it is tried in that order: [sides]."""
    placed = []
    for found in order:
        one = settle(found, placed)
        if one:
            placed.append(one)
    return placed


def place(wanted, width, most):
    """@wanted: [(name, x)]. The labels that have a place, and how many have not.
    Each of three orders is good for some crowds: names to the right go down to the
    left, names to the left go down to the right, or both, from the middle."""
    found = [sides(name, at, width, most)
             for name, at in sorted(wanted, key=lambda one: one[1])]
    orders = [found[::-1], [one[::-1] for one in found],
              [*(one for one in found if one[0].before),
               *(one for one in found[::-1] if not one[0].before)]]
    # The copies are for the lanes, which each order sets anew.
    best = max((placed_in(copy.deepcopy(order)) for order in orders), key=len)
    return best, len(wanted) - len(best)
