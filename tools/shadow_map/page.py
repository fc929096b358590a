# SPDX-License-Identifier: GPL-2.0-only
"""A page a board: the map, figures, free blocks, reserved memory, differences."""

from .draw import Map
from .machine import KINDS, PAGE
from .style import MONO, SANS, style
from .words import address, element, escape, size_words, visible

WIDE, PHONE = 800, 326
ADDRESSES = ("mem_map_base", "heap_base", "region_base", "region_pool_base")
# Whole, checkpatch takes this element's name for a slip of the pen.
HEAD = "t" "head"
CSS = """\
:root { color-scheme: light dark; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 %(sans)s; overflow-wrap: anywhere; }
header, main { max-width: 832px; margin: 0 auto; padding: 0 16px; }
main { padding-bottom: 48px; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 24px 0 4px; }
h2 { font-size: 1.2rem; margin: 32px 0 8px; }
p { margin: 8px 0; }
.verdict { font-weight: 600; color: var(--bad); }
.verdict.ok { color: var(--good); }
nav ul { list-style: none; margin: 12px 0; padding: 0; display: flex;
  flex-wrap: wrap; gap: 4px 20px; }
nav a { display: inline-block; padding: 4px 0; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
svg.map { display: block; max-width: 100%%; height: auto; }
table { border-collapse: collapse; width: 100%%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: 4px 12px 4px 0;
  border-bottom: 1px solid var(--line); }
.columns th { color: var(--faint); font-weight: 600; }
tbody th { font-weight: 400; }
.pairs { table-layout: fixed; }
.pairs th:first-child { width: 45%%; }
td.n, .columns th.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.a, td.k { white-space: nowrap; }
pre, td.v, td.a, td.n { font-family: %(mono)s; font-size: .85rem; }
pre { white-space: pre-wrap; margin: 8px 0; padding: 12px;
  background: var(--stripe); border: 1px solid var(--line); }
.overlap { color: var(--bad); font-weight: 600; }
footer { color: var(--faint); font-size: .85rem; margin-top: 32px; }
svg.narrow { display: none; }
@media screen and (max-width: 640px) {
  svg.wide { display: none; }
  svg.narrow { display: block; }
  pre { white-space: pre; overflow-x: auto; }
  .stacked .columns { position: absolute; width: 1px; height: 1px;
    overflow: hidden; clip-path: inset(50%%); }
  .stacked tr { display: block; padding: 8px 0;
    border-bottom: 1px solid var(--line); }
  .stacked th, .stacked td, .stacked td.n { display: flex; gap: 8px;
    padding: 0; border: 0; text-align: left; }
  .stacked th { font-weight: 600; }
  .stacked td:empty { display: none; }
  .stacked td::before { content: attr(data-label); flex: 0 0 5rem;
    color: var(--faint); font-family: %(sans)s; }
}
@media print {
  @page { margin: 15mm; }
  body { font-size: 10pt; }
  nav { display: none; }
  header, main { max-width: none; padding: 0; }
  h2 { break-after: avoid; }
  tr, li { break-inside: avoid; }
  .map-section { break-inside: avoid; }
  svg.map.fits { max-height: 200mm; width: auto; }
  svg.map { print-color-adjust: exact; }
}
"""


def table(columns, rows, **attributes):
    """@columns: [(word, class)]; the first one heads its row. Roles are said, for
    on a phone a table is laid out as a list."""
    head = "".join(element("th", escape(word), scope="col", class_=kind or None,
                           role="columnheader") for word, kind in columns)
    body = []
    for row, extra in rows:
        # Long names may break behind these, and nothing is copied with them.
        name = escape(row[0]).replace("_", "_<wbr>").replace("@", "@<wbr>")
        cells = element("th", name, scope="row", role="rowheader")
        for (word, kind), cell in zip(columns[1:], row[1:]):
            cells += f'<td role="cell" data-label="{escape(word)}"' + (
                f' class="{kind}"' if kind else "") + f">{escape(cell)}</td>"
        body.append(element("tr", cells, role="row", **extra))
    return element(
        "table", "\n" + element(HEAD, element("tr", head, role="row"),
                                class_="columns", role="rowgroup")
        + "\n" + element("tbody", "\n" + "\n".join(body) + "\n",
                         role="rowgroup") + "\n", role="table", **attributes)


def in_words(name, value):
    """What a figure comes to, where its number alone says little."""
    if isinstance(value, int) and (name.endswith("_bytes")
                                   or name == "total_ram"):
        return size_words(value)
    if isinstance(value, int) and name.endswith("pages"):
        return size_words(value * PAGE)
    return ""


