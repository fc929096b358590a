# SPDX-License-Identifier: GPL-2.0-only
"""Which properties are malformed (R6), in which order, and where nodes without
an address come to lie (R2)."""
import pytest

from test_oracle import (GIB, MIB, ONE_GIB, Oracle, bases, machine, memory, reg,
                         reserved)
from trees import Node, flatten, number, pairs

DEVICE = "device_type = \"memory\";"
POOL = "compatible = \"shared-dma-pool\"; reusable;"
WRAP = (0xffffffff00000000, 0x100000001)


def size(value):
    return reg(value, name="size")


def ranges(*values):
    return reg(*values, name="alloc-ranges")


@pytest.mark.parametrize("nodes, warnings", [
    ([memory(0x40000000, 0)], ["/memory: reg"]),
    ([memory(*WRAP)], ["/memory: reg"]),
    ([memory(WRAP[0], WRAP[1] - 1)], []),
    ([memory(0x40000000, 0, GIB, GIB, *WRAP)], ["/memory: reg"] * 2),
    (["memory { %s };" % DEVICE], ["/memory: reg"]),
    (["memory { %s reg; };" % DEVICE], ["/memory: reg"]),
    (["memory { %s reg = <0 1 2>; };" % DEVICE], ["/memory: reg"]),
    (["memory { %s reg = <0 1 0 1>; linux,usable-memory; };" % DEVICE],
     ["/memory: linux,usable-memory"]),
    (["memory { device_type = [6d]; status = [6d]; };"],
     ["/memory: device_type"]),
    (["memory { %s status = [6f 6b]; };" % DEVICE], ["/memory: status"]),
    (["memory { %s status; };" % DEVICE], ["/memory: status"]),
    (["memory { device_type = \"cpu\"; status; };"], []),
    (["memory { %s status = \"disabled\"; };" % DEVICE], []),
    ([memory(0, 1), "chosen { linux,initrd-start = <1>; };"],
     ["/chosen: linux,initrd-end"]),
    (["chosen@1 { linux,initrd-start = <1 2 3>; linux,initrd-end; };"],
     ["/chosen@1: linux,initrd-start", "/chosen@1: linux,initrd-end"]),
    (["chosen { linux,initrd-start = <1>; linux,initrd-end = <0 1>; };"],
     ["/chosen: linux,initrd-end"]),
    (["chosen { };", "chosen2 { linux,initrd-end; };"], []),
    ([reserved(cells="")], ["/reserved-memory: #address-cells",
                            "/reserved-memory: #size-cells"]),
    ([reserved("a { };", "b { iommu-addresses = <0>; };",
               "c { status = \"no\"; };", "d { status; };", "e { f { }; };")],
     ["/reserved-memory/a: reg", "/reserved-memory/d: status",
      "/reserved-memory/e/f: reg"]),
    ([reserved("a { reg; };", cells="#address-cells = <3>; #size-cells = <1>;"),
      reserved("b { reg; };", name="reserved-memory@1")],
     ["/reserved-memory: #address-cells", "/reserved-memory@1/b: reg"]),
    (["reserved-memory { status; a { }; };"], ["/reserved-memory: status"]),
])
def test_malformed(nodes, warnings):
    assert machine(*nodes).warnings == warnings


@pytest.mark.parametrize("cells, warnings", [
    ("", []),
    ("#address-cells = <2>; #size-cells = <3>;", ["/: #size-cells"]),
    ("#address-cells = <0>; #size-cells;",
     ["/: #address-cells", "/: #size-cells"]),
    ("#address-cells = <0 2>; #size-cells = [02];",
     ["/: #address-cells", "/: #size-cells"])])
def test_cells_of_the_root(cells, warnings):
    node = "memory { %s reg = <0x40000000 0x40000000>; };" % DEVICE
    oracle = machine(node, cells=cells)
    assert oracle.warnings == warnings
    assert oracle.figures["pages"] == (0 if warnings else 262144)


def test_containers_inherit_cells_and_come_after_direct_children():
    oracle = machine(ONE_GIB, reserved(
        "box { #size-cells = <1>; no-map;"
        "      deep { in { reg = <0 0x50000000 0x1000>; }; };"
        "      a { reusable; reg = <0 0x60000000 0x1000>; }; };",
        "last { %s };" % reg(0x70000000, 4096),
        "bad { #address-cells = <9>; x { reg; }; };"))
    assert [(entry[2], entry[3]) for entry in oracle.reserved] == [
        ("last", []), ("a", ["nested", "reusable"]), ("in", ["nested"]),
        ("mem_map", ())]
    assert oracle.warnings == ["/reserved-memory/bad: #address-cells"]


def test_order_of_entries_and_warnings():
    oracle = machine(
        reserved("dyn { %s };" % size(4096), "none { %s };" % size(8 * GIB),
                 "fix { %s };" % reg(0x50000000, 4096, 0, 0)),
        memory(0x40000000, GIB, 0, 0),
        "chosen { linux,initrd-start = <0x48000000>;"
        "         linux,initrd-end = <0x48001000>; };",
        "chosen@1 { linux,initrd-end; };")
    assert list(bases(oracle)) == ["initrd", "fix", "dyn", "mem_map"]
    assert oracle.warnings == [
        "/memory: reg", "/chosen@1: linux,initrd-start",
        "/chosen@1: linux,initrd-end", "/reserved-memory/fix: reg",
        "/reserved-memory/none: size"]
    assert oracle.figures["problems"] == 5


