# SPDX-License-Identifier: GPL-2.0-only
"""shadow-map: what its picture says is what shadow-layout says, and to scale."""

import json
import subprocess

import pytest

from tests.host import ROOT
from tests.oracle.oracle import Oracle
from tests.oracle.picture import OF_TARGET, PAGE, Picture, words
from tests.text.expect import NAMES, blob

from . import layout
from .shadow_map import SVG, json_of, picture, shadow_map
from .test_map import BANKS, GIB, MIB, TIB, tree

pytestmark = [pytest.mark.xdist_group("shadow-map"), pytest.mark.seconds(40)]

FILES = ("summary", "memory", "reserved", "free", "layout", "buddyinfo",
         "pagetables")
THINGS = ("no-map", "reserved", "cma", "memreserve", "image", "initrd", "blob",
          "mem_map")


def kind_of(entry):
    if not entry["remarks"] and entry["name"] in (*OF_TARGET, "mem_map",
                                                  "memreserve"):
        return OF_TARGET.get(entry["name"], entry["name"])
    return "no-map" if "no-map" in entry["remarks"] else \
        "cma" if "reusable" in entry["remarks"] else "reserved"


def free_blocks(drawn):
    """Each one: (order, start)."""
    for group in drawn.groups("free"):
        order = int(group.get("data-order"))
        start, size = int(group.get("data-start"), 16), PAGE << order
        blocks = int(group.get("data-blocks"))
        assert int(group.get("data-last"), 16) == start + blocks * size - 1
        yield from ((order, start + at * size) for at in range(blocks))


def check_free(drawn, said):
    """As the buddy has it: aligned, no two that would be one."""
    blocks = {start: order for order, start in free_blocks(drawn)}
    assert all(start % (PAGE << order) == 0 for start, order in blocks.items())
    assert not [start for start, order in blocks.items() if order < 20 and
                blocks.get(start ^ (PAGE << order)) == order]
    counts = [0] * 21
    for order in blocks.values():
        counts[order] += 1
    assert counts == said["buddyinfo"]
    assert drawn.numbers("order", "count") == {
        str(order): count for order, count in enumerate(counts) if count}
    merged = []
    for start in sorted(blocks):
        end = start + (PAGE << blocks[start])
        if merged and merged[-1][1] == start:
            merged[-1][1] = end
        else:
            merged.append([start, end])
    if any(counts):
        assert merged == [[int(one["start"], 16), int(one["last"], 16) + 1]
                          for one in said["free"]]


def check_things(drawn, said):
    """What has a row is drawn, the rest is said."""
    wanted = [(kind_of(one), one["name"], ", ".join(one["remarks"]),
               int(one["start"], 16), int(one["last"], 16))
              for one in said["reserved"]]
    rowless = [one for one in wanted if not drawn.boxes(*one[3:])]
    found = [(one.get("data-kind"), one.get("data-name"),
              one.get("data-remarks", ""), int(one.get("data-start"), 16),
              int(one.get("data-last"), 16)) for one in drawn.groups(*THINGS)]
    assert sorted(found) == sorted(one for one in wanted if one not in rowless)
    for _, name, _, start, last in rowless:
        assert (f"in no row: {name} {start:#x}..{last:#x}, "
                f"{words(last - start + 1)}") in " ".join(drawn.lines())
    heap = [(int(said["heap_base"], 16),
             int(said["heap_base"], 16) + said["heap_bytes"] - 1)]
    has = any(one["name"] == "free, with the heap" for one in said["free"])
    assert drawn.ranges("heap") == heap * has


def check(drawn, said, data):
    oracle = Oracle(data)
    assert drawn.ranges("ram") == [(start, end - 1) for start, end in oracle.ram]
    assert sum(last - start + 1 for start, last in drawn.ranges("ram")) == \
        said["total_ram"]
    assert sorted(drawn.ranges("overlap")) == sorted(
        (start, end - 1) for start, end, kind in Picture(oracle).things
        if kind == "overlap")
    assert drawn.numbers("figure", "value") == {name: said[name] for name in (
        "total_ram", "reserved_pages", "mem_map_bytes", "heap_bytes",
        "free_bytes")}
    for line in (f"RAM {words(said['total_ram'])}",
                 f"reserved {words(PAGE * said['reserved_pages'])}",
                 f"free {words(said['free_bytes'])}"):
        assert line in drawn.lines()
    check_free(drawn, said)
    check_things(drawn, said)
    drawn.check_geometry()


