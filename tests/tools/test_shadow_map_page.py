# SPDX-License-Identifier: GPL-2.0-only
"""shadow-map --html: one file that says all, and asks for nothing."""

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest

from tests.host import ROOT, program
from tests.text.expect import NAMES, blob

from . import layout
from .shadow_map import Drawn, json_of, shadow_map
from .test_map import GIB, tree

pytestmark = pytest.mark.xdist_group("shadow-map")

# What has no end tag.
VOID = ("meta", "link")
LOG = """\
boot
memory-layout begin
total_ram: 1073741824
mem_map_bytes: 12582912
memory-layout end
"""


class Read(HTMLParser):
    """Tags must close in order; the texts of cells, by row."""

    def __init__(self, text):
        super().__init__()
        self.open, self.rows, self.texts, self.tags = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in (*VOID, "wbr"):
            self.open.append(tag)
        if tag == "tr":
            self.rows.append((dict(attrs), []))
        if tag in ("td", "th"):
            self.rows[-1][1].append("")

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)
        if {*self.open} & {"td", "th"}:
            self.rows[-1][1][-1] += data

    def having(self, attribute):
        return [(given, cells) for given, cells in self.rows
                if attribute in given]


def page(*arguments, data=b""):
    done = shadow_map("--html", "-", *arguments, data=data)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return done.stdout


@pytest.mark.parametrize("name", NAMES)
def test_the_page_says_what_the_figures_and_lists_say(tmp_path, name):
    path = tmp_path / f"{name}.dtb"
    path.write_bytes(blob(name))
    data = json_of(path)
    said, text = json.loads(data), page(data=data)
    read = Read(text)
    assert {given["data-figure"]: given["data-value"] for given, _ in
            read.having("data-figure")} == {
        name: str(value) for name, value in said.items()
        if not isinstance(value, list)}
    assert all(cells[1].split(" (")[0] == given["data-value"].split(" (")[0]
               for given, cells in read.having("data-figure"))
    assert [int(cells[2]) for given, cells in read.having("data-count")] == \
        said["buddyinfo"]
    assert [int(cells[0]) for given, cells in read.having("data-order")] == \
        [*range(21)]
    shown = [(cells[0], cells[1], cells[2], cells[5]) for _, cells in
             read.having("data-kind")]
    assert sorted(shown) == sorted(
        (one["name"], one["start"], one["last"], ", ".join(one["remarks"]))
        for one in said["reserved"])
    for line in said["warnings"] + said["hint_texts"]:
        assert line in read.texts
    # Two maps, one for phones; both are whole.
    for kind, svg in zip(("wide", "narrow"),
                         re.findall("<svg .*?</svg>", text, re.DOTALL)):
        drawn = Drawn(svg)
        assert kind in drawn.svg.get("class")
        drawn.check_geometry()
        assert drawn.ranges("mem_map") == [
            (int(one["start"], 16), int(one["last"], 16)) for one in
            said["reserved"] if one["name"] == "mem_map"]


def test_the_page_is_whole_and_asks_for_nothing(tmp_path):
    path = tmp_path / "pixel6.dtb"
    path.write_bytes(blob("pixel6"))
    text = page("--title", "Pixel 6", path)
    read = Read(text)
    assert {tag for tag, _ in read.tags} & {
        "script", "img", "iframe", "object", "form", "input", "button"} == set()
    assert not re.search(r"@import|url\((?!#)|\bon\w+=|https?://(?!www\.w3\.org"
                         "/2000/svg)", text)
    links = [given["href"] for tag, given in read.tags if tag == "a"]
    marks = [given["id"] for _, given in read.tags if given.get("id")]
    assert len({*marks}) == len(marks)
    assert links and {link[1:] for link in links} <= {*marks}
    assert not any("tabindex" in given for _, given in read.tags)
    assert "Memory of Pixel 6" in read.texts


def test_what_differs_from_the_target_stands_on_the_page(tmp_path):
    (tree_file, log, said) = (tmp_path / name for name in ("a.dtb", "log", "said"))
    tree_file.write_bytes(tree([(0x40000000, GIB)]))
    log.write_text(LOG, "utf-8")
    differs = layout("--compare", log, tree_file)
    assert differs.returncode == 3 and "mem_map_bytes" in differs.stdout
    said.write_text(differs.shown, "utf-8")
    found = shadow_map("--html", "-", "--differences", said,
                       data=json_of(tree_file))
    assert found.returncode == 0, found.stderr
    shown = [text for text in Read(found.stdout).texts
             if "mem_map_bytes" in text and "12582912" in text]
    assert shown == [differs.shown.expandtabs().rstrip("\n")]
    # A tree and a log, read by the program in PATH.
    done = in_path(tmp_path, "--html", "-", "--compare", log, tree_file)
    assert done.returncode == 0, done.stderr
    assert shown[0] in Read(done.stdout.decode()).texts


def in_path(directory, *arguments, path=None):
    """Runs a copy that has no shadow-layout beside it, but in PATH."""
    shutil.copytree(ROOT / "tools/shadow_map", directory / "shadow_map",
                    dirs_exist_ok=True)
    copy = shutil.copy(ROOT / "tools/shadow-map", directory)
    return subprocess.run([copy, *arguments], check=False, capture_output=True,
                          env={"PATH": path or str(
                              program("shadow-layout").parent)})


def test_a_log_that_cannot_be_used_is_refused(tmp_path):
    (tree_file, log) = (tmp_path / name for name in ("a.dtb", "log"))
    tree_file.write_bytes(tree([(0x40000000, GIB)]))
    log.write_text("nothing\n", "utf-8")
    done = in_path(tmp_path, "--html", "-", "--compare", log, tree_file)
    assert done.returncode == 2 and done.stdout == b""
    assert done.stderr.startswith(b"shadow-map: shadow-layout: the log has no line ")
    assert done.stderr.count(b"\n") == 1


def test_without_shadow_layout_a_tree_is_refused(tmp_path):
    tree_file = tmp_path / "a.dtb"
    tree_file.write_bytes(tree([(0x40000000, GIB)]))
    done = in_path(tmp_path, tree_file, path=tmp_path)
    assert done.returncode == 2 and b"shadow-layout is needed" in done.stderr


def luminance(colour):
    parts = [int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
              for part in parts]
    return sum(part * share for part, share in
               zip(linear, (0.2126, 0.7152, 0.0722)))


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_suffices_in_light_and_in_dark():
    """4.5 for texts, 3 for what is drawn, as WCAG 2 has it."""
    text = page(data=json_of_one())
    schemes = re.findall(r":root \{ (--paper.*?) \}", text)
    assert len(schemes) == 2
    for scheme in schemes:
        colours = dict(re.findall(r"--([\w-]+): (#\w{6})", scheme))
        for name in ("ink", "faint", "good", "bad", "link"):
            for ground in ("paper", "stripe"):
                assert contrast(colours[name], colours[ground]) >= 4.5, name
        kinds = ["reserved", "no-map", "cma", "memreserve", "image", "initrd",
                 "blob", "mem_map", "heap", "overlap"]
        for name in (*kinds, *(f"o{order}" for order in range(21))):
            assert contrast(colours[name], colours["ram"]) >= 3, name


def json_of_one():
    return json.dumps({
        "machine": "none", "verdict": "OK", **dict.fromkeys((
            "total_ram", "reserved_pages", "mem_map_bytes", "heap_bytes",
            "free_bytes"), 0), **{name: [] for name in (
                "memory", "reserved", "free", "layout")},
        "buddyinfo": 21 * [0]}).encode()
