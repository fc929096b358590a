# SPDX-License-Identifier: GPL-2.0-only
"""The rule of the rooms: who may include and who may call whom.

The way of the data is one line: hall, dt, exercise, report, buddy_shadow.c. A
file knows its own room and those to the left. Calls are read off the compiled
objects: a file depends on another where it wants a symbol that the other one
defines, be it a function, a variable or a table of operations.
"""

import functools
import re
from collections import Counter
from pathlib import Path

from tests.check import files

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
KERNEL = "6.1"
MODULE = Path("buddy_shadow.c")


def included(path, mark):
    """The files that one file includes with that mark, with line numbers."""
    for number, line in enumerate(files.lines(path), start=1):
        match = INCLUDE.match(line)
        if match and match.group(1) == mark:
            yield number, match.group(2)


def target(path, name):
    """The file of the project that an include names."""
    beside = (files.ROOT / path.parent / name).resolve()
    if not beside.exists() and (files.ROOT / name).exists():
        return Path(name)
    return (beside.relative_to(files.ROOT)
            if beside.is_relative_to(files.ROOT) else beside)


@functools.cache
def includes():
    """Each C file and the project's files that it includes."""
    return {path: {target(path, name): [f"line {number}"]
                   for number, name in included(path, '"')}
            for path in files.c_files()}


def symbols(path, nm="nm"):
    """The symbols that an object offers to others, and those that it wants."""
    words = [line.split()[-2:] for line in
             files.output_of([nm, "-g", path]).splitlines()]
    wanted = {name for kind, name in words if kind == "U"}
    return {name for kind, name in words if kind != "U"}, wanted


def uses(objects, nm="nm"):
    """Each source and the others that define symbols that it wants."""
    offers, wants = {}, {}
    for path, made in objects.items():
        offered, wants[path] = symbols(made, nm)
        offers.update(dict.fromkeys(offered, path))
    found = {path: {} for path in objects}
    for path, names in wants.items():
        for name in sorted(names & {*offers}):
            found[path].setdefault(offers[name], []).append(name)
    return found


@functools.cache
def calls():
    """The uses of the module's files, as they are built for a kernel."""
    built = files.output_of(["scripts/build-module", KERNEL]).splitlines()[-1]
    return uses({path: Path(built, path).with_suffix(".o")
                 for path in files.objects()}, "aarch64-linux-gnu-nm")


def reached(edges, start):
    """All that one file leads to; itself only by a circle."""
    seen, todo = set(), [start]
    while todo:
        fresh = {*edges.get(todo.pop(), ())} - seen
        seen |= fresh
        todo += fresh
    return seen


def circles(edges):
    """Each group of files that lead to each other, with what leads there."""
    ways = {path: reached(edges, path) for path in edges}
    groups = {frozenset(other for other in ways[path]
                        if path in ways.get(other, ()))
              for path in edges if path in ways[path]}
    return ["a circle: " + "; ".join(
        f"{path} -> {other} ({', '.join(edges[path][other])})"
        for path in sorted(group) for other in sorted(edges[path])
        if other in group) for group in sorted(groups, key=sorted)]


def column(path):
    """Where a file stands in the line; all that is not the module's: last."""
    if path == MODULE:
        return len(files.ROOMS)
    where = files.room(path)
    return files.ROOMS.index(where) if where else len(files.ROOMS) + 1


def to_the_right(edges):
    """What leads a file of the module to a room that it must not know."""
    return [f"{path} -> {other} ({', '.join(why)}): does not lie to the left"
            for path, others in edges.items() if files.room(path)
            for other, why in others.items() if column(other) > column(path)]


def includes_in_order():
    """Includes to the right, circles of includes, files that are not there."""
    missing = [f"{path} -> {other} ({why[0]}): there is no such file"
               for path, others in includes().items()
               for other, why in others.items()
               if not (files.ROOT / other).is_file()]
    return missing + to_the_right(includes()) + circles(includes())


def calls_in_order():
    """Calls and tables to the right, circles of them."""
    return to_the_right(calls()) + circles(calls())


def host_headers():
    """Kernel headers that the host lacks, in what is not glue."""
    glue = files.glue()
    start = [path for path in files.objects() if path not in glue]
    seen = {*start}.union(*(reached(includes(), path) for path in start))
    return [f"{path}:{number}: host/include has no <{name}>, and the file is "
            "not glue" for path in sorted(seen)
            for number, name in included(path, "<")
            if not (files.ROOT / "host/include" / name).is_file()]


def walkers():
    """Module files that name the tree whose lock is closed to modules (R1, R3)."""
    return [f"{path}: names iomem_resource" for path in files.module_files()
            if "iomem_resource" in files.read(path)
            and str(path) != "dt/image.c"]


def page_tables(edges):
    """What page tables reach of the buddy by includes or by calls (P1)."""
    edges = edges()
    return [f"{path} -> {other}, maybe through other files" for path in edges
            if files.room(path) == "hall" and path.stem.startswith("pt_")
            for other in sorted(reached(edges, path))
            if other.stem.startswith("buddy")]


def named_once():
    """C files that core.mk does not name, or more than once."""
    named = Counter(files.objects() + files.objects("kunit"))
    have = {path for path in files.project() if path.suffix == ".c"
            and (files.room(path) or path.parent == Path("kunit"))}
    return [f"{path}: core.mk names it {named[path]} times, expected once"
            for path in sorted(have | {*named}) if named[path] != 1] + \
        [f"{path}: core.mk names it and there is no such file"
         for path in sorted({*named})
         if not (files.ROOT / path).is_file()]
