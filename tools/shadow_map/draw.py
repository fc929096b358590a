# SPDX-License-Identifier: GPL-2.0-only
"""A map of a machine's memory as SVG."""

from .labels import ADVANCE, place
from .machine import KINDS, PAGE, merged
from .rows import Rows
from .style import ON_PAPER, style
from .words import (address, element, escape, number, shortened, size_words,
                    visible)

NARROW = 560
FREE_HEIGHT, GAP, HEIGHT = 9, 2, 20  # of a row: free blocks above all else
LANE, LINE = 13, 18
MARGIN = 8
SAID = 7.3  # of a character of 12 px
OVERLAP = 7  # a band, so that what is below it is seen
LEAST = 2  # what is narrower is drawn as wide as this
CUT = 4  # blocks that are at least so wide are seen one by one
MOST_ROWLESS = 8
PATTERNS = {
    "no-map": '<path class="hatch" d="M-1 7L7 -1M-1 1L1 -1M5 7L7 5"/>',
    "cma": '<circle class="dot" cx="3" cy="3" r="1.2"/>',
    "memreserve": '<path class="hatch" d="M0 3H6"/>'}


def wrapped(words, most):
    """Lines of at most so many characters, but for longer words."""
    lines = []
    for word in words.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


def canvas(parts, width, height, margin, **attributes):
    """The picture as a whole; with margins it has its own colours too."""
    wide, high = width + 2 * margin, height + 2 * margin
    first = [element("style", style() + ON_PAPER)] if margin else []
    paper = element("rect", x=-margin, y=-margin, width=wide, height=high,
                    class_="paper")
    return element(
        "svg", "\n".join(["", *first, paper, *parts, ""]),
        xmlns="http://www.w3.org/2000/svg", class_="map", width=wide, height=high,
        viewBox=f"{-margin} {-margin} {wide} {high}", **attributes) + "\n"


