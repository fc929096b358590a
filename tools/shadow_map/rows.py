# SPDX-License-Identifier: GPL-2.0-only
"""The rows of a map: RAM to scale, and holes folded, as in the file map."""

from .machine import PAGE

COLUMNS = 64
MOST = 16
MOST_SHOWN = 256


def numbers_of(ram, size):
    """Runs of numbers of the rows in which there is RAM, the lowest first."""
    runs, following = [], 0
    for base, end in ram:
        first = max(base // size, following)
        following = (end - 1) // size + 1
        if first < following:
            runs.append(range(first, following))
    return runs


class Rows:
    """A row has 64 cells of the smallest power of two, from a page up, with which
    RAM takes at most 16 rows; a cell is never larger than the largest bank,
    rounded up. Of more than 256 rows the lowest are shown."""

    def __init__(self, ram):
        self.ram = ram
        largest = max((end - base for base, end in ram), default=0)
        cell = PAGE
        while cell < largest and \
                sum(map(len, numbers_of(ram, cell * COLUMNS))) > MOST:
            cell *= 2
        self.size = cell * COLUMNS
        self.bases = []
        for run in numbers_of(ram, self.size):
            for number in run[:MOST_SHOWN - len(self.bases)]:
                self.bases.append(number * self.size)

    def pieces(self, base, end):
        """The rows in which a range lies: (index, offset, length)."""
        for index, row in enumerate(self.bases):
            first, behind = max(base, row), min(end, row + self.size)
            if first < behind:
                yield index, first - row, behind - first

    def hole(self, index):
        """The bytes without RAM between this row and the one before."""
        row = self.bases[index]
        if not index or self.bases[index - 1] + self.size == row:
            return 0
        above = next(base for base, end in self.ram if end > row)
        below = max(end for base, end in self.ram if end <= row)
        return above - below

    def more(self):
        """What RAM has no row: (banks, lowest address, bytes)."""
        end = self.bases[-1] + self.size if self.bases else 0
        left = [(max(base, end), behind) for base, behind in self.ram
                if behind > end]
        return (len(left), left[0][0], sum(b - a for a, b in left)) if left \
            else (0, 0, 0)
