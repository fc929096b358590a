# SPDX-License-Identifier: GPL-2.0-only
"""Free blocks by order over time, as SVG."""

import re

from .draw import MARGIN, canvas
from .machine import ORDERS, PAGE
from .words import (Wrong, element, escape, number, shortened, size_words,
                    visible)

LEFT, TOP, PANEL, GAP, CELL, RIGHT = 76, 34, 220, 56, 12, 46
MOST_COLUMNS = 180
NAMED = re.compile(r"n(\d{1,2})")


class Steps:
    """Lines of numbers below a line of names, which may be a comment: step used
    n0 n1 ... n20. Columns of other names are read over, orders that are not there
    are 0."""

    def __init__(self, text):
        self.rows, self.names = [], None
        for at, line in enumerate(text.splitlines(), start=1):
            words = line.split()
            if self.names is None and words[:2] == ["#", "step"]:
                words = words[1:]
            if not words or words[0].startswith("#"):
                continue
            if self.names is None:
                self.header(words, at)
            else:
                self.row(words, at)
        if not self.rows:
            raise Wrong("no line of numbers")
        self.most = max(order for _, _, counts in self.rows
                        for order, count in enumerate(counts)
                        if count or not order)

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
        self.steps, self.width = steps, width - 2 * MARGIN
        self.rows = steps.columns()
        self.bar = self.width - LEFT - RIGHT
        self.title = visible(title or "Free memory by order")
        self.first, last = self.rows[0][0], self.rows[-1][0]
        self.span = max(last - self.first, 1)
        self.parts = []

    def text(self, said, x, y, kind=None, anchor=None, **attributes):
        self.parts.append(element("text", escape(said), x=number(x), y=number(y),
                                  class_=kind, text_anchor=anchor, **attributes))

    def x_of(self, step):
        return LEFT + (step - self.first) * self.bar / self.span

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
                self.parts.append(element(
                    "path", element("title", said), class_=f"layer o{order}",
                    d=self.path(edge[0] + edge[1][::-1]) + "Z",
                    data_order=order, data_layer="memory"))
            below = above
        self.text(size_words(most * PAGE), LEFT - 6, TOP + 9, "faint", "end")
        self.text("0", LEFT - 6, bottom, "faint", "end")
        self.text("free", LEFT - 6, TOP + 24, "faint", "end")
        self.parts.append(element(
            "path", class_="axis",
            d=f"M{LEFT} {TOP}V{bottom}H{number(LEFT + self.bar)}"))

    def used(self):
        found = [row for row in self.rows if row[1] is not None]
        if not found:
            return
        points = [(self.x_of(step), TOP + PANEL * (1 - used / 1000))
                  for step, used, _ in found]
        self.parts.append(element(
            "path", element("title", "used, of all pages"), class_="used",
            d=self.path(points), data_layer="used"))
        x = LEFT + self.bar + 5
        self.text("used", x, TOP + 24, "faint")
        self.text("100%", x, TOP + 9, "faint")
        self.text("0%", x, TOP + PANEL, "faint")

    def counts(self, top):
        """A row an order, a cell a step: the more blocks, the darker."""
        most = max(max(row[2]) for row in self.rows) or 1
        width = self.bar / len(self.rows)
        for order in range(self.steps.most + 1):
            y = top + (self.steps.most - order) * CELL
            self.text(f"order {order}", LEFT - 6, y + CELL - 3, "faint", "end")
            self.parts.append(element("rect", x=0, y=number(y + 1), width=9,
                                      height=9, class_=f"swatch o{order}"))
            for at, (step, _, counts) in enumerate(self.rows):
                count = counts[order]
                if not count:
                    continue
                part = count.bit_length() / most.bit_length()
                self.parts.append(element(
                    "rect", element(
                        "title", f"step {step}: {count} of order {order}"),
                    x=number(LEFT + at * width), y=number(y),
                    width=number(width), height=CELL - 1,
                    class_=f"o{round(part * (ORDERS - 1))}", data_step=step,
                    data_order=order, data_count=count))
        bottom = top + (self.steps.most + 1) * CELL
        self.text(f"The stronger the colour, the more free blocks: up to {most}. "
                  f"{len(self.rows)} of {len(self.steps.rows)} steps are shown.",
                  LEFT, bottom + 28, "faint")
        self.text("The squares have the colours of the orders in the upper part.",
                  LEFT, bottom + 42, "faint")
        for step, anchor, x in ((self.rows[0][0], "start", LEFT),
                                (self.rows[-1][0], "end", LEFT + self.bar)):
            for y in (TOP + PANEL + 14, bottom + 12):
                self.text(f"step {step}", x, y, "faint", anchor)
        return bottom + 50

    def svg(self):
        self.text(shortened(self.title, int(self.width / 9)), 0, 18, "head")
        self.stacked()
        self.used()
        height = round(self.counts(TOP + PANEL + GAP - 20))
        return canvas(self.parts, self.width, height, MARGIN)


def plot(text, **options):
    return Plot(Steps(text), **options).svg()