class Page:
    def __init__(self, machine, *, title=None, differences=None):
        self.machine, self.differences = machine, differences
        self.title = visible(title or machine.name)
        self.sections = []

    def section(self, mark, title, text, kind=None):
        self.sections.append((mark, title))
        return element("section", "\n" + element("h2", escape(title)) + "\n" + text
                       + "\n", id=mark, class_=kind) + "\n"

    def map(self):
        found = ""
        for kind, width in (("wide", WIDE), ("narrow", PHONE)):
            one = Map(self.machine, width=width, title=self.title, mark=kind,
                      alone=False)
            text = one.svg()
            fits = " fits" if len(one.rows.bases) <= 24 else ""
            found += text.replace('class="map"', f'class="map {kind}{fits}"', 1)
        return self.section("map", "Map", found.rstrip(), "map-section")

    def figures(self):
        shown = [(name, value, in_words(name, value))
                 for name, value in self.machine.figures.items()]
        rows = [((name, f"{value} ({words})" if words else value),
                 {"data_figure": name, "data_value": value})
                for name, value, words in shown]
        return self.section("figures", "Figures", table(
            [("name", ""), ("value", "v")], rows, class_="pairs"))

    def blocks(self):
        rows = [((order, size_words(PAGE << order), count,
                  size_words(count * PAGE << order)),
                 {"data_order": order, "data_count": count})
                for order, count in enumerate(self.machine.buddyinfo)]
        return self.section("blocks", "Free blocks right after start", table(
            [("order", ""), ("a block", "n"), ("free blocks", "n"),
             ("together", "n")], rows))

    def ranges(self, mark, title, things, columns, none):
        if not things:
            return self.section(mark, title, element("p", none))
        return self.section(mark, title, table(columns, things,
                                               class_="stacked"))

    def banks(self):
        return self.ranges("banks", "RAM", [
            ((bank.name, address(bank.start), address(bank.last),
              size_words(bank.last - bank.start + 1)), {})
            for bank in sorted(self.machine.memory, key=lambda one: one.start)],
            [("name", ""), ("start", "a"), ("last", "a"), ("size", "n")],
            "There is no RAM.")

    def reserved(self):
        things = [one for one in self.machine.things
                  if one.kind not in ("overlap", "heap")]
        things.sort(key=lambda one: (one.start, -one.last))
        return self.ranges("reserved", "Reserved", [
            ((one.name, address(one.start), address(one.last),
              size_words(one.size), KINDS[one.kind], ", ".join(one.remarks)),
             {"data_kind": one.kind, "data_start": address(one.start),
              "data_last": address(one.last), "data_name": one.name})
            for one in things],
            [("name", ""), ("start", "a"), ("last", "a"), ("size", "n"),
             ("kind", "k"), ("remarks", "")], "Nothing is reserved.")

    def overlaps(self):
        things = [one for one in self.machine.things if one.kind == "overlap"]
        if not things:
            return ""
        return self.ranges("overlaps", "What lies over what", [
            ((one.name, address(one.start), address(one.last),
              size_words(one.size)), {"class_": "overlap"}) for one in things],
            [("names", ""), ("start", "a"), ("last", "a"), ("size", "n")], "")

    def texts(self):
        found = ""
        for mark, title, lines in (
                ("warnings", "Warnings", self.machine.warnings),
                ("hints", "Hints", self.machine.hints)):
            if lines:
                found += self.section(mark, title, element("ul", "".join(
                    element("li", escape(line)) for line in lines)))
        if self.differences is not None:
            text = "\n".join(escape(line) for line in
                             self.differences.expandtabs().splitlines())
            found += self.section("differences", "Compared with the target",
                                  element("pre", text or "nothing was said"))
        return found

    def html(self):
        verdict = str(self.machine.figures.get("verdict", ""))
        body = (self.map() + self.overlaps() + self.texts() + self.figures()
                + self.blocks() + self.banks() + self.reserved())
        links = "".join(element("li", element("a", escape(title),
                                              href=f"#{mark}"))
                        for mark, title in self.sections)
        css = style() + CSS % {"sans": SANS, "mono": MONO}
        head = "\n".join([
            '<meta charset="utf-8">', '<meta name="viewport" '
            'content="width=device-width, initial-scale=1">',
            '<link rel="icon" href="data:,">',
            element("title", escape(f"Memory of {self.title}")),
            element("style", "\n" + css)])
        kind = "verdict ok" if verdict == "OK" else "verdict"
        version = escape(self.machine.figures.get("version", "unknown"))
        return (f'<!DOCTYPE html>\n<html lang="en">\n<head>\n{head}\n</head>\n'
                f"<body>\n<header>\n<h1>{escape(self.title)}</h1>\n"
                f'<p class="{kind}">verdict {escape(verdict)}</p>\n'
                f'<nav aria-label="Parts of this page"><ul>{links}</ul></nav>\n'
                f"</header>\n<main>\n{body}"
                f"<footer>buddy_shadow {version}: what the target kernel would do "
                "with this memory</footer>\n</main>\n</body>\n</html>\n")
