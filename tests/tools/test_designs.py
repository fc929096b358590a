# SPDX-License-Identifier: GPL-2.0-only
"""Wrong designs: what they come to, and that they are named as causes (D1).

What a wrong target prints is worked out by tests/tools/target.py, not by the program.
"""

import random
import re

import pytest

from tests.oracle import trees
from tests.text.expect import HERE, blob

from . import layout, target

pytestmark = pytest.mark.xdist_group("host-64")

MACHINES = sorted(path.stem for path in HERE.glob("*.dts")
                  if not path.stem.startswith("live"))
DIFFERS = re.compile(r"^! (\w+)", re.MULTILINE)
CAUSE = re.compile(r"^    cause: ([\w-]+): ", re.MULTILINE)
ROW = re.compile(r"^([ !]) (\w+) +(\w+) +(\w+)$", re.MULTILINE)
# With a log too: mark, name, expected and printed; the design's; the clause.
COLUMNS = re.compile(
    r"^([ !] (\w+) +\w+ +\w+ +)(?<=  )([\w-]+ *)  (\w+)$", re.MULTILINE)
MIB = 1 << 20
IMAGE = (0x40080000, 0x41f00000, "kernel")
# Not in whole pages (R4).
BLOB = (0x44000000, 0x44012345, "blob")
MEMRESERVE = (0x60000000, 0x60001000, "memreserve")
RANDOM = 20


def given(places):
    """The options that say what a target has where."""
    names = {"kernel": "image"}
    return [word for base, end, name in places for word in
            (f"--{names.get(name, name)}", f"{base:#x},{end - base:#x}")]


def compare(path, data, log, places=()):
    path.write_bytes(data)
    done = layout("--compare", "-", *given(places), path, data=log.encode())
    assert done.stderr == "" and done.returncode in (0, 3), done
    return done


def parts(text):
    """What is said of each name: its mark, and the causes."""
    found, name = {}, None
    for line in text.splitlines():
        if row := re.match(r"([ !]) (\w+)(?=[: ]|$)", line):
            name = row[2]
            found[name] = row[1] == "!", []
        elif cause := CAUSE.match(line):
            found[name][1].append(cause[1])
    return found


def check(path, data, wrong, places=()):
    """All that differs is marked, has this cause, and nothing else is marked."""
    right = target.Target(data, places)
    done = compare(path, data, wrong.log(), places)
    said = parts(done.stdout)
    changed = {name for name, value in wrong.figures.items()
               if right.figures[name] != value}
    for name in wrong.figures:
        differs, causes = said[name]
        assert differs == (name in changed), (name, done.stdout)
        assert not differs or wrong.name in causes, (name, done.stdout)
    assert done.returncode == (3 if changed else 0), done.stdout
    if right.free != wrong.free and "free" in said:
        assert wrong.name in said["free"][1], done.stdout
    return changed


@pytest.mark.parametrize("design", target.WRONG, ids=lambda design: design.name)
@pytest.mark.parametrize("name", MACHINES)
def test_a_wrong_design_is_named(tmp_path, name, design):
    check(tmp_path / "tree", blob(name), design(blob(name)))


@pytest.mark.parametrize("design", target.VARIANTS,
                         ids=lambda design: design.__name__)
def test_a_variant_is_named_too(tmp_path, design):
    path = HERE.parent / "tools/examples/many-banks.dts"
    shown = [check(tmp_path / "tree", data, design(data)) for data in
             (blob("pixel6"), blob("three-gib"),
              trees.compiled_file(path))]
    assert any(shown)


@pytest.mark.parametrize("name", MACHINES)
def test_a_target_without_a_mistake_has_no_difference(tmp_path, name):
    done = compare(tmp_path / "tree", blob(name),
                   target.Target(blob(name)).log())
    assert done.returncode == 0 and "\n  differences: 0\n" in done.stdout
    assert "!" not in done.stdout and "cause" not in done.stdout


@pytest.mark.parametrize("design", target.WRONG, ids=lambda design: design.name)
@pytest.mark.parametrize("name", ["three-gib", "initrd"])
def test_with_places_of_its_own_too(tmp_path, name, design):
    """R3: what the tree does not tell is given."""
    places = [IMAGE, BLOB, MEMRESERVE]
    right = target.Target(blob(name), places)
    assert {entry[2] for entry in right.reserved} >= {"kernel", "blob",
                                                      "memreserve"}
    changed = check(tmp_path / "tree", blob(name), design(blob(name), places),
                    places)
    assert changed or design.name != "no-blob"


def test_what_was_loaded_over_each_other_is_not_the_target_s_mistake(tmp_path):
    """E8: unless it printed one of them."""
    places = [(0x48000000, 0x48012345, "blob")]
    right = target.Target(blob("initrd"), places)
    assert not check(tmp_path / "tree", blob("initrd"), right, places)
    done = compare(tmp_path / "tree", blob("initrd"), right.log().replace(
        "pages:", "blob: 0x48000000..0x48012344\npages:", 1), places)
    assert done.returncode == 3 and "differences: 1\n" in done.stdout
    assert re.search("^! overlap: initrd 0x.* and blob 0x", done.stdout, re.M)


def random_blobs():
    for at in range(RANDOM):
        rng = random.Random(f"designs/{at}")
        yield trees.flatten(trees.machine(rng, rng.choice(trees.KINDS)))