class Map:
    """@mark: of the identifiers in it, so that a page can have two maps. @alone: no
    page is around it that has its title, its colours and its margins."""

    def __init__(self, machine, *, width=800, title=None, mark="m", alone=True):
        self.machine, self.mark, self.alone = machine, mark, alone
        self.margin = MARGIN if alone else 0
        self.width = width - 2 * self.margin
        self.title = visible(title or machine.name)
        narrow = width < NARROW
        self.rows = Rows(machine.ram)
        top = self.rows.bases[-1] + self.rows.size if self.rows.bases else 0
        self.digits = 16 if top > 1 << 48 else 12
        self.left = 1 if narrow else (self.digits + 2) * ADVANCE + 10
        self.above = LINE - 4 if narrow else 0
        self.bar = self.width - self.left - 2
        self.names = 16 if narrow else 30
        self.y, self.parts, self.tops, self.names_of = 0, [], [], []

    # What is written as lines.

    def line(self, text, kind="", x=0, height=LINE, **attributes):
        self.y += height
        self.parts.append(element("text", escape(text), x=number(x),
                                  y=number(self.y - 5), class_=kind or None,
                                  **attributes))

    def flow(self, chunks, advance, before=0):
        """Texts side by side, in as many lines as they need: (text, attributes,
        what stands before it at x, y)."""
        x, self.y = 0, self.y + LINE
        for text, attributes, drawn in chunks:
            length = before + len(text) * advance + 12
            if x and x + length > self.width:
                x, self.y = 0, self.y + LINE
            if drawn:
                self.parts.append(drawn(x, self.y - 15))
            self.parts.append(element("text", escape(text), x=number(x + before),
                                      y=number(self.y - 5), **attributes))
            x += length

    def head(self):
        self.line(shortened(self.title, int(self.width / 9)), "head", height=24)
        verdict = str(self.machine.figures.get("verdict", ""))
        for text in wrapped("verdict " + visible(verdict),
                            int(self.width / SAID)):
            self.line(text, "said " + ("good" if verdict == "OK" else "bad"))

    def figures(self):
        figure = self.machine.figure
        said = [("RAM", "total_ram", 1, None),
                ("reserved", "reserved_pages", PAGE, None),
                ("mem_map", "mem_map_bytes", 1, "mem_map"),
                ("heap", "heap_bytes", 1, "heap"), ("free", "free_bytes", 1, None)]
        placed = {one.kind: one.start for one in self.machine.things}
        self.flow([(
            f"{word} {size_words(figure(name) * unit)}" + (
                f" at {address(placed[kind])}" if kind in placed else
                ", no place" if kind else ""),
            {"class_": "said", "data_figure": name, "data_value": figure(name)},
            None) for word, name, unit, kind in said], SAID)
        self.y += 8

    # Rows.

    def x_of(self, offset):
        return self.left + offset * self.bar / self.rows.size

    def widest(self, thing):
        """The row in which most of it lies, and its middle there."""
        pieces = [*self.rows.pieces(thing.base, thing.end)]
        index, offset, length = max(pieces, key=lambda one: one[2])
        return index, (offset + length / 2) * self.bar / self.rows.size

    def place_rows(self):
        wanted = [[] for _ in self.rows.bases]
        for thing in self.machine.things:
            if thing.kind != "overlap" and \
                    any(self.rows.pieces(thing.base, thing.end)):
                index, at = self.widest(thing)
                wanted[index].append((thing.name, at))
        for index, names in enumerate(wanted):
            if self.rows.hole(index):
                self.hole(self.rows.hole(index))
            labels, left_out = place(names, self.bar, self.names)
            self.row(index)
            self.names_of.append(labels)
            lanes = max((one.lane + 1 for one in labels), default=0)
            self.y += FREE_HEIGHT + GAP + HEIGHT + lanes * LANE + 8
            if left_out:
                self.line(f"and {left_out} more", "faint", self.left, LANE)
                self.y += 4

    def row(self, index):
        base = address(self.rows.bases[index], self.digits)
        self.y += self.above
        self.tops.append(self.y)
        self.parts.append(element(
            "text", base, x=0, y=number(self.y + (-4 if self.above else 23)),
            class_="faint", data_row=address(self.rows.bases[index])))

    def hole(self, size):
        self.y += 4
        self.line(f"hole of {size_words(size)}", "faint", self.left,
                  data_hole=size)
        at = self.left + ADVANCE * len(f"hole of {size_words(size)}") + 8
        self.parts.append(element("path", d=f"M{number(at)} {number(self.y - 9)}"
                                  f"H{number(self.width - 2)}", class_="hole"))
        self.y += 6

    def names_below(self):
        for top, labels in zip(self.tops, self.names_of):
            bottom = top + FREE_HEIGHT + GAP + HEIGHT
            for one in labels:
                at, y = self.left + one.at, bottom + (one.lane + 1) * LANE
                self.parts.append(element(
                    "path", d=f"M{number(at)} {number(bottom)}V{number(y - 1)}",
                    class_="leader"))
                self.parts.append(element(
                    "text", escape(one.text), y=number(y - 1), x=number(
                        self.left + (one.right if one.before else one.left)),
                    text_anchor="end" if one.before else None))

    def boxes(self, base, end, y, height, **attributes):
        """A box in each row in which the range lies."""
        found = []
        for index, offset, length in self.rows.pieces(base, end):
            x = self.x_of(offset)
            width = length * self.bar / self.rows.size
            if width < LEAST:
                x = min(max(x + width / 2 - LEAST / 2, self.left),
                        self.left + self.bar - LEAST)
                width = LEAST
            if width >= CUT:
                attributes = {**attributes, "class_": "wide " +
                              attributes.get("class_", "")}
            found.append(element("rect", x=number(x),
                                 y=number(self.tops[index] + y),
                                 width=number(width), height=number(height),
                                 data_row=index, **attributes))
        return "".join(found)

    def group(self, kind, title, boxes, **attributes):
        if boxes:
            self.parts.append(element(
                "g", element("title", escape(title).replace("\\u{a}", "\n"))
                + boxes, class_=kind, **attributes))

    def ram(self):
        for base, end in self.machine.ram:
            self.group("ram", f"RAM\n{address(base)}..{address(end - 1)}\n"
                       f"{size_words(end - base)}",
                       self.boxes(base, end, 0, FREE_HEIGHT + GAP + HEIGHT),
                       data_kind="ram", data_start=address(base),
                       data_last=address(end - 1), data_size=end - base)

    def free(self):
        cuts = []
        for run in self.machine.runs:
            size = PAGE << run.order
            many = f"{run.blocks} blocks" if run.blocks > 1 else "a block"
            self.group(
                "free", f"free, {many} of order {run.order}, {size_words(size)}"
                f"\n{address(run.start)}..{address(run.end - 1)}",
                self.boxes(run.start, run.end, 0, FREE_HEIGHT,
                           class_=f"o{run.order}"),
                data_kind="free", data_order=run.order, data_blocks=run.blocks,
                data_start=address(run.start), data_last=address(run.end - 1))
            if size * self.bar / self.rows.size >= CUT:
                cuts += range(run.start, run.end, size)
        path = "".join(
            f"M{number(self.x_of(offset))} {number(self.tops[index])}"
            f"v{FREE_HEIGHT}" for cut in cuts
            for index, offset, _ in self.rows.pieces(cut, cut + 1))
        if path:
            self.parts.append(element("path", d=path, class_="cut"))

    def fill(self, kind):
        if kind in PATTERNS:
            return {"fill": f"url(#{self.mark}-{kind})"}
        return {"class_": f"c-{kind}"}

    def things(self):
        for thing in self.machine.things:
            words = "overlap of " if thing.kind == "overlap" else ""
            remarks = f" ({', '.join(thing.remarks)})" if thing.remarks else ""
            inner = HEIGHT - OVERLAP if thing.kind == "overlap" else \
                2 * thing.depth
            kind = "thing" + " dynamic" * any(
                "placed by" in one for one in thing.remarks)
            self.group(
                kind + " nested" * ("nested" in thing.remarks),
                f"{words}{visible(thing.name)}{remarks}\n{address(thing.start)}.."
                f"{address(thing.last)}\n{size_words(thing.size)}",
                self.boxes(thing.base, thing.end, FREE_HEIGHT + GAP + inner,
                           HEIGHT - inner, **self.fill(thing.kind)),
                data_kind=thing.kind, data_name=thing.name,
                data_remarks=", ".join(thing.remarks) or None,
                data_start=address(thing.start), data_last=address(thing.last),
                data_size=thing.size)

    # What stands below the rows.

    def rowless(self):
        banks, start, size = self.rows.more()
        if banks:
            self.line(f"{banks} more bank{'s' if banks > 1 else ''} from "
                      f"{address(start)} on, together {size_words(size)}",
                      "faint", self.left)
        left = [one for one in self.machine.things
                if not any(self.rows.pieces(one.base, one.end))]
        for one in left[:MOST_ROWLESS]:
            said = (f"in no row: {visible(one.name)} {address(one.start)}.."
                    f"{address(one.last)}, {size_words(one.size)}")
            for text in wrapped(said, int((self.width - self.left) / ADVANCE)):
                self.line(text, "faint", self.left)
        if len(left) > MOST_ROWLESS:
            self.line(f"in no row: {len(left) - MOST_ROWLESS} more", "faint",
                      self.left)

    def swatch(self, **attributes):
        return lambda x, y: element(
            "rect", x=number(x), y=number(y + 2), width=12, height=10,
            **attributes)

    def legend(self):
        self.y += 4
        self.line(f"A row is {size_words(self.rows.size)}." if self.rows.bases
                  else "there is no RAM", "faint", data_scale=self.rows.size)
        chunks = []
        for kind, words in KINDS.items():
            found = [one for one in self.machine.things if one.kind == kind]
            if found:
                # What lies in several of them counts once.
                size = sum(end - start for start, end in merged(
                    (one.start, one.last + 1) for one in found))
                text = f"{words} {size_words(size)}"
                if len(found) > 1:
                    text += f" in {len(found)} ranges"
                fill = self.fill(kind)
                chunks.append((text, {}, self.swatch(
                    **{**fill, "class_": "swatch " + fill.get("class_", "")})))
        if any("placed by" in remark for one in self.machine.things
               for remark in one.remarks):
            chunks.append(("dashed: no address in the tree", {}, lambda x, y: element(
                "g", self.swatch(class_="c-reserved")(x, y), class_="dynamic")))
        if chunks:
            self.flow(chunks, ADVANCE, 18)
        if any(self.machine.buddyinfo):
            self.line("Free blocks by order, above each row:", "faint")
            self.flow([(f"{order}: {count}",
                        {"data_order": order, "data_count": count},
                        self.swatch(class_=f"swatch o{order}"))
                       for order, count in enumerate(self.machine.buddyinfo)
                       if count], ADVANCE, 18)

    def patterns(self):
        return element("defs", "".join(element(
            "pattern", element("rect", width=6, height=6, class_=f"c-{kind}")
            + drawn, id=f"{self.mark}-{kind}", width=6, height=6,
            patternUnits="userSpaceOnUse") for kind, drawn in PATTERNS.items()))

    def svg(self):
        if self.alone:
            self.head()
        self.figures()
        self.place_rows()
        bottom = self.y
        self.ram()
        self.free()
        self.things()
        self.names_below()
        self.y = bottom
        self.rowless()
        self.legend()
        parts = [self.patterns(), *self.parts]
        return canvas(parts, self.width, round(self.y + 6), self.margin,
                      data_left=number(self.left), data_bar=number(self.bar))
