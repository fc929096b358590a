# SPDX-License-Identifier: GPL-2.0-only
"""The pages of shadow-map as a browser shows them. Long, since chromium is large.

SCREENSHOTS=directory keeps a picture of each page, for a person to look at.
"""

import os
import subprocess
from pathlib import Path

import pytest

from tests.host import ROOT
from tests.text.expect import blob

from . import layout
from .browser import Browser
from .shadow_map import frag_of, json_of, shadow_map
from .test_map import GIB, MIB, tree

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("shadow-map")]

OVERLAP = tree([(0x40000000, GIB)],
               ("secure", [(0x60000000, 8 * MIB)], "no-map"),
               ("dsp", [(0x60400000, 16 * MIB)]))
MANY = tree([(0x40000000, GIB), (0x800000000, GIB)], *(
    (f"a-node-with-a-long-name@{at:x}", [(0x40000000 + at * MIB, 64 << 10)])
    for at in range(2, 400)))
LOG = """\
memory-layout begin
total_ram: 1073741824
mem_map_bytes: 12582912
memory-layout end
"""
TREES = {"pixel6": "pixel6", "nested": "nested", "malformed": "malformed",
         "no-memory": "no-memory", "sixteen-banks": "sixteen-banks",
         "top": "top", "overlap": OVERLAP, "many": MANY}

# Boxes of the texts that are seen in a map, and of the map.
TEXTS = """(() => {
  const svg = [...document.querySelectorAll("svg.map")].find(
    one => one.getBoundingClientRect().width);
  const box = one => { const r = one.getBoundingClientRect();
    return [r.left, r.top, r.right, r.bottom, one.textContent]; };
  return [box(svg).slice(0, 4), [...svg.querySelectorAll("text")].map(box)];
})()"""
FOCUSED = """(() => { const one = document.activeElement, r =
  one.getBoundingClientRect(); return [one.getAttribute("href"), r.top, r.left,
  getComputedStyle(one).outlineStyle]; })()"""
