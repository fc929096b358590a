# SPDX-License-Identifier: GPL-2.0-only
"""`--census` says in one line what other options say one at a time."""

import json
import re

import pytest
from tests.host import ROOT
from tests.oracle.discover import merge
from tests.text.expect import HERE as MACHINES

from . import compile_trees, layout

pytestmark = pytest.mark.xdist_group("host-64")

PLACING = ROOT / "tests/boot/placing"
# Each has something of its own: places, warnings, hints, verdicts, holes.
SOURCES = [MACHINES / f"{name}.dts" for name in (
    "pixel6", "malformed", "two-banks", "no-ram", "all-reserved", "initrd", "top",
    "no-heap", "no-mem-map")] + [PLACING / f"{name}.dts" for name in (
        "beside-placed", "limit")] + [ROOT / "tests/tools/examples/virt-17g.dts"]
MIB = 1 << 20
IMAGE, BLOB, ALIGN = 32 * MIB, 2 * MIB, 2 * MIB
ROW = re.compile(r"^! (\w+) {2,}\w+ +\w+$", re.MULTILINE)


@pytest.fixture(name="trees", scope="module")
def fixture_trees(tmp_path_factory):
    """The blobs, and the objects of their lines."""
    room = tmp_path_factory.mktemp("census")
    compile_trees(SOURCES, room)
    paths = [room / f"{source.stem}.dtb" for source in SOURCES]
    done = layout("--census", *paths)
    assert (done.returncode, done.stderr) == (0, "")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["file"] for line in found] == [str(path) for path in paths]
    return list(zip(paths, found))


def given(line):
    """The options that give its places."""
    return [word for name in ("image", "blob") if name in line
            for word in (f"--{name}", line[name])]


def machine(path, *options):
    return json.loads(layout("--format", "json", *options, path).stdout)


def ranges(entries):
    return [(int(entry["start"], 16), int(entry["last"], 16) + 1) for entry in entries]


def test_figures_warnings_and_hints_are_those_of_json(trees):
    for path, line in trees:
        whole = machine(path, *given(line))
        for name, value in line.items():
            if name in whole and name != "placing":
                assert value == (int(whole[name], 16) if name.endswith("_base")
                                 else whole[name]), (path, name)
        assert set(line) - set(whole) <= {"file", "image", "blob", "initrd", "placing",
                                          "designs"}


def test_places_are_those_by_each_linux(trees):
    differ = set()
    for path, line in trees:
        assert len(line["placing"]) == 12
        for row, places in line["placing"].items():
            listed = machine(path, "--linux", row)["reserved"]
            assert [[start, last, name.rpartition("/")[2]]
                    for start, last, name in places] == [
                [entry["start"], entry["last"], entry["name"]] for entry in listed
                if "placed by Linux's rule" in entry["remarks"]], (path, row)
        if len({str(places) for places in line["placing"].values()}) > 1:
            differ.add(path.stem)
    assert {"pixel6", "beside-placed"} <= differ


def test_designs_are_as_each_is_shown(trees):
    over = set()
    for path, line in trees:
        names = layout("--design", "none", path).stderr.partition("one of ")[2]
        assert [*line["designs"]] == ["record", *names.strip().split(", ")]
        for name, found in line["designs"].items():
            if name == "record":
                assert found == {"verdict": line["verdict"], "overlaps": False,
                                 "differs": []}
                continue
            text = layout("--design", name, *given(line), path).stdout
            assert ("\n! overlap: " in text) == found["overlaps"], (path, name)
            assert ROW.findall(text) == found["differs"], (path, name)
            verdict = re.search(rf"^    {name} +(PANIC: .*|OK)$", text, re.MULTILINE)
            assert found["verdict"] == (verdict[1] if verdict else line["verdict"])
            over |= {name} if found["overlaps"] else set()
    assert {"no-look", "no-reserved-memory", "no-blob"} <= over


def places(path):
    """Where image and blob come to lie, worked out here."""
    whole = machine(path)
    taken = ranges(entry for entry in whole["reserved"]
                   if entry["name"] not in ("mem_map", "heap"))
    free = merge(ranges(whole["memory"]))

    def fits(base, size, also=()):
        return any(start <= base and base + size <= end for start, end in free) and \
            not any(base < end and start < base + size for start, end in [*taken, *also])

    edges = {edge // ALIGN * ALIGN + step for pair in [*free, *taken] for edge in pair
             for step in (-2 * ALIGN, -ALIGN, 0, ALIGN)}
    image = min((base for base in edges if fits(base, IMAGE)), default=None)
    also = [(image, image + IMAGE)] if image is not None else []
    edges |= {base - BLOB for base, _ in also} | {(1 << 32) - BLOB}
    fit = [base for base in edges if base >= 0 and fits(base, BLOB, also)]
    low = [base for base in fit if base + BLOB <= 1 << 32]
    return image, max(low or fit, default=None)


def test_image_and_blob_lie_where_nothing_is_reserved(trees):
    kinds = set()
    for path, line in trees:
        found = tuple(int(line[name].partition(",")[0], 16) if name in line else None
                      for name in ("image", "blob"))
        assert found == places(path), path
        kinds.add(tuple(at is None for at in found))
    assert len(kinds) > 1


def test_what_is_given_counts(trees):
    path = next(path for path, _ in trees if path.stem == "pixel6")
    options = ("--image", "none", "--blob", "0x80000000,4K")
    line = json.loads(layout("--census", *options, path).stdout)
    assert "image" not in line and line["blob"] == "0x80000000,4096"
    assert line["reserved_pages"] == machine(path, *options)["reserved_pages"] == \
        machine(path)["reserved_pages"] + 1


def test_a_file_that_cannot_be_used_is_said_and_the_rest_is_done(trees, tmp_path):
    good = trees[0][0]
    done = layout("--census", good, tmp_path / "none.dtb", good)
    assert done.returncode == 2 and len(done.stdout.splitlines()) == 2
    assert done.stderr.startswith(f"shadow-layout: {tmp_path}/none.dtb: ")
    done = layout("--census")
    assert (done.returncode, done.stderr) == \
        (2, "shadow-layout: 0 files, expected one, see --help\n")
