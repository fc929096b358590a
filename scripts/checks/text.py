# SPDX-License-Identifier: GPL-2.0-only
"""What can be seen in a file without understanding it."""

import re

from checks import files

LICENCE = "SPDX-License-Identifier: GPL-2.0-only"
MAX_FILE = 400
MAX_FUNCTION = 45
# Put together here so that this file does not find itself.
MARKERS = re.compile(r"\b(" + "|".join(["TO" "DO", "FIX" "ME", "X" "XX",
                                        "HA" "CK"]) + r")\b"
                     r"|^(<{7}|>{7}) ")
# Folders that only one machine has, and hosts that packages come from.
PLACES = re.compile(r"(?:^|[\s\"'`=(:,])/(?:work|root|home)(?:/|\b)"
                    r"|\b(?:deb|ftp|security)\.debian\.org"
                    r"|registry\.npmjs|\bpypi\.org")
COMMENT = re.compile(r"^\s*(/\*|\*|//)")


def licence():
    """Sources without the licence in their first two lines."""
    return [f"{path}:1: expected '{LICENCE}' in the first two lines"
            for path in files.sources()
            if not any(LICENCE in line for line in files.lines(path)[:2])]


def file_length():
    """Sources that are too long to be read at a sitting."""
    return [f"{path}: {len(files.lines(path))} lines, {MAX_FILE} at most"
            for path in files.sources()
            if len(files.lines(path)) > MAX_FILE]


def functions(path):
    """Name, line and length of each function; comment lines do not count."""
    name, start, length = "", 0, 0
    for number, line in enumerate(files.lines(path), start=1):
        if line == "{":
            start, length = number, 0
        elif line.startswith("}") and start:
            yield name, start, length
            start = 0
        elif start:
            length += bool(line.strip()) and not COMMENT.match(line)
        elif line[:1].isalpha() and "(" in line:
            name = line.split("(")[0].split()[-1].lstrip("*")


def function_length():
    """C functions that do too much."""
    return [f"{path}:{start}: {name} has {length} lines, "
            f"{MAX_FUNCTION} at most"
            for path in files.c_files()
            for name, start, length in functions(path)
            if length > MAX_FUNCTION]


def line_ends():
    """Spaces at line ends, foreign line ends, no or too many at the end."""
    found = []
    for path in files.project():
        text = files.read(path)
        for number, line in enumerate(text.split("\n"), start=1):
            if line != line.rstrip():
                found.append(f"{path}:{number}: white space at the line's end")
        if text and (not text.endswith("\n") or text.endswith("\n\n")):
            found.append(f"{path}: expected one line end at the file's end")
    return found


def leftovers():
    """Notes to oneself, marks of a merge, places of one machine."""
    found = []
    for path in files.project():
        for number, line in enumerate(files.lines(path), start=1):
            for mark in (MARKERS.search(line), PLACES.search(line)):
                if mark and not line.startswith("PLACES = "):
                    found.append(f"{path}:{number}: has {mark.group().strip()!r}")
    return found
