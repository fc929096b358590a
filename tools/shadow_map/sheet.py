# SPDX-License-Identifier: GPL-2.0-only
"""What the parts of a plot are drawn on, one below the other."""

from .draw import MARGIN, NARROW, SAID, wrapped
from .labels import ADVANCE
from .words import element, escape, number

# Beside the columns of the steps there is room for words of 10 and of 6 letters.
LEFT, RIGHT, LINE = 76, 46, 14


class Sheet:
    """@width: of the picture, in pixels. @nr: how many steps it has columns for."""

    def __init__(self, width, nr):
        self.width = width - 2 * MARGIN
        self.bar = self.width - LEFT - RIGHT
        self.right = LEFT + self.bar
        self.column = self.bar / nr
        # Whole lines begin where columns do, if there is room.
        self.left = LEFT if width >= NARROW else 0
        self.parts = []

    def add(self, *parts):
        self.parts += parts

    def text(self, said, x, y, kind="", anchor=None, **attributes):
        self.add(element("text", escape(said), x=number(x), y=number(y),
                         class_=kind or None, text_anchor=anchor, **attributes))

    def lines(self, said, y, kind="faint"):
        """As many lines as it takes, the first at @y; what is below the last."""
        advance = SAID if "said" in kind else ADVANCE
        for line in wrapped(said, int((self.width - self.left) / advance)):
            self.text(line, self.left, y, kind)
            y += LINE
        return y

    def box(self, x, y, width, height, said=None, **attributes):
        title = element("title", escape(said)) if said else ""
        self.add(element("rect", title, x=number(x), y=number(y),
                         width=number(width), height=number(height),
                         **attributes))

    def ends(self, first, last, y):
        """The first and the last step, below their columns."""
        self.text(f"step {first}", LEFT, y, "faint")
        self.text(f"step {last}", self.right, y, "faint", "end")
