# SPDX-License-Identifier: GPL-2.0-only
"""DTB=file, RAM=: what becomes of another machine's tree, without a boot."""

import os
import struct
from pathlib import Path

import devicetree
import fdt
import foreign
import pytest
from boot import Machine
from tests.oracle.oracle import Oracle
from tests.oracle.trees import compiled, roots, trees

from .case import HERE

MIB, GIB = 1 << 20, 1 << 30
# About as large as those of a real guest.
NEEDS = (("kernel", 40 * MIB), ("tree", 2 * MIB), ("initramfs", 8 * MIB))
TREES = {name: (props, text) for name, props, text in
         roots(Path(__file__).with_name("foreign.dts"))}
# A tree whose memory a boot loader fills in.
EMPTY = """/dts-v1/;
/ {{
	#address-cells = <{0}>;
	#size-cells = <{1}>;
}};
"""
EMPTY_2_2, EMPTY_1_1, EMPTY_2_1 = (EMPTY.format(*cells) for cells in
                                   ((2, 2), (1, 1), (2, 1)))
# A bank that a tree can have, and that one byte more makes malformed.
PAIR = struct.pack(">4I", 0, 0x40000000, 0, 0x1000)


def guest(tmp_path, source, ram="", **machine):
    """The guest that gets the tree of this text."""
    path = tmp_path / "board.dtb"
    path.write_bytes(source if isinstance(source, bytes) else compiled(source))
    tree = devicetree.guest(tmp_path, Machine(dtb=str(path), banks=ram, **machine),
                            NEEDS)
    tree.write("quiet", *tree.places[:2])
    return tree


def root_of(tree):
    """The path of what the module is told to read."""
    args = fdt.read(tree.blob.read_bytes()).child("chosen").string(
        "buddy-shadow,args")
    return args.partition("machine=")[2].partition(" ")[0] or "/"


def figures(blob, root="/", without=()):
    """What an independent reader finds."""
    oracle = Oracle(blob, root=root)
    return (oracle.text("memory"),
            [entry for entry in oracle.reserved if entry[2] not in without],
            [text.removeprefix(root).lstrip("/") for text in oracle.warnings])


def nameless(found):
    """Of the figures the numbers: nodes of one name have others in the guest."""
    memory, reserved, _ = found
    return ([line.split()[:2] for line in memory.splitlines()],
            [(*entry[:2], entry[3]) for entry in reserved])


@pytest.mark.parametrize("name", TREES)
def test_what_the_module_reads_is_the_files_tree(name, tmp_path):
    props, text = TREES[name]
    tree = guest(tmp_path, text)
    assert root_of(tree) == ("/buddy-shadow-dtb" if "said" in props else "/")
    # A guest has an initrd of its own, which mem_map makes room for.
    without = () if "said" in props else ("initrd", "mem_map")
    assert figures(tree.blob.read_bytes(), root_of(tree), without) == \
        figures(compiled(text), without=without)


@pytest.mark.seconds(10)
@pytest.mark.parametrize("count", (
    10, pytest.param(300, marks=pytest.mark.long)))
def test_what_the_module_reads_of_a_random_tree_is_the_files(count, tmp_path):
    for number, blob in enumerate(trees(os.environ["SEED"], count)):
        tree = guest(tmp_path, blob)
        root = root_of(tree)
        without = () if root != "/" else ("initrd", "mem_map", "kernel")
        there = figures(tree.blob.read_bytes(), root, without)
        here = figures(blob, without=without)
        assert nameless(there) == nameless(here), number


def test_memory_nodes_of_one_name_are_each_told_to_the_module(tmp_path):
    first, second = "memory@80000000", "memory@c0000000"
    text = EMPTY_2_2 + "/ {" + "".join(
        f"""{name} {{
        device_type = "memory";
        reg = <0 {name.replace("memory@", "0x")} 0 0x10000000>;
        }};""" for name in (first, second)) + "};"
    blob = compiled(text).replace(second.encode(), first.encode())
    there = figures(guest(tmp_path, blob).blob.read_bytes())
    assert "1: 0x00000000c0000000..0x00000000cfffffff memory@again-1" in there[0]
    assert nameless(there)[0] == nameless(figures(blob))[0]


@pytest.mark.parametrize("name", [
    name for name, (props, _) in TREES.items() if "said" in props])
def test_why_a_tree_is_only_described_is_said(name, tmp_path):
    props, text = TREES[name]
    note, = guest(tmp_path, text).notes
    assert fdt.Node("", props).string("said") in note
    assert "the tree is described to the module" in note