@pytest.mark.parametrize("name", NAMES)
def test_the_picture_says_what_the_figures_say_and_is_to_scale(tmp_path, name):
    path = tmp_path / f"{name}.dtb"
    path.write_bytes(blob(name))
    data = json_of(path)
    for width in ("800", "326", *["1999"] * (name == "pixel6")):
        check(picture(data, "--width", width), json.loads(data), blob(name))


def test_rows_are_those_of_the_map_in_characters(tmp_path):
    path = tmp_path / "tree.dtb"
    for name, banks in BANKS.items():
        path.write_bytes(tree(banks))
        drawn = picture(json_of(path))
        drawn.check_geometry()
        assert drawn.scale == Picture(Oracle(tree(banks))).row, name
        shown = [line.split()[0] for line in
                 layout("--format", "map", path).stdout.splitlines()
                 if line[0:1].isdigit()]
        assert [int(one, 16) for one in shown] == drawn.rows[:16]
        holes = [one.text for one in drawn.svg.iter(f"{SVG}text")
                 if one.get("data-hole")]
        assert len(holes) == sum(
            base - drawn.scale != before for before, base in
            zip(drawn.rows, drawn.rows[1:]))


@pytest.mark.parametrize("banks", [[(0x40000000, 16 * MIB)], [(0, 64 * TIB)],
                                   [(at * 8192, 4096) for at in range(3000)]])
