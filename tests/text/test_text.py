# SPDX-License-Identifier: GPL-2.0-only
"""Every file in debugfs, word for word, for the machines of this directory.

NAME.expected is what the module must show for NAME.dts; `live` shows those whose
name begins so. A diff has what is expected first.
"""

import collections
import difflib
import functools
import re
import subprocess

import pytest

from tests.host import ROOT, program
from tests.oracle.linux import ROWS
from tests.oracle.oracle import Oracle

from .expect import (FILES, HERE, NAMES, VERSION, Expected, blob, visible,
                     wrapped)

pytestmark = pytest.mark.xdist_group("host-64")

# How many results the self-test gives, by clause; B4 comes after each of four
# parts and once more, B5 has a result a reason, B7 one a context.
RESULTS = {
    "R1": 1, "R2": 1, "R3": 1, "R4": 1, "R5": 1, "H1": 1, "H2": 1, "H3": 3,
    "M1": 1, "M2": 1, "M3": 1, "M4": 2, "M5": 1, "E1": 1, "E2": 1, "E3": 1, "E5": 1,
    "E6": 1, "X1": 1, "B1": 2, "B2": 2, "B3": 1, "B4": 9, "B5": 7, "B6": 1, "B7": 3, "B9": 1,
    "P1": 1, "P2": 1, "P3": 1, "P4": 1, "P5": 3, "X2": 2,
}
# Clauses that it cannot check: what the tree was read by, what the compiler
# checks, costs, its own surroundings, what is done on demand.
ELSEWHERE = ("R6", "B8", "E4", "E7", "E8", "D1", "D2", "D3", "X3", "X4", "X5", "X6",
             "X7")
# Machines to run it on, and the clauses that do not hold there.
SKIPPED = {
    "three-gib": [("R1", "not the running machine"),
                  ("R3", "not the running machine")],
    "one-gib": [("R1", "not the running machine"),
                ("R2", "nothing is reserved"),
                ("R3", "not the running machine")],
    "live": [("X1", "not from a CMA pool")],
}


@pytest.fixture(scope="module", autouse=True)
def needs():
    subprocess.run([ROOT / "scripts/need", "device-tree-compiler"], check=True)


def same(expected, got, name):
    if expected != got:
        pytest.fail("".join(difflib.unified_diff(
            expected.splitlines(True), got.splitlines(True),
            f"{name} as expected", f"{name} as shown")), pytrace=False)


def sections(text):
    """The files of one machine, by name."""
    names, *rest = zip(*re.findall(r"^== (\w+)\n((?:(?!== ).*\n)*)", text,
                                   re.MULTILINE))
    return dict(zip(names, *rest))


def versioned(text):
    version = re.search(r'SHADOW_VERSION\s+"(.+)"',
                        (ROOT / "report/version.h").read_text("utf-8"))[1]
    return text.replace(VERSION, version)


@functools.cache
def expected(machine):
    return sections(versioned(
        HERE.joinpath(f"{machine}.expected").read_text("utf-8")))


