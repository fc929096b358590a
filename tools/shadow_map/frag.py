# SPDX-License-Identifier: GPL-2.0-only
"""Free blocks by order over time, as SVG."""

import re

from .aged import Aged
from .draw import MARGIN, canvas
from .machine import ORDERS, PAGE
from .sheet import LEFT, Sheet
from .words import Wrong, element, number, shortened, size_words, visible

TOP, PANEL, GAP, CELL = 34, 220, 36, 12
MOST_COLUMNS = 180
NAMED = re.compile(r"n(\d{1,2})")
HEAP = re.compile(r"heap_order=(\d{1,2})")


class Steps:
    """Lines of numbers below a line of names, which may be a comment: step used
    n0 n1 ... n20. Columns of other names are read over, orders that are not there
    are 0. A comment may say heap_order=12, the order of the heap's block."""

    def __init__(self, text):
        self.rows, self.names, self.heap = [], None, None
        for at, line in enumerate(text.splitlines(), start=1):
            words = line.split()
            if self.names is None and words[:2] == ["#", "step"]:
                words = words[1:]
            if not words or words[0].startswith("#"):
                self.comment(words, at)
                continue
            if self.names is None:
                self.header(words, at)
            else:
                self.row(words, at)
        if not self.rows:
            raise Wrong("no line of numbers; torture and whole-machine write some")
        self.most = max(order for _, _, counts in self.rows
                        for order, count in enumerate(counts)
                        if count or not order)

    def comment(self, words, at):
        for found in filter(None, map(HEAP.fullmatch, words)):
            self.heap = int(found[1])
            if self.heap >= ORDERS:
                raise Wrong(f"line {at}: heap_order: expected 0 to {ORDERS - 1}")

    def header(self, words, at):
        if "step" not in words or len({*words}) != len(words):
            raise Wrong(f"line {at}: expected names of columns, such as "
                        "step used n0 n1")
        self.names = words
        self.orders = {int(NAMED.fullmatch(word)[1]): place
                       for place, word in enumerate(words)
                       if NAMED.fullmatch(word)}
        if not self.orders or max(self.orders) >= ORDERS:
            raise Wrong(f"line {at}: expected columns n0 to n{ORDERS - 1}")

    def row(self, words, at):
        if len(words) != len(self.names) or \
                not all(re.fullmatch(r"\d{1,20}", words[place]) for place in
                        [self.names.index("step"), *self.orders.values()]):
            raise Wrong(f"line {at}: expected {len(self.names)} numbers")
        step = int(words[self.names.index("step")])
        if self.rows and step < self.rows[-1][0]:
            raise Wrong(f"line {at}: step {step} is before step "
                        f"{self.rows[-1][0]}")
        used = None
        if "used" in self.names:
            word = words[self.names.index("used")]
            if not re.fullmatch(r"\d{1,4}", word) or int(word) > 1000:
                raise Wrong(f"line {at}: used: expected 0 to 1000")
            used = int(word)
        counts = [int(words[self.orders[order]]) if order in self.orders else 0
                  for order in range(ORDERS)]
        self.rows.append((step, used, counts))

    def columns(self):
        """At most 180 of the steps, evenly taken, the first and last among them."""
        last = len(self.rows) - 1
        if last < MOST_COLUMNS:
            return self.rows
        return [self.rows[round(at * last / (MOST_COLUMNS - 1))]
                for at in range(MOST_COLUMNS)]


class Plot:
    def __init__(self, steps, *, width=800, title=None):
        self.steps, self.rows = steps, steps.columns()
        self.sheet = Sheet(width, len(self.rows))
        self.title = visible(title or "Free memory by order")
        self.first, last = self.rows[0][0], self.rows[-1][0]
        self.span = max(last - self.first, 1)

    def x_of(self, step):
        return LEFT + (step - self.first) * self.sheet.bar / self.span

    def path(self, points):
        return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)

    def stacked(self):
        """How much of free memory lies in blocks of each order."""
        most = max(sum(count << order for order, count in enumerate(counts))
                   for _, _, counts in self.rows) or 1
        bottom = TOP + PANEL
        below = [0] * len(self.rows)
        for order in range(self.steps.most + 1):
            above = [low + (row[2][order] << order)
                     for low, row in zip(below, self.rows)]
            if above != below:
                edge = [[(self.x_of(row[0]), bottom - value * PANEL / most)
                         for value, row in zip(values, self.rows)]
                        for values in (above, below)]
                said = f"order {order}, blocks of {size_words(PAGE << order)}"
                self.sheet.add(element(
                    "path", element("title", said), class_=f"layer o{order}",
                    d=self.path(edge[0] + edge[1][::-1]) + "Z",
                    data_order=order, data_layer="memory"))
            below = above
        for said, y in ((size_words(most * PAGE), TOP + 9), ("free", TOP + 24),
                        ("0", bottom)):
            self.sheet.text(said, LEFT - 6, y, "faint", "end")
        self.sheet.add(element(
            "path", class_="axis",
            d=f"M{LEFT} {TOP}V{bottom}H{number(self.sheet.right)}"))

    def used(self):
        found = [row for row in self.rows if row[1] is not None]
        if not found:
            return
        points = [(self.x_of(step), TOP + PANEL * (1 - used / 1000))
                  for step, used, _ in found]
        self.sheet.add(element(
            "path", element("title", "used, of all pages"), class_="used",
            d=self.path(points), data_layer="used"))
        for said, y in (("100%", TOP + 9), ("used", TOP + 24),
                        ("0%", TOP + PANEL)):
            self.sheet.text(said, self.sheet.right + 5, y, "faint")

    def counts(self, top):
        """A row an order, a cell a step: the more blocks, the darker."""
        most = max(max(row[2]) for row in self.rows) or 1
        sheet = self.sheet
        for order in range(self.steps.most + 1):
            y = top + (self.steps.most - order) * CELL
            sheet.text(f"order {order}", LEFT - 6, y + CELL - 3, "faint", "end")
            sheet.box(0, y + 1, 9, 9, class_=f"swatch o{order}")
            for at, (step, _, counts) in enumerate(self.rows):
                count = counts[order]
                if not count:
                    continue
                part = count.bit_length() / most.bit_length()
                sheet.box(LEFT + at * sheet.column, y, sheet.column, CELL - 1,
                          f"step {step}: {count} of order {order}",
                          class_=f"o{round(part * (ORDERS - 1))}",
                          data_step=step, data_order=order, data_count=count)
        bottom = top + (self.steps.most + 1) * CELL
        for y in (TOP + PANEL + 14, bottom + 12):
            sheet.ends(self.rows[0][0], self.rows[-1][0], y)
        y = sheet.lines(
            f"The stronger the colour, the more free blocks: up to {most}. "
            f"{len(self.rows)} of {len(self.steps.rows)} steps are shown.",
            bottom + 28)
        return sheet.lines("The squares have the colours of the orders in the upper "
                           "part.", y)

    def svg(self):
        sheet = self.sheet
        sheet.text(shortened(self.title, int(sheet.width / 9)), 0, 18, "head")
        self.stacked()
        self.used()
        y = self.counts(TOP + PANEL + GAP)
        y = Aged(sheet, self.rows, self.steps.rows, self.steps.heap).draw(y + 20)
        return canvas(sheet.parts, sheet.width, round(y), MARGIN)


def plot(text, **options):
    return Plot(Steps(text), **options).svg()