def test_it_draws_from_16_mib_to_64_tib_and_hundreds_of_nodes(tmp_path, banks):
    base, size = banks[0]
    nodes = [(f"node{at}@{at}", [(base + at * (size // 400), size // 1000)],
              *(["no-map"] if at % 3 else [])) for at in range(399)]
    path = tmp_path / "tree.dtb"
    path.write_bytes(tree(banks, *nodes))
    data = json_of(path)
    drawn = picture(data)
    check(drawn, json.loads(data), tree(banks, *nodes))
    assert len(drawn.text) < 1 << 20
    left = [line for line in drawn.lines() if line.startswith("and ")]
    assert left == [] or all(line.split()[1].isdigit() for line in left)


def test_of_hundreds_of_far_banks_256_have_rows_and_the_others_are_counted(
        tmp_path):
    path = tmp_path / "tree.dtb"
    path.write_bytes(tree([(at * TIB // 2, MIB) for at in range(300)]))
    drawn = picture(json_of(path))
    assert drawn.rows == [at * TIB // 2 for at in range(256)]
    assert "44 more banks from 0x800000000000 on, together 44 MiB" in drawn.lines()
    drawn.check_geometry()


def test_every_name_has_a_place_where_there_is_one(tmp_path):
    for name in ("pixel6", "nested", "parts-of-pages", "two-banks"):
        path = tmp_path / f"{name}.dtb"
        path.write_bytes(blob(name))
        drawn = picture(json_of(path))
        names = [one.get("data-name") for one in drawn.groups(*THINGS, "heap")]
        assert names and not [name for name in names if name not in drawn.lines()]
        assert not [line for line in drawn.lines() if line.startswith("and ")]


def test_what_lies_over_what_is_red_and_says_who(tmp_path):
    path = tmp_path / "tree.dtb"
    path.write_bytes(tree([(0x40000000, GIB)],
                          ("secure", [(0x60000000, 8 * MIB)], "no-map"),
                          ("dsp", [(0x60400000, 16 * MIB)])))
    drawn = picture(json_of(path, "--image", "0x40080000,2M",
                            "--initrd", "0x40100000,8M", "--blob",
                            "0x50000000,64K", "--memreserve", "0x51000000,64K"))
    titles = [one.find(f"{SVG}title").text for one in drawn.groups("overlap")]
    assert titles == [
        "overlap of kernel and initrd\n0x40100000..0x4027ffff\n1.50 MiB",
        "overlap of secure and dsp\n0x60400000..0x607fffff\n4 MiB"]
    for group in drawn.groups("overlap"):
        assert all("c-overlap" in one.get("class")
                   for one in group.iter(f"{SVG}rect"))
    assert [one.get("data-kind") for one in drawn.groups(*THINGS)] == [
        "image", "initrd", "blob", "memreserve", "no-map", "reserved", "mem_map"]


def test_a_directory_of_files_gives_the_same_picture_and_page(tmp_path):
    for name in ("pixel6", "nested", "malformed", "no-heap", "no-ram"):
        path, directory = tmp_path / f"{name}.dtb", tmp_path / name
        path.write_bytes(blob(name))
        directory.mkdir()
        for file in FILES:
            directory.joinpath(file).write_text(
                layout("--format", file, path).stdout, "utf-8")
        directory.joinpath("report").write_text(layout(path).stdout, "utf-8")
        data = json_of(path)
        for options in ([], ["--html", "-"]):
            found = shadow_map(*options, directory)
            assert found.returncode == 0, found.stderr
            assert found.stdout == shadow_map(*options, data=data).stdout


NAME = "a<b>&\"'\t\x1b[31m\u202ered\ufffe \U0001f600 </title>]]> \\u{41}"


def test_names_of_any_characters_are_shown_and_harmless(tmp_path):
    path = tmp_path / "tree.dtb"
    path.write_bytes(tree([(0x40000000, GIB)],
                          ("secure", [(0x60000000, 8 * MIB)])))
    said = json.loads(json_of(path))
    said["reserved"][0]["name"] = NAME
    # As the program says a name that has a line's end in it.
    said["reserved"].insert(1, {"name": "second line"})
    said["machine"] = "<script>alert(1)</script>"
    drawn = picture(json.dumps(said).encode())
    shown = NAME.replace("\t", "\\u{9}").replace("\x1b", "\\u{1b}").replace(
        "\u202e", "\\u{202e}").replace("\ufffe", "\\u{fffe}") + \
        "\\u{a}second line"
    group, = drawn.groups("reserved")
    assert group.get("data-name") == shown
    assert "<script" not in drawn.text
    page = shadow_map("--html", "-", data=json.dumps(said).encode()).stdout
    assert "<script" not in page and "\x1b" not in page and "<b>" not in page


def malformed(**changes):
    """A machine's JSON with other values; those that are None are missing."""
    said = {"version": "0", "machine": "m", "verdict": "OK", "total_ram": 8192,
            "reserved_pages": 1, "mem_map_bytes": 48, "mem_map_base": "0x1000",
            "heap_bytes": 0, "heap_base": "0x0", "free_bytes": 4096,
            "memory": [{"start": "0x1000", "last": "0x2fff", "name": "m"}],
            "layout": [{"start": "0x1000", "last": "0x2fff", "name": "RAM"}],
            "reserved": [{"start": "0x1000", "last": "0x1fff", "name": "mem_map"}],
            "free": [{"start": "0x2000", "last": "0x2fff", "name": "free"}],
            "buddyinfo": [1] + 20 * [0]}
    said.update(changes)
    return json.dumps({name: value for name, value in said.items()
                       if value is not None})


REFUSED = {
    "nothing": ("", "no JSON: Expecting value"),
    "no-json": ("{", "no JSON: "),
    "source": ("/dts-v1/; / { };", "neither a device tree blob nor"),
    "deep": ("[" * 100000, "no JSON: "),
    "a-list": ("[]", "expected a JSON object"),
    "no-lists": ("{}", "memory: expected a list"),
    "no-free": (malformed(free=None), "free: expected a list"),
    "no-buddyinfo": (malformed(buddyinfo=None), "buddyinfo: expected 21 numbers"),
    "20-orders": (malformed(buddyinfo=[1] * 20), "buddyinfo: expected 21 numbers"),
    "true": (malformed(buddyinfo=[True] + 20 * [0]), "buddyinfo: expected 21"),
    "other-blocks": (malformed(buddyinfo=[2] + 20 * [0]),
                     "buddyinfo has [2, 0"),
    "no-total": (malformed(total_ram=None), "total_ram: expected a number"),
    "text": (malformed(heap_bytes="x"), "heap_bytes: expected a number, not 'x'"),
    "less": (malformed(heap_bytes=-1), "heap_bytes: expected a number, not -1"),
    "other-total": (malformed(total_ram=4096),
                    "total_ram is 4096, but the ranges have 8192 bytes"),
    "other-free": (malformed(free_bytes=0), "free_bytes is 0, but"),
    "no-start": (malformed(free=[{"last": "0x2fff", "name": "free"}]),
                 "free[0]: start: missing"),
    "no-name": (malformed(free=[{"start": "0x0", "last": "0x2fff"}]),
                "free[0]: expected an object with a name"),
    "backwards": (malformed(reserved=[{"start": "0x2", "last": "0x1",
                                       "name": "a"}]),
                  "reserved[0]: start 0x2 is above last 0x1"),
    "half-pages": (malformed(free=[{"start": "0x2001", "last": "0x2fff",
                                    "name": "free"}]),
                   "free[0]: 0x2001..0x2fff is not in whole pages"),
    "no-address": (malformed(memory=[{"start": 4096, "last": "0x2fff",
                                      "name": "m"}]),
                   "memory[0]: start: expected an address in hexadecimal"),
    "too-high": (malformed(memory=[{"start": "0x0", "last": "0x1" + 16 * "0",
                                    "name": "m"}]),
                 "memory[0]: last: expected an address"),
    "remarks": (malformed(reserved=[{"start": "0x1", "last": "0x1", "name": "a",
                                     "remarks": [1]}]),
                "reserved[0]: remarks: expected a list of strings"),
    "a-blob": ("\xd0\r\xfe\xed", "a blob on standard input"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_malformed_is_refused_in_one_line(name):
    text, message = REFUSED[name]
    done = shadow_map(data=text.encode("latin-1"))
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith(f"shadow-map: standard input: {message}")
    assert done.stderr.count("\n") == 1 and done.stderr.endswith("\n")


def test_the_machine_that_is_changed_above_is_a_good_one():
    assert picture(malformed().encode()).ranges("free") == [(0x2000, 0x2fff)]


@pytest.mark.parametrize("arguments, message", [
    (["missing"], "missing: No such file"), (["--wide"], "unrecognized"),
    (["a", "b"], "unrecognized arguments: b"), (["--width", "10"], "argument"),
    (["--width", "abc"], "argument --width: expected a width of 320 to 4096"),
    (["--html", "a", "--output", "b"], "one of --output, --html and --frag"),
    (["--compare", "log"], "differences are for a page: --html FILE"),
    (["--html", "-", "--compare", "log"], "--compare needs a device tree; with"),
    (["--html", "-", "--differences", "missing"], "missing: No such file"),
    (["--html", "a", "--frag", "b"], "one of --output, --html and --frag"),
    (["--html", "-", "--compare", "a", "--differences", "b"], "one of --compare"),
    (["."], ".: memory: No such file or directory"),
])
def test_what_is_asked_wrongly_is_refused_in_one_line(tmp_path, arguments,
                                                      message, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = shadow_map(*arguments, data=malformed().encode())
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith(f"shadow-map: {message}")
    assert done.stderr.count("\n") == 1


def test_a_full_disk_is_said():
    for arguments in ([], ["--output", "/dev/full"], ["--html", "/dev/full"]):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [ROOT / "tools/shadow-map", *arguments], check=False, stdout=full,
                input=malformed().encode(), stderr=subprocess.PIPE)
        assert done.returncode == 2
        assert done.stderr.decode().endswith("No space left on device\n")
        assert done.stderr.count(b"\n") == 1
