# SPDX-License-Identifier: GPL-2.0-only
"""What can be had of memory that has aged, beside fresh memory: the largest order at
each step, and how many blocks of each order. A block serves all orders below its own."""

from .labels import ADVANCE
from .machine import ORDERS, PAGE
from .sheet import LEFT, LINE
from .words import element, number, size_words

UNIT = 8  # of height, an order
ROW = 14
MOST_DIGITS = 10


def had(counts):
    """How many blocks of each order can be had, of so many free ones of each."""
    found, pages = [], 0
    for order in reversed(range(ORDERS)):
        pages += counts[order] << order
        found.append(pages >> order)
    return found[::-1]


def largest(blocks):
    """The highest order of which there is a block; -1 if there is none."""
    return max((order for order, count in enumerate(blocks) if count),
               default=-1)


def named(order):
    return f"order {order} ({size_words(PAGE << order)})" if order >= 0 else \
        "nothing"


def many(count):
    return f"{count} block{'s' if count != 1 else ''}" if count else "no block"


def short(count):
    said = str(count)
    return said if len(said) <= MOST_DIGITS else f"{count:.2e}"


class Aged:
    """@rows: the lines that are shown, (step, used, counts), the first of fresh
    memory. @all_rows: all of them. @heap: order of the heap's block, or None."""

    def __init__(self, sheet, rows, all_rows, heap):
        self.sheet, self.rows, self.heap = sheet, rows, heap
        self.had = [had(counts) for _, _, counts in rows]
        self.later = [had(counts) for _, _, counts in all_rows[1:]]
        self.high = max(0, heap or 0, *map(largest, self.had))

    def at_most(self, top):
        """The largest order at each step; where it lies in the grey, there is no
        block for the heap."""
        sheet, bottom = self.sheet, top + (self.high + 1) * UNIT

        def level(order):
            return bottom - (order + 1) * UNIT

        fresh = largest(self.had[0])
        marks = {"fresh": level(fresh) + 4}
        if self.heap is not None:
            edge = level(self.heap) + UNIT / 2
            sheet.box(LEFT, edge, sheet.bar, bottom - edge, class_="short")
            marks["heap"] = edge + 4
            if abs(marks["fresh"] - marks["heap"]) < LINE:
                lower = "heap" if fresh >= self.heap else "fresh"
                marks[lower] = min(marks.values()) + LINE
        path = "".join(f"H{number(LEFT + at * sheet.column)}V"
                       f"{number(level(largest(blocks)))}"
                       for at, blocks in enumerate(self.had))
        sheet.add(
            element("path", d=f"M{LEFT} {number(level(fresh))}H"
                    f"{number(sheet.right)}", class_="fresh", data_layer="fresh"),
            element("path", d=f"M{LEFT} {number(level(fresh))}{path}H"
                    f"{number(sheet.right)}", class_="used", data_layer="aged"),
            element("path", class_="axis",
                    d=f"M{LEFT} {number(top)}V{number(bottom)}H"
                    f"{number(sheet.right)}"))
        for at, (row, blocks) in enumerate(zip(self.rows, self.had)):
            self.hover(at, row[0], blocks, top, bottom)
        for mark, y in marks.items():
            sheet.text(mark, sheet.right + 5, y, "faint")
        sheet.text(f"order {self.high}", LEFT - 6, level(self.high) + 2, "faint",
                   "end")
        sheet.text("none", LEFT - 6, bottom + 6, "faint", "end")
        sheet.ends(self.rows[0][0], self.rows[-1][0], bottom + 14)
        return bottom + 14

    def hover(self, at, step, blocks, top, bottom):
        order = largest(blocks)
        said = f"step {step}: {named(order)}" + " at most" * (order >= 0)
        if self.heap is not None:
            said += f"; {many(blocks[self.heap])} for the heap"
        sheet = self.sheet
        sheet.box(LEFT + at * sheet.column, top, sheet.column, bottom - top, said,
                  class_="over", data_at=step, data_largest=order,
                  data_heap=None if self.heap is None else blocks[self.heap])

    def orders(self, top):
        """A row an order: blocks of fresh and of aged memory, as numbers, and as
        parts of what is free."""
        sheet, pair = self.sheet, {"fresh": self.had[0], "aged": self.had[-1]}
        said = {name: list(map(short, blocks)) for name, blocks in pair.items()}
        wide = max(5, *(len(one) for all_of in said.values() for one in all_of))
        ends = {"aged": sheet.right - 2,
                "fresh": sheet.right - 2 - (wide + 2) * ADVANCE}
        bar = ends["fresh"] - wide * ADVANCE - 10 - LEFT
        for name, x in ends.items():
            sheet.text(name, x, top, "", "end")
        for order in range(self.high, -1, -1):
            y = top + 4 + (self.high - order) * ROW
            if order == self.heap:
                sheet.box(LEFT, y, sheet.bar, ROW, class_="short")
                sheet.text("heap", sheet.right + 5, y + 11, "faint")
            sheet.text(f"order {order}", LEFT - 6, y + 11, "faint", "end")
            for at, (name, blocks) in enumerate(pair.items()):
                self.bar_of(name, order, LEFT, y + 2 + at * 5, bar)
                sheet.text(said[name][order], ends[name], y + 11, "", "end",
                           data_had=name, data_order=order,
                           data_value=blocks[order])
        return top + 4 + (self.high + 1) * ROW

    def bar_of(self, name, order, x, y, width):
        blocks = self.had[0 if name == "fresh" else -1]
        part = (blocks[order] << order) / (blocks[0] or 1)
        self.sheet.box(x, y, part * width, 5,
                       f"{name}: {many(blocks[order])} of {named(order)}, "
                       f"{100 * part:.1f}% of what is free",
                       class_=f"bar {name}", data_bar=name, data_order=order)

    def sentences(self, y):
        sheet = self.sheet
        for name, row, blocks in (("Fresh", self.rows[0], self.had[0]),
                                  ("Aged", self.rows[-1], self.had[-1])):
            said = f"{name}, at step {row[0]}: {named(largest(blocks))} at most"
            if self.heap is not None:
                said += f"; {many(blocks[self.heap])} for the heap"
            y = sheet.lines(said + ".", y, "")
        if self.heap is not None and self.later:
            found = sum(bool(blocks[self.heap]) for blocks in self.later)
            y = sheet.lines(f"The heap's {named(self.heap)} could be had at {found} "
                            f"of {len(self.later)} later steps.", y, "")
        return y

    def draw(self, top):
        """All of it, from @top on; what is below it."""
        lines = self.sheet.lines
        y = self.at_most(lines("Largest order that can be had", top, "said"))
        y = lines("In the grey there is no block for the heap.", y + LINE) \
            if self.heap is not None else y + LINE
        y = lines("Blocks of each order that can be had", y + 10, "said")
        y = self.orders(y + 2)
        y = lines("Bars: the part of free memory that lies in blocks of that order "
                  "or a higher one, of fresh memory above, of aged below.", y + LINE)
        return self.sentences(y + 8)