def test_on_random_trees_too(tmp_path):
    """Each mistake shows on some of them."""
    shown = set()
    for data in random_blobs():
        assert not check(tmp_path / "tree", data, target.Target(data))
        for design in target.WRONG:
            if check(tmp_path / "tree", data, design(data)):
                shown.add(design.name)
    assert shown >= {"flat", "no-look", "no-reserved-memory", "first-range"}


def virt(gib):
    """QEMU's virt with an initrd of 5 MiB."""
    return trees.compiled(f"""/dts-v1/; / {{
        #address-cells = <2>; #size-cells = <2>;
        memory@40000000 {{
            device_type = "memory";
            reg = <0 0x40000000 {gib >> 2} {(gib & 3) << 30}>;
        }};
        chosen {{
            linux,initrd-start = <0x48000000>; linux,initrd-end = <0x48500000>;
        }};
    }};""")


@pytest.mark.parametrize("gib, over", [(16, False), (17, True)])
def test_an_array_behind_the_image_runs_over_the_initrd(tmp_path, gib, over):
    """97 MiB are between them, descriptors of 16.17 GiB."""
    data = virt(gib)
    wrong = target.NoLook(data, [IMAGE])
    assert wrong.figures["mem_map_base"] == IMAGE[1]
    assert bool(check(tmp_path / "tree", data, wrong, [IMAGE])) == over


@pytest.mark.parametrize("name", ["three-gib", "pixel6"])
def test_no_cause_is_named_for_what_no_design_computes(tmp_path, name):
    right = target.Target(blob(name))
    known = {design(blob(name)).figures[figure] for design in target.WRONG
             for figure in right.figures}
    for figure in right.figures:
        if figure == "verdict":
            continue
        right.figures[figure] += 4096
        assert right.figures[figure] not in known
        done = compare(tmp_path / "tree", blob(name), right.log([figure]))
        assert DIFFERS.findall(done.stdout) == [figure]
        assert done.returncode == 3 and "cause" not in done.stdout
        right.figures[figure] -= 4096


@pytest.mark.parametrize("design", target.WRONG, ids=lambda design: design.name)
@pytest.mark.parametrize("name", ["three-gib", "pixel6", "sixteen-banks",
                                  "no-ram", "all-reserved", "no-mem-map"])
def test_design_shows_the_same_figures(tmp_path, name, design):
    path = tmp_path / "tree"
    path.write_bytes(blob(name))
    done = layout("--design", design.name, path)
    assert done.returncode == 0 and done.stdout.startswith(f"{design.name}: ")
    right, wrong = target.Target(blob(name)), design(blob(name))
    rows = {row[2]: (row[1], int(row[3], 0), int(row[4], 0))
            for row in ROW.finditer(done.stdout)}
    del right.figures["verdict"]
    assert rows == {
        figure: (" " if value == wrong.figures[figure] else "!", value,
                 wrong.figures[figure])
        for figure, value in right.figures.items()}
    same = right.figures.items() <= wrong.figures.items()
    assert ("figures are the same" in done.stdout) == same


@pytest.mark.parametrize("design", target.WRONG, ids=lambda design: design.name)
@pytest.mark.parametrize("name", ["three-gib", "pixel6", "no-mem-map"])
def test_a_design_has_a_column_beside_what_was_printed(tmp_path, name, design):
    """And all else is said as without it."""
    path = tmp_path / "tree"
    path.write_bytes(blob(name))
    wrong = design(blob(name))
    log = wrong.log().replace("memory-layout end",
                              "tables_4k: 5\nmemory-layout end")
    alone, done = (layout("--compare", "-", *more, path, data=log.encode())
                   for more in ((), ("--design", design.name)))
    rows = {name: shown.rstrip() for _, name, shown, _ in
            COLUMNS.findall(done.stdout)}
    assert rows.pop("name") == design.name and rows.pop("tables_4k") == "-"
    verdict = wrong.figures.pop("verdict")
    assert {name: int(shown, 0) for name, shown in rows.items()} == wrong.figures
    beside = f"    {design.name + ':':9} {verdict}\n"
    assert done.stdout.count(beside) == done.stdout.count("expected: ") > 0
    assert (done.returncode, COLUMNS.sub(
        r"\1\4", done.stdout.replace(beside, ""))) == (
            alone.returncode, alone.stdout)


def test_what_is_returned_of_the_heap_s_block_is_free(tmp_path):
    """Of 32 MiB at 0x42000000 the last 8 MiB are, and there lies the blob."""
    path = tmp_path / "tree.dtb"
    path.write_bytes(blob("three-gib"))
    found = layout("--design", "no-blob", "--blob", "0x43900000,4K", path).stdout
    assert [line for line in found.splitlines() if "overlap" in line] == [
        "! overlap: free 0x0000000043800000..0x0000000043ffffff and blob "
        "0x0000000043900000..0x0000000043900fff (E8)"]
    found = layout("--design", "heap-kept", path).stdout
    assert "! heap_returned_bytes" in found and "overlap" not in found


@pytest.mark.parametrize("more", [(), ("--compare", "-")])
def test_a_design_that_is_none_is_refused(tmp_path, more):
    path = tmp_path / "tree"
    path.write_bytes(blob("three-gib"))
    done = layout("--design", "best", *more, path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "shadow-layout: --design best: expected one of flat, trailing-zeros, "
        "no-look, no-reserved-memory, no-blob, first-range, 32-ranges, "
        "heap-kept\n")