@pytest.mark.parametrize("name", [
    name for name, (props, _) in TREES.items() if "lies" in props])
def test_the_kernel_lies_in_memory_that_linux_and_the_module_know(
        name, tmp_path):
    props, text = TREES[name]
    tree = guest(tmp_path, text)
    assert tree.notes == []
    assert tree.places[0] == int.from_bytes(props["lies"], "big")


def test_a_guest_that_gets_a_description_keeps_its_own_memory(tmp_path):
    tree = guest(tmp_path, TREES["an-initrd-and-dynamic-nodes"][1], memory="2G")
    assert Oracle(tree.blob.read_bytes()).figures["total_ram"] == 2 * GIB


def test_kernels_that_would_take_a_description_for_memory_get_none(tmp_path):
    with pytest.raises(devicetree.DeviceTreeError, match="expected 5.17"):
        guest(tmp_path, TREES["memory-without-reg"][1], kernel="5.10")
    assert guest(tmp_path, TREES["usable-memory"][1], kernel="5.10").places


def test_a_guest_without_room_for_itself_is_refused(tmp_path):
    with pytest.raises(devicetree.DeviceTreeError, match="the guest has no"):
        guest(tmp_path, TREES["memory-without-reg"][1], memory="32M")


@pytest.mark.parametrize("number", (2, 3))
def test_several_blobs_in_a_file_are_said_and_the_first_is_taken(
        number, tmp_path):
    first, other = (compiled(TREES[name][1]) for name in
                    ("usable-memory", "root-without-cells"))
    # Whatever fills the room between two.
    tree = guest(tmp_path, b"\0\xd0\x0d".join([first] + [other] * (number - 1)))
    note, = tree.notes
    assert f"holds {number} device tree blobs" in note
    assert tree.places[0] == 0xc0000000


def test_what_follows_a_blob_and_is_none_is_not_counted():
    blob = compiled(EMPTY_2_2)
    magic = fdt.MAGIC
    assert fdt.count(blob) == 1
    for tail in (b"\0" * 4096, magic, magic * 40, blob[:-1], blob[:60]):
        assert fdt.count(blob + tail) == 1


@pytest.mark.parametrize("place", ("usable-memory", "no-cells"))
def test_the_module_is_told_of_memreserve(place, tmp_path):
    text = TREES[place][1].replace("/dts-v1/;", "/dts-v1/;\n" + "".join(
        f"/memreserve/ {base} 4096;\n" for base in
        ("0xc0000000", "0", "0xfffffffffffff001")))
    tree = guest(tmp_path, text)
    args = fdt.read(tree.blob.read_bytes()).child("chosen").string(
        "buddy-shadow,args")
    assert args.endswith("memreserve=0xc0000000,0x1000,0x0,0x1000")
    assert "told of 2 of the tree's 3 /memreserve/" in tree.notes[0]
    tree = guest(tmp_path, TREES[place][1])
    assert b"memreserve=none\0" in tree.blob.read_bytes()


def test_the_module_is_told_of_as_many_as_it_takes(tmp_path):
    tree = guest(tmp_path, TREES["usable-memory"][1].replace(
        "/dts-v1/;", "/dts-v1/;\n" + "/memreserve/ 0 1;\n" * 65))
    assert "told of 64 of the tree's 65 /memreserve/" in tree.notes[0]
    assert tree.blob.read_bytes().count(b"0x0,0x1") == 64


def test_memreserve_is_reserved_in_the_guest_too(tmp_path):
    text = TREES["usable-memory"][1].replace(
        "/dts-v1/;", "/dts-v1/;\n/memreserve/ 0xc0000000 0x8000000;\n"
        "/memreserve/ 0xe0000000 0x1000;\n")
    tree = guest(tmp_path, text)
    assert fdt.load(tree.blob.read_bytes()).memreserve == [
        (0xc0000000, 0x8000000), (0xe0000000, 0x1000)]
    assert tree.places[0] == 0xc8000000


