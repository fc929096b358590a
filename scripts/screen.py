# SPDX-License-Identifier: GPL-2.0-only
"""The first screen of a run: verdict, map and figures in at most 22 lines."""

import re

MAP_LINES = 16  # what is left of the screen for rows and holes
UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
RESULTS = re.compile(r"^# pass:(\d+) fail:(\d+) skip:(\d+)$", re.MULTILINE)
KIND = re.compile(r"^(\S) (\w+) ", re.MULTILINE)


def words(size):
    """In the largest unit of which there is one; hundredths are cut off."""
    power = max(size.bit_length() - 1, 0) // 10
    whole, rest = divmod(size * 100 >> 10 * power, 100)
    return f"{whole}.{rest:02} {UNITS[power]}" if rest else \
        f"{whole} {UNITS[power]}"


def picture(text):
    """The rows of the file map, and what its characters mean."""
    rows, _, legend = text.partition("\n\n")
    lines = rows.splitlines()
    if len(lines) > MAP_LINES:
        lines = [line for line in lines if line[0] != " "]
    if len(lines) > MAP_LINES:
        lines = [*lines[:MAP_LINES - 1],
                 f"{'':13}and {len(lines) - MAP_LINES + 1} more rows: see map"]
    if legend:
        cell = re.search("A cell is (.*), a row", legend)[1]
        lines += ["  ".join(f"{sign} {name}" for sign, name in
                            KIND.findall(legend.partition("\n")[2])) +
                  f"; a cell is {cell}"]
    return lines


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

    lines = [f"verdict: {figures.get('verdict', 'missing')}", "",
             *picture(files["map"]), "",
             f"RAM {words(number('total_ram'))}, "
             f"free {words(number('free_bytes'))}, "
             f"warnings: {number('problems')}, hints: {number('hints')}"]
    if number("total_ram"):
        lines += [placed("mem_map", number("mem_map_bytes"),
                         number("mem_map_base")) + "; " +
                  placed("heap", number("heap_bytes"), number("heap_base"))]
    if found := RESULTS.search(files.get("result", "")):
        lines += [f"exercise {figures.get('exercise')}: {found[1]} passed, "
                  f"{found[2]} failed, {found[3]} skipped; "
                  f"seed={figures.get('seed')}"]
    return lines
