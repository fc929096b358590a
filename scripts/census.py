#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""`make census`: what there is among the device trees of Debian's arm64 kernels.

shadow-layout reads each as it is shipped and, where it has no memory, with banks by
a rule (debian_trees.py). A table is printed; all of it goes into three files.
"""

import argparse
import csv
import datetime
import json
import os
import re
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

import boot
import census_page
import debian_trees

DOCUMENT = boot.SCRIPTS.parent / "Documentation/census.rst"
BEGIN, END = ".. the census begins\n", ".. the census ends\n"
WIDTH, COLUMN = 76, 8
KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
# What the array of descriptors over the span takes beyond the right one.
WASTE = ((0, "nothing"), (MIB, "up to 1 MiB"), (16 * MIB, "up to 16 MiB"),
         (256 * MIB, "up to 256 MiB"), (None, "more"))
NUMBER = re.compile(r"0x[0-9a-f]+|\b\d+")
# A Linux of each rule that Debian has, and the one that shadow-layout takes.
KERNELS, DEFAULT = ("6.1", "6.12"), "6.1-gki"
FEW = 12
OUTCOMES = ("overlap", "verdict", "figures", "same")


@dataclass
class Tree:
    """What is said of one of them: as it is shipped, and with banks."""

    name: str
    shipped: dict
    banks: dict

    @property
    def version(self):
        return self.name.partition("/")[0]

    @property
    def own(self):
        """It has banks of its own."""
        return self.banks is self.shipped

    @property
    def waste(self):
        return self.banks["flat_mem_map_bytes"] - self.banks["mem_map_bytes"]

    def places(self, row):
        return self.banks["placing"][row]

    @property
    def ways(self):
        """Linuxes by the places that they give, those that agree together."""
        found = {}
        for row, places in self.banks["placing"].items():
            found.setdefault(json.dumps(places), []).append(row)
        return list(found.values())

    def outcome(self, design):
        """What becomes of it by a wrong design, the worst that there is."""
        found = self.banks["designs"][design]
        if found["overlaps"]:
            return "overlap"
        if found["verdict"] != self.banks["verdict"]:
            return "verdict"
        return "figures" if found["differs"] else "same"


@dataclass
class Section:
    """A table: of each row what it counts, and the trees of each column."""

    title: str
    columns: list
    rows: list
    notes: tuple = ()


def read(tool, paths):
    """A line of JSON for each file, in this order."""
    done = subprocess.run([tool, "--census", *paths], stdout=subprocess.PIPE, check=False)
    if done.returncode:
        sys.exit(f"census: shadow-layout ended with status {done.returncode}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def survey(tool, directory, paths):
    """The trees of {VERSION/NAME: path}; those that get banks lie in the directory."""
    names, blobs = {}, [*paths.values()]
    for name, path in paths.items():
        blob = path.read_bytes()
        full = debian_trees.filled(name, blob)
        if full is not blob:
            names[name] = directory / name.replace("/", "_")
            names[name].write_bytes(full)
    found = iter(read(tool, blobs + [*names.values()]))
    trees = [Tree(name, of, of) for name, of in zip(paths, found)]
    for tree in trees:
        if tree.name in names:
            tree.banks = next(found)
            names[tree.name].unlink()
    return trees


def kind(text):
    """Of a warning or a hint: neither which node, nor which numbers, nor which nodes."""
    what = text.partition(": ")[2]
    return NUMBER.sub("N", re.sub(r"/[\w@,./+-]+", "NODE", what))


def by(trees, keys):
    """Trees by each key that one has, the most frequent first."""
    found = {}
    for tree in trees:
        for key in dict.fromkeys(keys(tree)):
            found.setdefault(key, []).append(tree)
    return sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))


def size(number):
    for unit, name in ((GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")):
        if number >= unit:
            return f"{number / unit:.4g} {name}"
    return f"{number} bytes"


def columns(trees):
    """One a version, and one for all."""
    return [*dict.fromkeys(tree.version for tree in trees), "all"]


def section(title, trees, rows, notes=()):
    """A table with a column a version."""
    return Section(title, columns(trees), [
        (label, [[tree for tree in of if name in (tree.version, "all")]
                 for name in columns(trees)]) for label, of in rows], notes)


def flat(title, trees):
    """M2: by what an array over the holes takes beyond that without them."""
    rows, left = [], trees
    for most, label in WASTE:
        rows.append((label, [tree for tree in left
                             if most is None or tree.waste <= most]))
        left = [tree for tree in left if tree not in rows[-1][1]]
    more = [tree for tree in trees if tree.waste > tree.banks["mem_map_bytes"]]
    worst = sorted(trees, key=lambda tree: -tree.waste)[:3]
    return section(title, trees, [*rows, ("more than mem_map itself", more)], [
        f"{tree.name}: {size(tree.waste)} beside {size(tree.banks['mem_map_bytes'])}"
        for tree in worst if tree.waste])


def few(label, trees):
    """Their names, each once, where there are not many."""
    names = sorted({Path(tree.name).stem for tree in trees})
    return [f"{label}: {', '.join(names)}"] if 0 < len(names) <= FEW else []


def placing(trees):
    """R2: do places depend on the Linux?"""
    dynamic = [tree for tree in trees if any(tree.banks["placing"].values())]
    differ = [tree for tree in dynamic if len(tree.ways) > 1]
    rows = [*trees[0].banks["placing"]] if trees else []
    return [section("Nodes without an address (R2), with banks", trees, [
        ("trees where such a node has a place", dynamic),
        ("places differ between rows of --linux", differ),
        ("of these with banks of their own", [tree for tree in differ if tree.own]),
        ("places differ between rows for 4 KiB pages", [tree for tree in dynamic if len(
            {str(tree.places(row)) for row in rows if not row.endswith("-16k")}) > 1]),
        (f"places differ between {' and '.join(KERNELS)}", [
            tree for tree in dynamic
            if tree.places(KERNELS[0]) != tree.places(KERNELS[1])])],
        few("with banks of their own", [tree for tree in differ if tree.own])),
        section(f"Places differ from those by {DEFAULT}", trees, [
            (row, [tree for tree in dynamic if tree.places(row) != tree.places(DEFAULT)])
            for row in rows if row != DEFAULT])]


def designs(title, trees):
    """What the wrong designs break."""
    names = [*trees[0].banks["designs"]] if trees else []
    return Section(title, list(OUTCOMES), [
        (name, [[tree for tree in trees if tree.outcome(name) == outcome]
                for outcome in OUTCOMES]) for name in names],
        [note for name in names for note in few(f"{name}, overlap", [
            tree for tree in trees if tree.outcome(name) == OUTCOMES[0]])])


def sections(trees):
    """All tables."""
    own = [tree for tree in trees if tree.own]
    filled = [tree for tree in trees if not tree.own]
    found = [
        section("Device trees", trees, [
            ("as shipped", trees), ("with banks of their own", own),
            ("with banks by the rule", filled)]),
        section("Verdict, as shipped", trees, by(
            trees, lambda tree: [tree.shipped["verdict"]])),
        section("Verdict, with banks", trees, by(
            trees, lambda tree: [tree.banks["verdict"]]))]
    for title, name in (("Malformed, entries skipped (R6)", "warnings"),
                        ("Hints", "hint_texts")):
        for at in ("shipped", "banks"):
            found.append(section(
                f"{title}, {'as shipped' if at == 'shipped' else 'with banks'}", trees,
                by(trees, lambda tree, at=at, name=name: map(
                    kind, getattr(tree, at)[name]))))
    found += [flat("A flat mem_map wastes (M2), own banks", own),
              flat("A flat mem_map wastes (M2), banks by rule", filled),
              *placing(trees),
              designs("Wrong designs, own banks", own),
              designs("Wrong designs, banks by rule", filled)]
    return [one for one in found if one.rows]


def table(found):
    """As text, WIDTH columns wide."""
    lines = []
    for one in found:
        room = WIDTH - COLUMN * len(one.columns)
        lines += ["", one.title.ljust(room) + "".join(
            name.rjust(COLUMN) for name in one.columns)]
        for label, cells in one.rows:
            *before, last = textwrap.wrap(label, room - 2, initial_indent="  ",
                                          subsequent_indent="    ")
            lines += [*before, last.ljust(room) + "".join(
                str(len(cell)).rjust(COLUMN) for cell in cells)]
        for note in one.notes:
            lines += textwrap.wrap(
                note, WIDTH, initial_indent="  ", subsequent_indent="    ",
                break_on_hyphens=False)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def head(trees, packages):
    """When, and of what."""
    numbers = {version: sum(tree.version == version for tree in trees)
               for version in packages}
    return f"Census of {datetime.date.today()}, trees of Debian's packages\n" + "".join(
        f"  linux-image-{release}: {numbers[version]}\n"
        for version, release in packages.items())


def documented(text, shown):
    """The document with this table in place of the one that it had."""
    before, _, rest = text.partition(BEGIN)
    block = "".join(f"\t{line}\n" if line else "\n" for line in shown.splitlines())
    return f"{before}{BEGIN}\n::\n\n{block}\n{END}{rest.partition(END)[2]}"


def line_of(tree):
    """For a spreadsheet."""
    said = tree.banks
    return {
        "tree": tree.name, "banks": "own" if tree.own else "rule",
        "verdict_shipped": tree.shipped["verdict"], "verdict": said["verdict"],
        **{name: said[name] for name in (
            "total_ram", "span_bytes", "mem_map_bytes", "flat_mem_map_bytes")},
        "warnings": len(tree.shipped["warnings"]),
        "hints": len(tree.shipped["hint_texts"]),
        "places": "" if len(tree.ways) == 1 else
                  " | ".join(" ".join(rows) for rows in tree.ways),
        "image": said.get("image", ""), "blob": said.get("blob", ""),
        **{name: tree.outcome(name) for name in said["designs"]}}


def write(out, title, found, trees):
    """The three files."""
    lines = [line_of(tree) for tree in trees]
    with open(out / "census.tsv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, lines[0], delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
    (out / "census.json").write_text(json.dumps({
        "title": title, "tables": [{
            "title": one.title, "columns": one.columns, "notes": one.notes,
            "rows": {label: [[tree.name for tree in cell] for cell in cells]
                     for label, cells in one.rows}} for one in found],
        "trees": {tree.name: {"shipped": tree.shipped, "banks": tree.banks}
                  for tree in trees}}), "utf-8")
    (out / "census.html").write_text(census_page.page(title, found, lines), "utf-8")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tool", type=Path, help="shadow-layout")
    parser.add_argument("--out", type=Path, default=boot.work() / "census",
                        help="the directory of the files")
    parser.add_argument("--document", action="store_true",
                        help="write the table into Documentation/census.rst")
    return parser.parse_args()


def main():
    options = arguments()
    try:
        paths = debian_trees.shipped()
    except boot.KernelGone as error:
        sys.exit(f"census: {error}")
    options.out.mkdir(parents=True, exist_ok=True)
    trees = survey(options.tool, options.out, paths)
    packages = {version: debian_trees.release(version)
                for version in debian_trees.VERSIONS}
    title, found = head(trees, packages), sections(trees)
    shown = title + table(found)
    print(shown)
    write(options.out, title, found, trees)
    if options.document:
        DOCUMENT.write_text(documented(DOCUMENT.read_text("utf-8"), shown), "utf-8")
    print("\n".join(f"{options.out}/census.{end}" for end in ("tsv", "json", "html")))
    spent = os.times()
    print(f"census: {sum(spent[:2]):.1f} s of computing here, "
          f"{sum(spent[2:4]):.1f} s in shadow-layout", file=sys.stderr)


if __name__ == "__main__":
    main()
