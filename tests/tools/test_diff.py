# SPDX-License-Identifier: GPL-2.0-only
"""shadow-layout --diff: what moves between two machines."""


import pytest

from tests.oracle.oracle import Oracle
from tests.oracle.trees import compiled
from tests.text.expect import NAMES, blob

from . import layout

pytestmark = pytest.mark.xdist_group("host-64")
GIB = 1 << 30
FIRMWARE = "firmware@40000000 { no-map; reg = <0 0x40000000 0 0x80000>; };"
SECURE = "secure@50000000 { reg = <0 0x50000000 0 0x100000>; };"
BANK = "memory@40000000 { device_type = \"memory\"; reg = <0 0x40000000 0 " \
    "0x40000000>; };"


def tree(banks, reserved):
    return compiled(
        "/dts-v1/; / { #address-cells = <2>; #size-cells = <2>; "
        f"{banks} reserved-memory {{ #address-cells = <2>; "
        f"#size-cells = <2>; ranges; {reserved} }}; }};")


@pytest.fixture(name="diff")
def fixture_diff(tmp_path):
    """A function: the status and the lines of what differs, by section."""
    def diff(one, other):
        paths = []
        for name, data in (("a", one), ("b", other)):
            paths.append(tmp_path / f"{name}.dtb")
            paths[-1].write_bytes(data if isinstance(data, bytes) else
                                  tree(*data))
        done = layout("--diff", *paths)
        assert done.stderr == ""
        found, section = {}, None
        for each in done.stdout.splitlines():
            if each[0] != " ":
                section = found.setdefault(each, [])
            else:
                section.append(" ".join(each.split()))
        return done.returncode, found
    return diff


def test_of_equal_trees_nothing_is_said(diff):
    assert diff((BANK, FIRMWARE), (BANK, FIRMWARE)) == (0, {})


@pytest.mark.parametrize("name", NAMES)
def test_a_machine_does_not_differ_from_itself(diff, name):
    assert diff(blob(name), blob(name)) == (0, {})


@pytest.mark.parametrize("name", NAMES)
def test_each_machine_differs_from_one_without_ram_but_that(diff, name):
    status, found = diff(blob(name), blob("no-ram"))
    if not Oracle(blob(name)).ram:
        assert "memory" not in found
    else:
        assert status == 3 and "summary" in found and "memory" in found


def test_a_node_that_moves_is_one_node(diff):
    """By its name, without the unit address."""
    status, found = diff((BANK, FIRMWARE + SECURE),
                         (BANK, FIRMWARE + SECURE.replace("50", "58")))
    assert status == 3 and found == {
        "reserved": ["moved secure@50000000 0x0000000050000000.."
                     "0x00000000500fffff -> secure@58000000 0x0000000058000000.."
                     "0x00000000580fffff"],
        "free": ["resized free 0x0000000040680000..0x000000004fffffff -> "
                 "0x0000000040680000..0x0000000057ffffff",
                 "resized free 0x0000000050100000..0x000000007fffffff -> "
                 "0x0000000058100000..0x000000007fffffff"]}


def test_nodes_appear_and_go(diff):
    status, found = diff((BANK, FIRMWARE), (BANK, SECURE))
    assert status == 3
    assert found["reserved"][0] == (
        "went firmware@40000000 0x0000000040000000..0x000000004007ffff (no-map)")
    assert "appeared secure@50000000 0x0000000050000000..0x00000000500fffff" \
        in found["reserved"]
    assert any(each.startswith("moved mem_map 0x0000000040080000..")
               for each in found["reserved"])
    assert found["summary"][0] == "reserved_pages: 128 -> 256"


def test_what_a_node_is_may_change(diff):
    status, found = diff((BANK, FIRMWARE),
                         (BANK, FIRMWARE.replace("no-map; ", "")))
    assert status == 3 and found == {"reserved": [
        "changed firmware@40000000 0x0000000040000000..0x000000004007ffff "
        "(no-map) -> 0x0000000040000000..0x000000004007ffff ()"]}


def test_a_bank_that_grows_changes_the_figures(diff):
    grown = BANK.replace("0 0x40000000>", "0 0x80000000>")
    status, found = diff((BANK, ""), (grown, ""))
    assert status == 3
    assert found["memory"] == [
        "resized memory@40000000 0x0000000040000000..0x000000007fffffff -> "
        "0x0000000040000000..0x00000000bfffffff"]
    assert found["summary"][:2] == [f"total_ram: {GIB} -> {2 * GIB}",
                                    "pages: 262144 -> 524288"]
    assert found["layout"][0] == (
        "resized RAM 0x0000000040000000..0x000000007fffffff -> "
        "0x0000000040000000..0x00000000bfffffff")
    assert not any("machine" in each or "seed" in each
                   for each in found["summary"])


def test_figures_alone_may_differ(diff):
    status, found = diff((BANK, FIRMWARE),
                         (BANK, FIRMWARE + "odd@0 { reg = <0 0 0>; };"))
    assert (status, found) == (3, {"summary": ["problems: 0 -> 1"]})


def test_a_bank_of_several_is_found_by_its_range(diff):
    """One that comes first moves no other."""
    def banks(*starts):
        regs = ", ".join(f"<{start >> 32} {start & 0xffffffff:#x} 0 0x10000000>"
                         for start in starts)
        return f"memory@0 {{ device_type = \"memory\"; reg = {regs}; }};"
    status, found = diff((banks(GIB, 4 * GIB, 8 * GIB), ""),
                         (banks(0, GIB, 4 * GIB, 8 * GIB), ""))
    assert status == 3 and found["memory"] == [
        "appeared memory@0 0x0000000000000000..0x000000000fffffff"]


def test_the_other_way_round_what_appeared_went(diff):
    there, back = (diff(*pair) for pair in (
        ((BANK, FIRMWARE), (BANK, FIRMWARE + SECURE)),
        ((BANK, FIRMWARE + SECURE), (BANK, FIRMWARE))))
    assert there[0] == back[0] == 3
    assert [each.replace("appeared", "went") for each in there[1]["reserved"]
            if "secure" in each] == [each for each in back[1]["reserved"]
                                     if "secure" in each]


def test_what_is_no_tree_is_unusable(tmp_path):
    path, bad = tmp_path / "a.dtb", tmp_path / "bad.dtb"
    path.write_bytes(blob("one-gib"))
    bad.write_bytes(b"")
    for pair in ((path, bad), (bad, path), (path, tmp_path / "no")):
        done = layout("--diff", *pair)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("shadow-layout: ")