def run(live, *arguments):
    """What host/files says, of trees that are described or of a live one."""
    done = subprocess.run([program("files"), *(["--live"] if live else []),
                           *arguments], check=False, text=True,
                          capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return visible(done.stdout)


@pytest.fixture(scope="module", name="blobs")
def fixture_blobs(tmp_path_factory):
    """The trees of all machines, compiled."""
    out = tmp_path_factory.mktemp("text")
    for name in NAMES:
        (out / f"{name}.dtb").write_bytes(blob(name))
    return {name: out / f"{name}.dtb" for name in NAMES}


@pytest.fixture(scope="module", name="shown")
def fixture_shown(blobs):
    """What is shown of all machines, by machine and file."""
    text = "".join(run(live, "--each", *FILES, "--", *(
        path for name, path in blobs.items()
        if name.startswith("live") == live)) for live in (False, True))
    machines = re.split(r"^=== .*/(.*)\.dtb\n", text, flags=re.MULTILINE)
    return dict(zip(machines[1::2], map(sections, machines[2::2])))


@pytest.fixture(scope="module", name="after")
def fixture_after(blobs):
    """The files after a self-test, by machine."""
    return {name: sections(run(
        name.startswith("live"), "--run", "selftest seed=1", blobs[name],
        *FILES, "result")) for name in SKIPPED}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("machine", NAMES)
def test_file_is_as_expected(shown, machine, name):
    same(expected(machine)[name], shown[machine][name], f"{machine}: {name}")


def test_long_lines_of_the_report_are_broken_at_blanks(shown, after):
    texts = [files["report"] for files in (*shown.values(), *after.values())]
    # Of a line that ends in a blank the end is marked.
    assert max(len(line.removesuffix("$")) for text in texts
               for line in text.splitlines()) <= 80
    for files in after.values():
        results = files["result"]
        assert max(map(len, results.splitlines())) > 80
        assert files["report"].replace("\n  ", " ").endswith("\n" + results)


@pytest.mark.parametrize("machine", NAMES)
def test_expected_files_are_those_of_the_oracle(machine):
    same(Expected(machine).all(),
         HERE.joinpath(f"{machine}.expected").read_text("utf-8"),
         f"{machine}.expected")


# What may be given, and what `reserved` calls it.
GIVEN = {"image": "kernel", "initrd": "initrd", "blob": "blob"}
PLACE = "0x40000000..0x400fffff, as given"


def counted(report):
    """Who says what counts as reserved: the sentences, by what it is."""
    return dict(re.findall(r"^    (image|initrd|blob|memreserve) +(.*)$", report,
                           re.MULTILINE))


@pytest.mark.parametrize("what", GIVEN)
@pytest.mark.parametrize("machine", ["live", "initrd", "three-gib"])
@pytest.mark.parametrize("value, said", [
    ("none", "none, as given"), ("1G,1M", PLACE)])
def test_report_says_what_was_given(blobs, machine, what, value, said):
    live = machine == "live"
    before = sections(run(live, blobs[machine], "report", "reserved"))
    shown = sections(run(live, f"--{what}", value, blobs[machine], "report",
                         "reserved"))
    assert counted(shown["report"]) == {**counted(before["report"]), what: said}
    line = "0x0000000040000000..0x00000000400fffff"
    found = re.findall(f"(0x\\w+..0x\\w+) {GIVEN[what]}\n", shown["reserved"])
    assert found == [line] * (value != "none")


@pytest.mark.parametrize("machine", ["live", "three-gib"])
@pytest.mark.parametrize("value, said, ranges", [
    ("none", "none, as given", ()),
    ("0x50000800,4K", "entries: 1, as given", ("50000800..0x500017ff",)),
    ("1G,4K,0,1,0x60000000,1M", "entries: 3, as given", (
        "40000000..0x40000fff", "00000000..0x00000000",
        "60000000..0x600fffff")),
])
def test_memreserve_counts(blobs, machine, value, said, ranges):
    shown = sections(run(machine == "live", "--memreserve", value,
                         blobs[machine], "report", "reserved"))
    assert counted(shown["report"])["memreserve"] == said
    found = re.findall(r"0x0{8}(\w+..0x)0{8}(\w+) memreserve\n",
                       shown["reserved"])
    assert tuple(map("".join, found)) == ranges


def test_dynamic_nodes_lie_over_a_given_initrd_and_blob_not_over_memreserve(
        blobs):
    """R2: a target has the first two elsewhere; memreserve is the tree's own."""
    def vframe(*given):
        shown = sections(run(False, *given, blobs["pixel6"], "reserved", "report"))
        return (re.search(r"(0x\w+)\.\.0x\w+ vframe", shown["reserved"])[1],
                re.findall("vframe: size: placed over the (.*);", shown["report"]))
    usual, _ = vframe()
    # Linux could have moved the node out of the way of these two.
    for what, over in zip(GIVEN, (["kernel"], ["initrd"], [])):
        assert vframe(f"--{what}", f"{usual},4K") == (usual, over)
    assert vframe("--memreserve", f"{usual},4K")[0] != usual


@pytest.mark.parametrize("row", ROWS)
def test_nodes_lie_where_the_named_linux_places_them(blobs, row):
    shown = sections(run(False, "--linux", row, blobs["dynamic"], "report",
                         "summary", "reserved"))
    oracle = Oracle(blob("dynamic"), row=row)
    same(oracle.text("reserved"), shown["reserved"], row)
    assert f"\nplacing: {row}\n" in shown["summary"]
    assert f"\n  placing     {row}, the Linux whose rule" in shown["report"]


@pytest.mark.parametrize("machine", SKIPPED)
def test_self_test_has_results_for_each_clause(after, machine):
    clauses = re.findall(r"^(\w\d+)$", (
        ROOT / "Documentation/specification.rst").read_text("utf-8"),
                         re.MULTILINE)
    assert sorted(clauses) == sorted([*RESULTS, *ELSEWHERE])
    text = after[machine]["result"]
    results = re.findall(r"^ok (\d+) (\w\d+)\b", text, re.MULTILINE)
    count, skipped = sum(RESULTS.values()), SKIPPED[machine]
    assert collections.Counter(clause for _, clause in results) == RESULTS
    assert [int(number) for number, _ in results] == [*range(1, count + 1)]
    assert "not ok" not in text
    assert re.findall(r"^ok \d+ (.*) # SKIP (.*)$", text,
                      re.MULTILINE) == skipped
    # Beside the results: version, what is run, how many, how they came out.
    note = "# region: allocated from a place unknown\n" * (machine == "live")
    assert text.count("\n") == count + 4 + note.count("\n")
    assert text.startswith(f"KTAP version 1\n# selftest seed=1 ops=2000\n{note}")
    assert text.endswith(f"\n1..{count}\n# pass:{count - len(skipped)} fail:0 "
                         f"skip:{len(skipped)}\n")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("machine", SKIPPED)
def test_files_after_the_self_test(after, machine, name):
    """The plan is as before; the report has the results at its end."""
    text = visible(versioned(Expected(machine, ran=True).text(name)))
    got = after[machine]
    skipped = len(SKIPPED[machine])
    results = "".join(wrapped(line, "", "  ")
                      for line in got["result"].splitlines())
    tables = re.findall("tables_1g: .*", expected(machine)["pagetables"])[0]
    for old, new in (
            ("none; write selftest to the file run\n", f"passed, "
             f"{sum(RESULTS.values()) - skipped} passed, 0 failed, {skipped} "
             f"skipped; seed=1\n\n{results}"),
            ("exercise: none\nseed: 0\n", "exercise: passed\nseed: 1\n"),
            # There was a buddy: the boot pool was not needed (P2).
            ("buddy: 0\n", tables.replace("tables_1g", "buddy") + "\n")):
        text = text.replace(old, new)
    same(text, got[name], f"{machine}: {name}")
