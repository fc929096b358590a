# SPDX-License-Identifier: GPL-2.0-only
"""What can be seen in a file without understanding it."""

import ast
import re
from collections import Counter

from tests.check import files

LICENCE = "SPDX-License-Identifier: GPL-2.0-only"
MAX_FILE = 400
MAX_FUNCTION = 45
MAX_ROOT = 40
MAX_ROOT_C = 18
# Put together here so that this file does not find itself.
MARKERS = re.compile(r"\b(" + "|".join(["TO" "DO", "FIX" "ME", "X" "XX",
                                        "HA" "CK"]) + r")\b"
                     r"|^(<{7}|>{7}) ")
# Directories that only one machine has, and hosts that packages come from.
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


def python_functions(path):
    """The same of a Python file; texts between quotes count only once."""
    for node in ast.walk(ast.parse(files.read(path))):
        if isinstance(node, ast.FunctionDef):
            yield node.name, node.lineno, len({
                inner.lineno for inner in ast.walk(node)
                if hasattr(inner, "lineno")})


def function_length():
    """Functions that do too much."""
    found = [(path, *function) for path in files.c_files()
             for function in functions(path)]
    found += [(path, *function) for path in files.python_files()
              for function in python_functions(path)]
    return [f"{path}:{start}: {name} has {length} lines, {MAX_FUNCTION} at most"
            for path, name, start, length in found if length > MAX_FUNCTION]


def root_is_small():
    """More in the project's directory than fits on a screen."""
    names = Counter(path.parts[0] for path in files.project()
                    if path.parts[0][0] != ".")
    own = [name for name in names if name.endswith((".c", ".h"))]
    return [f"{len(have)} {what}, {most} at most" for have, what, most in (
        (names, "entries", MAX_ROOT), (own, "C files and headers", MAX_ROOT_C))
        if len(have) > most]


def line_ends():
    """Spaces at line ends, foreign line ends, no or too many at the end."""
    found = []
    for path in files.project():
        text = files.read(path)
        for number, line in enumerate(text.split("\n"), start=1):
            # In a patch this is an empty line that stays.
            empty = line == " " and path.suffix == ".patch"
            if line != line.rstrip() and not empty:
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
