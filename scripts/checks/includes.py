# SPDX-License-Identifier: GPL-2.0-only
"""Who includes whom: the way of the data is one line, left to right."""

import re
from pathlib import Path

from checks import files

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
# Left to right. A name stands for its files: dt_ for dt_memory.c, dt_*.h ...
# Those in one row do not know each other.
LAYERS = [
    ["rng", "ktap", "command"],
    ["ranges"],
    ["heap_size"],
    ["mem_map"],
    ["buddy", "pt_"],
    ["dt_", "pt_map"],
    ["plan"],
    ["region"],
    ["exercise", "torture", "contexts", "selftest", "tables",
     "whole_machine"],
    ["report"],
    ["buddy_shadow"],
]
# The chapters of one part may include its header.
PARTS = {name: "exercise" for name in (
    "torture", "contexts", "selftest", "tables", "whole_machine")}
# The headers that a core file may take from a kernel.
CORE_HEADERS = {f"linux/{name}.h" for name in (
    "bitops", "build_bug", "errno", "export", "kernel", "limits", "minmax",
    "spinlock", "string", "types")}


def included(path, mark):
    """The files that one file includes with that mark, with line numbers."""
    for number, line in enumerate(files.lines(path), start=1):
        match = INCLUDE.match(line)
        if match and match.group(1) == mark:
            yield number, match.group(2)


def graph():
    """Each C file and the project's files that it includes."""
    edges = {}
    for path in files.c_files():
        edges[path] = []
        for number, name in included(path, '"'):
            target = (files.ROOT / path.parent / name).resolve()
            if target.is_relative_to(files.ROOT):
                target = target.relative_to(files.ROOT)
            edges[path].append((number, target))
    return edges


def place(path):
    """The column of a file and the name that stands for it there."""
    names = [(len(name), column, name) for column, row in enumerate(LAYERS)
             for name in row if path.stem.startswith(name)]
    if not names:
        return None, None
    _, column, name = max(names)
    return column, PARTS.get(name, name)


def wrong_way(path, number, target):
    """A complaint if a module's file must not include that other file."""
    mine, my_name = place(path)
    theirs, their_name = place(target)
    where = f"{path}:{number}: includes {target}"
    if target.parent != Path("."):
        return f"{where}, but the module includes only its own files"
    if theirs is None or my_name == their_name or theirs < mine:
        return None
    return f"{where}, which does not lie to the left of {my_name}"


def cycle(edges):
    """The files of one include cycle, or nothing."""
    done = set()

    def follow(path, trail):
        if path in trail:
            return trail[trail.index(path):] + [path]
        if path in done:
            return None
        for _, target in edges.get(path, ()):
            found = follow(target, trail + [path])
            if found:
                return found
        done.add(path)
        return None

    for path in edges:
        found = follow(path, [])
        if found:
            return found
    return None


def order():
    """Files without a place, includes against the order, cycles."""
    found = []
    edges = graph()
    for path in files.module_files():
        if place(path)[0] is None:
            found.append(f"{path}: has no place in LAYERS of "
                         "scripts/checks/includes.py")
            continue
        found += filter(None, (wrong_way(path, number, target)
                               for number, target in edges[path]))
    for path, targets in edges.items():
        found += [f"{path}:{number}: there is no file {target}"
                  for number, target in targets
                  if not (files.ROOT / target).is_file()]
    ring = cycle(edges)
    if ring:
        found.append("a cycle: " + " -> ".join(str(path) for path in ring))
    return found


def core():
    """Headers of the kernel that the core may not use or the desk lacks."""
    found = []
    for path in files.module_files():
        if path.stem not in files.CORE:
            continue
        for number, name in included(path, "<"):
            if name not in CORE_HEADERS:
                found.append(f"{path}:{number}: <{name}> is not among the "
                             "headers that the core may use")
            elif not (files.ROOT / "host/include" / name).is_file():
                found.append(f"{path}:{number}: <{name}> has no stub in "
                             "host/include")
    return found


def page_tables():
    """What page-table code reaches by includes or names of the buddy (P1)."""
    edges = graph()
    todo = [path for path in edges if path.stem.startswith("pt_")
            and path.parent == Path(".")]
    found = [f"{path}:{number}: names the buddy"
             for path in todo
             for number, line in enumerate(files.lines(path), start=1)
             if "shadow_buddy" in line]
    seen = set()
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        if path.stem.startswith("buddy"):
            found.append(f"page tables include {path}, through other files")
        todo += [target for _, target in edges.get(path, ())]
    return found