@pytest.mark.parametrize("node, base", [
    (size(4 * MIB), 0x7fc00000),
    (size(0x1001), 0x7fffe000),
    (size(MIB) + POOL, 0x7fc00000),
    (size(MIB) + POOL + "no-map;", 0x7ff00000),
    (size(MIB) + "compatible = \"a\", \"shared-dma-pool\"; reusable;",
     0x7fc00000),
    (size(MIB) + "compatible = \"shared-dma-pool\";", 0x7ff00000),
    (size(MIB) + reg(64 * MIB, name="alignment"), 0x7c000000),
    (size(MIB) + reg(8, name="alignment"), 0x7ff00000),
    (size(MIB) + ranges(0x90000000, GIB, 0x50000000, MIB * 256), 0x5ff00000),
    (size(4096) + ranges(0x50000100, 0x3700), 0x50002000),
    (size(0x3700) + ranges(0x50000000, 0x3700), 0x50000000),
    (size(2 * MIB) + ranges(0x7ff00000, 16 * MIB, 0x40000000, GIB), 0x7fe00000),
])
def test_place(node, base):
    oracle = machine(reserved("dyn { %s };" % node), ONE_GIB)
    assert bases(oracle)["dyn"] == base and not oracle.warnings


def test_places_follow_each_other_around_all_addresses():
    oracle = machine(
        reserved("box { n { %s }; };" % size(4096), "one { %s %s };" %
                 (size(MIB), POOL), "two { %s };" % size(4096)),
        reserved("fix { %s };" % reg(0x7ffff800, 0x100),
                 name="reserved-memory@1"),
        # the target has its initrd elsewhere
        "chosen { linux,initrd-start = <0x7ff00000>;"
        "         linux,initrd-end = <0x7ffff000>; };", ONE_GIB)
    assert bases(oracle) == {
        "initrd": 0x7ff00000, "fix": 0x7ffff800, "one": 0x7fc00000,
        "two": 0x7fffe000, "n": 0x7fffd000, "mem_map": 0x40000000}


def test_page_0_is_never_given():
    node = "%s { %s %s };"
    where = ranges(0, 0x2000)
    oracle = machine(memory(0, GIB), reserved(
        node % ("a", size(4096), where), node % ("b", size(4096), where)))
    assert bases(oracle) == {"a": 0x1000, "mem_map": 0x2000}
    assert oracle.warnings == ["/reserved-memory/b: size"]


@pytest.mark.parametrize("node, names", [
    ("size;", ["size"]), ("size = <1>;", ["size"]),
    ("size = <0 0>; compatible; alignment;", ["size"]),
    (size(1) + "compatible = [61]; alignment; alloc-ranges;", ["compatible"]),
    (size(1) + "alignment; alloc-ranges;", ["alignment"]),
    (size(1) + "alignment = <0 0>;", ["alignment"]),
    (size(1) + "alignment = <0 3>;", ["alignment"]),
    (size(1) + "alignment = <4>;", ["alignment"]),
    (size(1) + "alloc-ranges;", ["alloc-ranges"]),
    (size(1) + "alloc-ranges = <1 2 3>;", ["alloc-ranges"]),
    (size(1) + ranges(0x40000000, GIB, 0, 0, *WRAP), ["alloc-ranges"] * 2),
    (size(1) + ranges(0, 0, 0x90000000, 4096), ["alloc-ranges", "size"]),
    (size(2 * GIB), ["size"])])
def test_malformed_dynamic_node(node, names):
    oracle = machine(reserved("dyn { %s };" % node), ONE_GIB)
    assert oracle.warnings == ["/reserved-memory/dyn: " + each
                               for each in names]


def test_of_containers_the_first_comes_first():
    leaf = "%s { %s };"
    oracle = machine(ONE_GIB, reserved(
        "p { q { %s }; %s };" % (leaf % ("deep", reg(0x50000000, 4096)),
                                 leaf % ("p1", reg(0x51000000, 4096))),
        "r { %s };" % leaf % ("r1", reg(0x52000000, 4096))))
    assert list(bases(oracle)) == ["p1", "r1", "deep", "mem_map"]


def bare(*memreserve, extra=(), children=()):
    """1 GiB of RAM in a blob that dtc would not write."""
    root = Node("", ("#address-cells", number(2, 1)),
                ("#size-cells", number(2, 1)))
    root.children = [Node("memory", ("device_type", b"memory\0"),
                          ("reg", pairs([(0x40000000, GIB)], (2, 2))), *extra)]
    root.children += children
    return flatten(root, memreserve)


def test_of_two_properties_of_one_name_the_first_counts():
    oracle = Oracle(bare(extra=[("reg", b""), ("device_type", b"x")]))
    assert oracle.figures["pages"] == 262144 and not oracle.warnings


def test_memreserve_counts_where_it_is_asked_for():
    top = Node("reserved-memory", ("#address-cells", number(2, 1)),
               ("#size-cells", number(2, 1)))
    top.children = [Node("dyn", ("size", number(4096, 2)))]
    blob = bare((0x7ffff000, 4096), (0, 4096), ((1 << 64) - 4096, 8192),
                children=[top])
    assert bases(Oracle(blob))["dyn"] == 0x7ffff000
    oracle = Oracle(blob, memreserve=True)
    assert [entry[:3] for entry in oracle.reserved[:-1]] == [
        (0x7ffff000, 0x80000000, "memreserve"), (0, 4096, "memreserve"),
        (0x7fffe000, 0x7ffff000, "dyn")]
    assert oracle.figures["reserved_pages"] == 2
