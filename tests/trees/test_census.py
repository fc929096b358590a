# SPDX-License-Identifier: GPL-2.0-only
"""The census counts what there is, and the document says what it counts."""

import csv
import html.parser
import json
import re
import time

import census
import debian_trees
import pytest
from tests.host import ROOT, program
from tests.oracle.trees import compiled
from tests.tools import compile_trees

pytestmark = pytest.mark.xdist_group("host-64")

DOCUMENT = ROOT / "Documentation/census.rst"
GIB = 0x40000000
# Of each: the memory node's banks, and what is in /reserved-memory. Sizes in bytes.
BOARDS = {
    # Nothing differs but by the blob.
    "6.1/a/plain": ([(GIB, GIB)], ""),
    # 26 MiB of heap, and a hole of 1 GiB, which are 6 MiB of descriptors.
    "6.1/a/hole": ([(GIB, 3 * GIB), (5 * GIB, GIB // 4)], ""),
    # 6.12 puts the second one beside the first.
    "6.12/b/places": ([(GIB, GIB)], """
        first { size = <0 0x100000>; alloc-ranges = <0 0x50000000 0 0x10000000>; };
        second { size = <0 0x100000>; alloc-ranges = <0 0x5ff00000 0 0x20100000>; };"""),
    # Right behind where an image lies.
    "6.12/b/behind": ([(GIB, GIB)], "fw@42000000 { reg = <0 0x42000000 0 0x100000>; };"),
    # As shipped there is no RAM; a bank that comes by the rule.
    "6.12/b/empty": ([(GIB, 0)], ""),
    # No block is large enough for the heap.
    "6.12/b/heap": ([(GIB, 0x1000000)], ""),
}
# What the document says of some trees: by a Linux, where a node begins.
TOLD = [("6.1/freescale/fsl-ls1043a-rdb.dtb", "6.1", "bman-fbpr", "0xfe000000"),
        ("6.12/freescale/fsl-ls1043a-rdb.dtb", "6.1", "bman-fbpr", "0xfe000000"),
        ("6.12/freescale/fsl-ls1043a-rdb.dtb", "6.12", "bman-fbpr", "0xff000000"),
        ("6.12/broadcom/bcm2712-rpi-5-b.dtb", "6.1", "linux,cma", "0x24000000"),
        ("6.12/broadcom/bcm2712-rpi-5-b.dtb", "6.12", "linux,cma", "0x24000000"),
        ("6.12/broadcom/bcm2712-rpi-5-b.dtb", "6.6", "linux,cma", "0x200000")]
TABLE = (ROOT / "tests/trees/census.expected").read_text("utf-8")


def source(banks, reserved):
    reg = " ".join(f"{number >> 32:#x} {number & 0xffffffff:#x}"
                   for bank in banks for number in bank)
    return f"""/dts-v1/;
/ {{
    #address-cells = <2>;
    #size-cells = <2>;
    memory@40000000 {{ device_type = "memory"; reg = <{reg}>; }};
    reserved-memory {{
        #address-cells = <2>;
        #size-cells = <2>;
        ranges;
        {reserved}
    }};
}};
"""


@pytest.fixture(name="trees", scope="module")
def fixture_trees(tmp_path_factory):
    room = tmp_path_factory.mktemp("census")
    paths = {}
    for name, board in BOARDS.items():
        path = room / f"{name.rpartition('/')[2]}.dts"
        path.write_text(source(*board), "ascii")
        paths[f"{name}.dtb"] = path.with_suffix(".dtb")
    compile_trees(room.glob("*.dts"), room)
    return census.survey(program("shadow-layout"), room, paths)


@pytest.fixture(name="files", scope="module")
def fixture_files(trees, tmp_path_factory):
    room = tmp_path_factory.mktemp("files")
    census.write(room, "Census\n  of six", census.sections(trees), trees)
    return room


def test_six_boards_are_counted_as_they_are(trees):
    assert census.table(census.sections(trees)) == TABLE


def test_the_table_fits_on_a_terminal(trees):
    lines = census.table(census.sections(trees)).splitlines()
    assert max(map(len, lines)) <= 80
    assert not [line for line in lines if line != line.rstrip()]


def test_banks_by_the_rule_are_gone_afterwards(trees, tmp_path):
    path = tmp_path / "tree.dtb"
    name = "6.12/b/empty.dtb"
    path.write_bytes(compiled(source(*BOARDS["6.12/b/empty"])))
    (tree,) = census.survey(program("shadow-layout"), tmp_path, {name: path})
    assert [*tmp_path.iterdir()] == [path] and not tree.own
    blob = debian_trees.filled(name, path.read_bytes())
    path.write_bytes(blob)
    (again,) = census.survey(program("shadow-layout"), tmp_path, {name: path})
    assert again.own and again.banks["total_ram"] == tree.banks["total_ram"] > 0


def test_the_lines_for_a_spreadsheet_are_the_trees(trees, files):
    with open(files / "census.tsv", encoding="utf-8", newline="") as file:
        lines = [*csv.DictReader(file, delimiter="\t")]
    assert [line["tree"] for line in lines] == [tree.name for tree in trees]
    assert [line["no-look"] for line in lines] == [
        tree.outcome("no-look") for tree in trees]


def test_json_names_what_the_table_counts(trees, files):
    whole = json.loads((files / "census.json").read_text("utf-8"))
    assert [*whole["trees"]] == [tree.name for tree in trees]
    assert {one["title"]: {label: [len(cell) for cell in cells]
                           for label, cells in one["rows"].items()}
            for one in whole["tables"]} == {
        one.title: {label: [len(cell) for cell in cells] for label, cells in one.rows}
        for one in census.sections(trees)}


class Page(html.parser.HTMLParser):
    """What the page has: its buttons with their numbers, its tags, its trees."""

    def __init__(self, text):
        super().__init__()
        self.open, self.buttons, self.cells, self.found = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in ("meta", "input", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] == ["button"]:
            self.buttons.append((int(data), self.found[-1][1]["data-t"]))
        if self.open[-1:] == ["td"]:
            self.cells.append(data)


def test_each_number_of_the_page_knows_its_trees(trees, files):
    page = Page((files / "census.html").read_text("utf-8"))
    assert page.open == []
    wanted = [[trees.index(tree) for tree in cell] for one in census.sections(trees)
              for _, cells in one.rows for cell in cells if cell]
    assert len(page.buttons) == len(wanted)
    for (number, steps), places in zip(page.buttons, wanted):
        at = 0
        shown = [at := at + int(step) for step in steps.split()]
        assert number == len(shown) and shown == places
    assert [name for name in page.cells if name.endswith(".dtb")] == [
        tree.name for tree in trees]


def test_the_page_needs_nothing_beside_itself(files):
    text = (files / "census.html").read_text("utf-8")
    page = Page(text)
    assert not [attrs for _, attrs in page.found if {"src", "href"} & set(attrs)]
    assert "http" not in text and "@import" not in text and "url(" not in text


def test_what_a_tree_says_is_only_text(trees, tmp_path):
    tree = census.Tree("6.1/<u>&.dtb", trees[0].shipped, trees[0].banks)
    census.write(tmp_path, "<i>", census.sections([tree]), [tree])
    page = Page((tmp_path / "census.html").read_text("utf-8"))
    assert not [tag for tag, _ in page.found if tag in ("u", "i")]
    assert "6.1/<u>&.dtb" in page.cells


def test_a_document_gets_its_table_anew():
    text = DOCUMENT.read_text("utf-8")
    once = census.documented(text, "one\n\n  two\n")
    assert "::\n\n\tone\n\n\t  two\n\n.. the census ends\n" in once
    assert "Census of" not in once and once != text
    shown = re.search(r"\n\n(\tCensus of .*?)\n\n\.\. the", text, re.DOTALL)[1]
    assert census.documented(once, re.sub("^\t", "", shown, flags=re.M)) == text


def expect_told(trees, text):
    """The prose."""
    for name, row, node, start in TOLD:
        assert node in text and start in text and census.Path(name).stem in text
        assert start in [at for at, _, path in trees[name].places(row)
                         if path.endswith(f"/{node}")], (name, row)
    assert trees["6.12/mediatek/mt8365-evk.dtb"].outcome("no-look") == "overlap"
    # "More than half", "one in thirteen", "all of whose trees come without banks".
    own = [tree for tree in trees.values() if tree.own]
    broken = [tree for tree in trees.values()
              if tree.outcome("no-reserved-memory") == "overlap"]
    assert len(broken) > len(trees) / 2
    zeros = [tree for tree in own if tree.outcome("trailing-zeros") == "overlap"]
    assert len(own) / 14 < len(zeros) < len(own) / 12.5
    many = [tree for tree in trees.values() if tree.outcome("32-ranges") != "same"]
    assert many and all("/qcom/" in tree.name and not tree.own for tree in many)


@pytest.mark.long
@pytest.mark.seconds(20)
def test_the_documents_numbers_are_those_of_all_trees(tmp_path, record_property):
    text = DOCUMENT.read_text("utf-8")
    other = [release for release in map(debian_trees.release, debian_trees.VERSIONS)
             if f"linux-image-{release}: " not in text]
    if other:
        pytest.skip(f"the document's numbers are not of Debian's {', '.join(other)}; "
                    "make census DOCUMENT=1 writes them")
    before = time.process_time()
    trees = census.survey(
        program("shadow-layout", checked=False), tmp_path, debian_trees.shipped())
    found = census.sections(trees)
    record_property("trees", "a census of them in "
                    f"{time.process_time() - before:.1f} s of Python's")
    shown = "".join(f"\t{line}\n" if line else "\n"
                    for line in census.table(found).splitlines())
    assert shown in text
    record = next(cells for one in found if one.title.startswith("Wrong designs")
                  for label, cells in one.rows if label == "record")
    assert [len(cell) for cell in record[:3]] == [0, 0, 0]
    expect_told({tree.name: tree for tree in trees}, text)