WIDTHS = "[document.documentElement.scrollWidth, innerWidth]"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """{name: a page}"""
    directory, found = tmp_path_factory.mktemp("pages"), {}
    log, said = directory / "log", directory / "said"
    log.write_text(LOG, "utf-8")
    for name, data in TREES.items():
        path, page = (directory / f"{name}.{end}" for end in ("dtb", "html"))
        path.write_bytes(blob(data) if isinstance(data, str) else data)
        options = []
        if name == "overlap":
            said.write_text(layout("--compare", log, path).stdout, "utf-8")
            options = ["--differences", said]
        done = shadow_map("--html", page, "--title", name, *options,
                          data=json_of(path))
        assert done.returncode == 0, done.stderr
        found[name] = page
    return found


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    subprocess.run([ROOT / "scripts/need", "chromium", "fonts-dejavu-core"],
                   check=True)
    with Browser(tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture(autouse=True)
def quiet(browser):
    """Nothing may complain, and nothing but the page may be asked for."""
    browser.console.clear()
    browser.asked.clear()
    yield
    assert browser.console == []
    assert [url for url in browser.asked
            if not url.startswith("file:") and url != "data:,"] == []
    assert len({url for url in browser.asked if url.startswith("file:")}) == 1


def keep(browser, page, what):
    directory = os.environ.get("SCREENSHOTS")
    if directory:
        browser.picture(Path(directory, f"{page.stem}.{what}.png"))


def check_texts(around, texts):
    """All are within, and none lies over another."""
    for left, top, right, bottom, text in texts:
        assert around[0] - 1 <= left < right <= around[2] + 1, text
        assert around[1] - 1 <= top < bottom <= around[3] + 1, text
    # Lines may touch each other with what goes above and below their letters.
    hidden = [(one[4], other[4]) for at, one in enumerate(texts)
              for other in texts[:at] if one[0] < other[2] and other[0] < one[2]
              and one[1] + 3 < other[3] and other[1] + 3 < one[3]]
    assert hidden == []


@pytest.mark.parametrize("name", TREES)
@pytest.mark.parametrize("width, scheme", [(1280, "light"), (360, "dark"),
                                           (640, "dark"), (641, "light")])
def test_all_is_seen_at_any_width(browser, pages, name, width, scheme):
    browser.show(pages[name], width, scheme=scheme)
    keep(browser, pages[name], f"{width}.{scheme}")
    scrolled, inner = browser.run(WIDTHS)
    assert inner == width and scrolled <= width
    ground, letters = browser.run(
        "[getComputedStyle(document.body).backgroundColor, "
        "getComputedStyle(document.body).color]")
    assert (ground == "rgb(255, 255, 255)") == (scheme == "light")
    assert ground != letters
    around, texts = browser.run(TEXTS)
    assert around[2] <= width and texts
    check_texts(around, texts)


@pytest.mark.parametrize("width, broken", [(1280, True), (360, False)])
def test_columns_of_differences_stay_columns(browser, pages, width, broken):
    """On a phone the table is moved sideways, in a box of its own."""
    browser.show(pages["overlap"], width)
    lines, height, wide, seen = browser.run("""(() => {
      const one = document.querySelector("pre"), style = getComputedStyle(one);
      return [one.textContent.split("\\n").length, (one.clientHeight -
        2 * parseFloat(style.paddingTop)) / parseFloat(style.lineHeight),
        one.scrollWidth, one.clientWidth]; })()""")
    assert wide > seen or broken
    assert round(height) >= lines if broken else round(height) == lines
    scrolled, inner = browser.run(WIDTHS)
    assert scrolled <= inner == width


@pytest.mark.parametrize("width", [1280, 360])
def test_text_can_be_selected(browser, pages, width):
    browser.show(pages["overlap"], width)
    browser.key("a", 65, "selectAll")
    text = browser.run("getSelection().toString()")
    for said in ("overlap", "verdict OK", "mem_map 6 MiB at 0x40000000",
                 "secure and dsp", "0x60400000", "total_ram", "12582912",
                 "0x0000000040000000"):
        assert said in text, said
    browser.run("getSelection().empty()")
    # The pointer, from end to end of a name in the map.
    left, top, right, bottom, _ = next(
        one for one in browser.run(TEXTS)[1] if one[4] == "secure")
    browser.run(f"scrollTo(0, {top} - 200)")
    moved = browser.run("scrollY")
    middle = (top + bottom) / 2 - moved
    browser.mouse("mousePressed", left + 1, middle)
    browser.mouse("mouseMoved", (left + right) / 2, middle)
    browser.mouse("mouseMoved", right - 1, middle)
    browser.mouse("mouseReleased", right - 1, middle)
    assert browser.run("getSelection().toString()") == "secure"


@pytest.mark.parametrize("width", [1280, 360])
def test_tab_goes_through_the_links_as_they_are_read(browser, pages, width):
    browser.show(pages["overlap"], width)
    links = browser.run('[...document.querySelectorAll("a")].map('
                        'one => one.getAttribute("href"))')
    assert len(links) >= 6
    passed = []
    for _ in links:
        browser.key("Tab", 9)
        passed.append(browser.run(FOCUSED))
    assert [one[0] for one in passed] == links
    assert [one[1:3] for one in passed] == sorted(one[1:3] for one in passed)
    assert all(one[3] == "solid" for one in passed)
    # Each leads to what it names.
    for link in links:
        browser.run(f"document.querySelector('a[href=\"{link}\"]').click()")
        assert browser.run("location.hash") == link
        top, inner = browser.run(
            f"[document.querySelector('{link} h2').getBoundingClientRect().top, "
            "innerHeight]")
        assert -1 < top < inner, link


def test_on_paper_there_is_the_wide_map_and_no_list_of_links(browser, pages):
    # A4 without its margins, in pixels of CSS.
    width, height = 680, 1009
    browser.show(pages["pixel6"], width, height, media="print", scheme="dark")
    keep(browser, pages["pixel6"], "print")
    assert browser.run("getComputedStyle(document.body).backgroundColor") == \
        "rgb(255, 255, 255)"
    assert browser.run("[...document.querySelectorAll('nav, svg.narrow')].map("
                       "one => one.getBoundingClientRect().height)") == [0, 0]
    around, _ = browser.run(TEXTS)
    assert around[2] <= width and around[3] <= height
    pdf = pages["pixel6"].with_suffix(".pdf")
    browser.printed(pdf)
    assert 2 <= pdf.read_bytes().count(b"/Type /Page\n") <= 6


def test_svg_alone_is_a_picture_in_light_and_in_dark(browser, tmp_path):
    path, svg = tmp_path / "tree.dtb", tmp_path / "tree.svg"
    path.write_bytes(OVERLAP)
    assert shadow_map("-o", svg, data=json_of(path)).returncode == 0
    grounds = []
    for scheme in ("light", "dark"):
        browser.show(svg, 900, scheme=scheme)
        keep(browser, svg, scheme)
        grounds.append(browser.run("getComputedStyle(document.querySelector("
                                   "'.paper')).fill"))
    assert grounds == ["rgb(255, 255, 255)", "rgb(20, 24, 29)"]


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    """{command: what the file frag has after it}"""
    directory = tmp_path_factory.mktemp("lines")
    return {command: frag_of(f"{command} seed=3 ops=20000", directory)
            for command in ("torture", "whole-machine")}


# A phone, a page of A4, and what is drawn if nothing is said.
@pytest.mark.parametrize("width", [320, 360, 680, 800])
@pytest.mark.parametrize("media, scheme", [("screen", "light"),
                                           ("screen", "dark"),
                                           ("print", "dark")])
@pytest.mark.parametrize("command", ["torture", "whole-machine"])
def test_a_plot_is_readable_at_any_width(browser, lines, tmp_path, command,
                                         width, media, scheme):
    svg = tmp_path / f"{command}.svg"
    done = shadow_map("--frag", svg, "--width", str(width),
                      data=lines[command].encode())
    assert done.returncode == 0, done.stderr
    browser.show(svg, 900, 1200, media=media, scheme=scheme)
    keep(browser, svg, f"{width}.{media}.{scheme}")
    around, texts = browser.run(TEXTS)
    # On paper it is made as small as the sheet is.
    assert around[2] - around[0] == width or media == "print"
    assert len(texts) > 40
    check_texts(around, texts)
    ground, grey = browser.run(
        "['.paper', '.short'].map(one => "
        "getComputedStyle(document.querySelector(one)).fill)")
    light = media == "print" or scheme == "light"
    assert (ground == "rgb(255, 255, 255)") == light and grey != ground
    browser.key("a", 65, "selectAll")
    assert "could be had at" in browser.run("getSelection().toString()")
    if media == "print":
        pdf = svg.with_suffix(".pdf")
        browser.printed(pdf)
        assert pdf.read_bytes().count(b"/Type /Page\n") == 1
