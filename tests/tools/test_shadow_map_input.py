# SPDX-License-Identifier: GPL-2.0-only
"""shadow-map reads the module's own files, and breaks on none."""

import json
import os
import random
import xml.etree.ElementTree as xml

import pytest

from shadow_map import draw, machine, page, read, words
from tests.text.expect import FILES, NAMES, Expected, blob

from .shadow_map import Drawn, json_of, shadow_map

pytestmark = pytest.mark.xdist_group("shadow-map")

CHANGES = 600
VALUES = (None, True, -1, 0, 1 << 70, 1.5, "", "0x0", "0x", "0xffffffffffffffff",
          "text\n", "\ud800", "\0", [], {}, [1])


def write_files(name, directory):
    """What the module shows, by the expected files."""
    expected = Expected(name)
    directory.mkdir()
    for file in FILES:
        directory.joinpath(file).write_text(expected.text(file), "utf-8")
    return expected


@pytest.mark.parametrize("name", NAMES)
def test_the_files_of_the_module_give_the_same_picture(tmp_path, name):
    expected = write_files(name, tmp_path / "files")
    found = shadow_map("--title", "same", tmp_path / "files")
    assert found.returncode == 0 and found.stderr == "", found.stderr
    drawn = Drawn(found.stdout)
    drawn.check_geometry()
    assert drawn.ranges("ram") == [(base, end - 1) for base, end in expected.ram]
    assert drawn.numbers("figure", "value") == {
        each: expected.figures[each] for each in (
            "total_ram", "reserved_pages", "mem_map_bytes", "heap_bytes",
            "free_bytes")}
    if not name.startswith("live"):
        path = tmp_path / "tree.dtb"
        path.write_bytes(blob(name))
        assert found.stdout == shadow_map("--title", "same",
                                          data=json_of(path)).stdout


def test_a_machine_without_a_path_has_a_name_that_says_something(tmp_path):
    """In summary it is called live, which says nothing above a picture."""
    write_files("live", tmp_path / "files")
    for options, before in (((), ">"), (("--html", "-"), "<h1>"),
                            (("--html", "-"), "<title>Memory of ")):
        found = shadow_map(*options, tmp_path / "files")
        assert f"{before}the machine that ran the module<" in found.stdout


def test_the_directory_of_a_run_has_the_files_one_below(tmp_path):
    (tmp_path / "run").mkdir()
    write_files("pixel6", tmp_path / "run/debugfs")
    found, wanted = (shadow_map("--title", "same", tmp_path / name)
                     for name in ("run", "run/debugfs"))
    assert found.returncode == 0 and found.stdout == wanted.stdout
    (tmp_path / "run/debugfs/summary").unlink()
    assert ": memory: No such file or directory" in \
        shadow_map(tmp_path / "run").stderr


def test_what_lies_in_several_of_a_kind_counts_once(tmp_path):
    write_files("nested", tmp_path / "files")
    found = shadow_map(tmp_path / "files").stdout
    assert ">overlap 14 MiB in 8 ranges<" in found
    assert ">reserved 14 MiB in 7 ranges<" in found


def test_the_page_has_what_the_report_warns_of(tmp_path):
    expected = write_files("malformed", tmp_path / "files")
    found = shadow_map("--html", "-", tmp_path / "files").stdout
    assert len(expected.said) == found.partition("Hints</h2>")[0].count("<li>/")


@pytest.mark.parametrize("file, text, message", [
    ("summary", "", "mem_map_base: expected a number, not None"),
    ("summary", None, "summary: No such file or directory"),
    ("free", "nothing\n", "free[0]: start: missing"),
    ("free", "   0: 0x1..0x0 free\n", "free[0]: start 0x1 is above last 0x0"),
    ("layout", "", "total_ram is 1610612736, but the ranges have 0 bytes"),
    ("buddyinfo", "plan 1 2\n", "buddyinfo: expected 21 numbers"),
    ("buddyinfo", "", "buddyinfo: expected 21 numbers"),
    ("reserved", "   0: 0x0..0x1" + "0" * 16 + " a\n", "reserved[0]: "),
])
def test_files_that_are_malformed_are_refused_in_one_line(tmp_path, file, text,
                                                          message):
    directory = tmp_path / "files"
    write_files("initrd", directory)
    if text is None:
        directory.joinpath(file).unlink()
    else:
        directory.joinpath(file).write_text(text, "utf-8")
    done = shadow_map(directory)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith(f"shadow-map: {directory}: {message}")
    assert done.stderr.count("\n") == 1


def places(value):
    """Each place in an object that can be changed."""
    if isinstance(value, (dict, list)):
        keys = [*value] if isinstance(value, dict) else range(len(value))
        for key in keys:
            yield value, key
            yield from places(value[key])


def changed(pick, text):
    """The object with up to three changes, or the text with one."""
    said = json.loads(text)
    for _ in range(pick.randrange(1, 4)):
        holder, key = pick.choice([*places(said)])
        old = holder[key]
        if isinstance(old, str) and old.startswith("0x") and old != "0x" and \
                pick.random() < 0.6:
            step = pick.choice((-1, 1, 4096, -4096, 1 << 20))
            holder[key] = hex((int(old, 16) + step) & ((1 << 64) - 1))
        elif pick.random() < 0.3:
            del holder[key]
        else:
            holder[key] = json.loads(json.dumps(pick.choice(VALUES)))
    text = json.dumps(said)
    if pick.random() < 0.1:
        at = pick.randrange(len(text))
        text = text[:at] + chr(pick.randrange(256)) + text[at + 1:]
    return text


def test_whatever_is_changed_there_is_a_picture_or_a_reason(tmp_path):
    """SEED repeats it. In this process: a program for each would take long."""
    pick, texts, reasons = random.Random(int(os.environ["SEED"])), [], 0
    for name in ("nested", "pixel6", "two-banks", "no-heap", "parts-of-pages"):
        path = tmp_path / f"{name}.dtb"
        path.write_bytes(blob(name))
        texts.append(json_of(path))
    for _ in range(CHANGES):
        text = changed(pick, pick.choice(texts))
        try:
            found = machine.Machine(read.from_json(text))
            xml.fromstring(draw.Map(found, width=pick.choice((320, 800))).svg()
                           .encode("utf-8"))
            page.Page(found).html().encode("utf-8")
        except words.Wrong as error:
            reasons += 1
            assert str(error), text
    assert 0 < reasons < CHANGES