@pytest.mark.parametrize("source, ram, wanted", [
    (EMPTY_2_2, "0x40000000,1G", [(GIB, 2 * GIB)]),
    (EMPTY_2_2, "0x80000000,1G  36G,2048M",
     [(2 * GIB, 3 * GIB), (36 * GIB, 38 * GIB)]),
    (EMPTY_2_2, "010000000000,0x40000000", [(GIB, 2 * GIB)]),
    (EMPTY_1_1, "0x40000000,2G", [(GIB, 3 * GIB)]),
    # One cell for a size holds less than 4 GiB.
    (EMPTY_2_1, "2G,6g", [(2 * GIB, 8 * GIB)]),
    (TREES["usable-memory"][1], "0x100000000,1G", [(3 * GIB, 5 * GIB)]),
    (TREES["memory-of-no-bytes"][1], "1G,1G", [(GIB, 2 * GIB)]),
])
def test_ram_is_added_as_a_boot_loader_does(source, ram, wanted, tmp_path):
    tree = guest(tmp_path, source, ram)
    assert tree.notes == []
    ranges = fdt.read(tree.blob.read_bytes())
    assert devicetree._ram(ranges, fdt.Node.ranges) == wanted


def test_ram_below_a_gib_is_described(tmp_path):
    tree = guest(tmp_path, EMPTY_1_1, "0,512M")
    assert Oracle(tree.blob.read_bytes(),
                  root=root_of(tree)).figures["total_ram"] == 512 * MIB


@pytest.mark.parametrize("word", (
    "1G", "1G,", ",1G", "1G,0", "1G,0x0", "banana", "1G,1Q", "1G,1G,1G", "-1G,1G",
    "1G, 1G", "08,1G", "0xffffffffffffffff,2", "1.5G,1G", "16777216T,1G"))
def test_ram_that_makes_no_sense_is_refused(word, tmp_path):
    with pytest.raises(devicetree.DeviceTreeError, match="RAM=.*expected BASE,S"):
        guest(tmp_path, EMPTY_2_2, f"1G,1G {word}")


@pytest.mark.parametrize("source, ram, words", [
    (EMPTY_1_1, "4G,1G", "one cell for an address"),
    (EMPTY_2_1, "1G,2T", "one cell for a size"),
    (TREES["three-cells"][1], "1G,1G", "malformed"),
])
def test_ram_that_the_root_has_no_cells_for_is_refused(
        source, ram, words, tmp_path):
    with pytest.raises(devicetree.DeviceTreeError, match=words):
        guest(tmp_path, source, ram)


@pytest.mark.parametrize("value, linux, module", [
    (b"", 0, 0), (PAIR, 1, 1), (PAIR + PAIR, 2, 2), (PAIR + b"\0" * 4, 1, 0),
    (PAIR[:12], 0, 0), (PAIR + b"\0" * 16, 1, 1),
    (PAIR + struct.pack(">3I", 0, GIB, 4096), 1, 0),
    (PAIR + struct.pack(">2Q", 1 << 63, 1 << 63), 2, 2),
    (PAIR + struct.pack(">2Q", 1 << 63, (1 << 63) + 1), 2, 1),
])
def test_linux_takes_what_is_whole_and_the_module_what_is_well_formed(
        value, linux, module):
    node = fdt.Node("memory", {"reg": value})
    assert len(node.whole_ranges("reg", (2, 2))) == linux
    assert len(node.ranges("reg", (2, 2))) == module
    assert node.ranges("reg", (0, 2)) == []


@pytest.mark.parametrize("unit", ("", "@1"))
def test_the_first_pool_of_another_machine_is_the_region(unit, tmp_path):
    text = (HERE / "small.dts").read_text("utf-8").replace(
        "reserved-memory {", f"reserved-memory{unit} {{")
    root = fdt.read(guest(tmp_path, text).blob.read_bytes())
    assert root.child("buddy-shadow").string("compatible") == \
        "buddy-shadow,region"
    assert root.child("reserved-memory").child("pool").props["phandle"] == \
        root.child("buddy-shadow").props["memory-region"]


def test_no_phandle_of_another_machine_meets_one_of_qemus(tmp_path):
    text = TREES["malformed-cells-of-reserved-memory"][1]
    assert "phandle" in text
    root = fdt.read(guest(tmp_path, text).blob.read_bytes())
    assert not root.child("reserved-memory").child("low").props.keys() & {
        "phandle", "linux,phandle"}


def test_a_name_that_dtc_would_misread_is_no_harm_where_it_is_not_kept(tmp_path):
    blob = compiled(TREES["usable-memory"][1].replace(
        "memory@80000000 {", "video { colour; };\n memory@80000000 {"))
    assert guest(tmp_path, blob.replace(b"colour", b"colo{r")).places
    assert foreign.Foreign(tmp_path / "board.dtb").notes == []
