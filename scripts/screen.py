# SPDX-License-Identifier: GPL-2.0-only
"""The first screen of a run: verdict, map and figures.

It has at most 22 lines of 80: one more says how long it took, and then the prompt comes.
"""

import re

LINES, COLUMNS = 22, 80
ADDRESS = 13  # columns before a row
MAP_LINES = LINES - 5  # what is left of the screen for rows and holes
UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
RESULTS = re.compile(r"^# pass:(\d+) fail:(\d+) skip:(\d+)$", re.MULTILINE)
KIND = re.compile(r"^(\S) (\w+) ", re.MULTILINE)


def words(size):
    """In the largest unit of which there is one; hundredths are cut off."""
    power = max(size.bit_length() - 1, 0) // 10
    whole, rest = divmod(size * 100 >> 10 * power, 100)
    return f"{whole}.{rest:02} {UNITS[power]}" if rest else \
        f"{whole} {UNITS[power]}"


def rows_of(text):
    """The rows of the file map, the holes between them, and how many banks have none.

    Where there is no room for all holes, none is shown, and the last line counts them.
    """
    lines = text.partition("\n\n")[0].splitlines()
    if len(lines) <= MAP_LINES:
        return lines
    rows = [line for line in lines if " hole of " not in line]
    holes = len(lines) - len(rows)
    said = f"{rows.pop().strip()}; holes: {holes}" if " more bank" in rows[-1] else \
        f"{holes} holes between these rows"
    return [*rows, " " * min(ADDRESS, COLUMNS - len(said)) + said]


def meanings(text):
    """What the characters of the rows mean, in a line, and what a cell is."""
    legend = text.partition("\n\n")[2]
    if not legend:
        return [], ""
    found = [f"{sign} {name}" for sign, name in
             KIND.findall(legend.partition("\n")[2])]
    line = "  ".join(found)
    cell = re.search("A cell is (.*), a row", legend)[1]
    return [line if len(line) <= COLUMNS else " ".join(found)], \
        f"; a cell is {cell}"


def placed(name, size, base):
    """Without a place both are 0 (E7)."""
    return f"{name} {words(size)} at {base:#x}" if base else \
        f"{name} {words(size)} has no place"


def screen(files):
    """The lines; `files` are those of debugfs, as text."""
    figures = {name: value for name, _, value in (
        line.partition(": ") for line in files["summary"].splitlines())}

    def number(name):
        return int(figures.get(name, "0"), 0)

    legend, cell = meanings(files["map"])
    rows = rows_of(files["map"]) + legend
    lines = [f"RAM {words(number('total_ram'))}, "
             f"free {words(number('free_bytes'))}, "
             f"warnings: {number('problems')}, hints: {number('hints')}{cell}"]
    if number("total_ram"):
        lines += [placed("mem_map", number("mem_map_bytes"),
                         number("mem_map_base")) + "; " +
                  placed("heap", number("heap_bytes"), number("heap_base"))]
    if found := RESULTS.search(files.get("result", "")):
        lines += [f"exercise {figures.get('exercise')}: {found[1]} passed, "
                  f"{found[2]} failed, {found[3]} skipped; "
                  f"seed={figures.get('seed')}"]
    blank = LINES - 1 - len(rows) - len(lines)
    return [f"verdict: {figures.get('verdict', 'missing')}",
            *[""] * (blank > 0), *rows, *[""] * (blank > 1), *lines]
