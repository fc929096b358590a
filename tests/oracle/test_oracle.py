# SPDX-License-Identifier: GPL-2.0-only
"""The oracle against figures that were worked out by hand from the clauses.

A machine is what stands between the braces of / in a .dts, shorter: NAME<...> is
a property of 64-bit numbers, ram<...> and fix NAME<...> are nodes with that reg,
dyn NAME<...>{...} is one with that size and more, and K, M, G are units.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from oracle import E1, E2, E3, E5, Oracle  # noqa: E402
from trees import Node, flatten, number, pairs  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
TREE = HERE.parents[1]
CASES = TREE.parent / "shared" / "cases"
MIB, GIB = 1 << 20, 1 << 30
CELLS = "#address-cells = <2>; #size-cells = <2>; "
POOL = 'compatible = "shared-dma-pool"; reusable; '
WRAP = "0xffffffff00000000 0x100000001"
TYPE = 'device_type = "memory"; '
SHORT = [
    (r"\bram<([^>]*)>", "memory { %sreg<\\1> };" % TYPE),
    (r"\bfix (\S+?)<([^>]*)>", r"\1 { reg<\2> };"),
    (r"\bdyn (\S+?)<([^>]*)>(?:\{([^}]*)\})?", r"\1 { size<\2> \3 };"),
    (r"([\w,-]+)<([^>]*)>", r"\1 = /bits/ 64 <\2>;"),
    (r"\b(\d+)([KMG])\b",
     lambda found: str(int(found[1]) << " KMG".index(found[2]) * 10)),
]


def compiled(source, where=HERE):
    return subprocess.run(["dtc", "-q", "-I", "dts", "-O", "dtb"], cwd=where,
                          input=source.encode(), check=True,
                          stdout=subprocess.PIPE).stdout


def blob(text, cells=CELLS):
    for short, long in SHORT:
        text = re.sub(short, long, text)
    return compiled("/dts-v1/; / { %s };" % (cells + text))


def reserved(text, cells=CELLS, name="reserved-memory"):
    return "%s { %s%s };" % (name, cells, text)


def places(oracle):
    return {entry[2]: entry[0] for entry in oracle.reserved}


def check(oracle, wanted):
    got = {**oracle.figures, "warnings": oracle.warnings, "ram": oracle.ram,
           "places": places(oracle), "order": list(places(oracle)),
           "flags": [[*entry[2:]] for entry in oracle.reserved],
           "holes": [end - start for start, end in oracle.free],
           "4k": oracle.tables[4096], "1g": oracle.tables[GIB],
           "counts": {order: count for order, count in
                      enumerate(oracle.counts) if count}}
    assert {name: got[name] for name in wanted} == wanted


# RAM in MiB and the heap's size, order and what goes back, in MiB
@pytest.mark.parametrize("ram, heap, order, back", [
    (1 << 10, 16, 12, 0), (2 << 10, 16, 12, 0), (3 << 10, 24, 13, 8),
    (4 << 10, 32, 13, 0), (6 << 10, 48, 14, 16), (8 << 10, 64, 14, 0),
    (16 << 20, 64, 14, 0)])
def test_heap_is_a_share_of_ram_h2_h3(ram, heap, order, back):
    check(Oracle(blob("ram<1G %dM>" % ram)), {
        "heap_bytes": heap * MIB, "heap_order": order,
        "heap_block_bytes": 4096 << order, "heap_returned_bytes": back * MIB})


ONE = "ram<0x40000000 1G>"
PHONE = "ram<0x80000000 2G 0x880000000 6G>"
FIGURES = {
    "h1 1/128 is 16 MiB and 2080 bytes":
        ("ram<1G 2147749888>", {"heap_bytes": 16 * MIB}),
    "h1 the next whole page":
        ("ram<1G 2148007936>", {"heap_bytes": 16 * MIB + 4096}),
    "m2 one bank":
        (ONE, {"mem_map_bytes": 6 * MIB, "flat_mem_map_bytes": 6 * MIB}),
    "m2 the phone":
        (PHONE, {"pages": 2097152, "mem_map_bytes": 50331648,
                 "span_bytes": 38 * GIB, "flat_mem_map_bytes": 228 * MIB}),
    "e1 reserved alone":
        (reserved("fix a<1G 1M>"),
         {"verdict": E1, "places": {"a": GIB}, "pages": 0, "heap_bytes": 0,
          "reserved_pages": 0, "span_bytes": 0, "heap_block_bytes": 0}),
    "e1 less than a page": ("ram<0x40000800 0x1700>", {"verdict": E1}),
    "e2 sizes, no places":
        (ONE + reserved("fix a<0x40000000 0x3ffff001>"),
         {"verdict": E2, "reserved_pages": 262144, "pages": 262144,
          "mem_map_bytes": 6 * MIB, "heap_bytes": 16 * MIB,
          "mem_map_base": 0, "holes": []}),
    "e3 holes of 6 MiB less a page":
        (ONE + reserved("fix a<%s>" % " ".join(
            "%d %d" % (0x405ff000 + at * 256 * MIB, 250 * MIB + 4096)
            for at in range(4))),
         {"verdict": E3, "holes": [0x5ff000] * 4, "free_bytes": 0,
          "heap_base": 0, "counts": {}, "order": ["a"]}),
    # 2 MiB, 8 MiB from 0x40800000, 8 MiB from 0x41000000, 4 MiB
    "e5 no aligned 16 MiB":
        (ONE + reserved("fix a<0x41c00000 996M>"),
         {"verdict": E5, "mem_map_base": 0x40000000, "heap_base": 0,
          "free_bytes": 22 * MIB, "counts": {9: 1, 10: 1, 11: 2}}),
    # free from 0x42000000 on, but a block of 16 MiB lies higher
    "h3 the smallest order before the lowest address":
        (ONE + reserved("fix a<0x41000000 16M> fix b<0x72000000 16M>"),
         {"heap_base": 0x73000000, "mem_map_base": 0x40000000}),
    "r4 merged before rounded":
        ("ram<0x40000000 0x800 0x40000800 0x3ffff800 0x90000001 0x1ffe>",
         {"ram": [(0x40000000, 0x80000000)]}),
    "r4 reserved outwards":
        (ONE + reserved("fix a<0x48000fff 2>"), {"reserved_pages": 2}),
    "RAM up to 2^64":
        ("ram<0xffffffffc0000000 1G 0x40000000 1G>",
         {"total_ram": 2 * GIB, "problems": 0,
          "span_bytes": (1 << 64) - GIB}),
    "all of 2^64": ("ram<0 0x8000000000000000 0x8000000000000000 "
                    "0x8000000000000000>",
                    {"total_ram": (1 << 64) - 4096,
                     "span_bytes": (1 << 64) - 4096}),
    # mem_map takes 48 MiB; 16, 64 MiB ... 2 GiB, and one of 4 GiB are left
    "b1 order 20 is the top":
        ("ram<8G 8G>", {"counts": dict.fromkeys([12, *range(14, 21)], 1)}),
    # two pages of one 2 MiB, and a page in the next
    "p5 ranges share tables":
        ("ram<1G 4K 0x40002000 4K 0x40200000 4K>",
         {"4k": [2, 2, 2, 4], "1g": [2, 2, 2, 4]}),
    "r2 containers inherit cells and come after direct children":
        (ONE + reserved(
            "box { #size-cells = <1>; no-map; "
            "deep { in { reg = <0 0x50000000 0x1000>; }; }; "
            "a { reusable; reg = <0 0x60000000 0x1000>; }; }; "
            "fix last<0x70000000 4K> bad { #address-cells = <9>; "
            "x { reg; }; };"),
         {"flags": [["last", []], ["a", ["nested", "reusable"]],
                    ["in", ["nested"]], ["mem_map", ()]],
          "warnings": ["/reserved-memory/bad: #address-cells"]}),
    "r2 of containers the first comes first":
        (ONE + reserved("p { q { fix deep<0x50000000 4K> }; "
                        "fix p1<0x51000000 4K> }; r { fix r1<0x52000000 4K> };"),
         {"order": ["p1", "r1", "deep", "mem_map"]}),
    "the order of entries and warnings":
        (reserved("dyn dyn<4K> dyn none<8G> fix fix<0x50000000 4K 0 0>") +
         "ram<0x40000000 1G 0 0> chosen { linux,initrd-start = <0x48000000>; "
         "linux,initrd-end = <0x48001000>; }; chosen@1 { linux,initrd-end; };",
         {"order": ["initrd", "fix", "dyn", "mem_map"], "problems": 5,
          "warnings": [
              "/memory: reg", "/chosen@1: linux,initrd-start",
              "/chosen@1: linux,initrd-end", "/reserved-memory/fix: reg",
              "/reserved-memory/none: size"]}),
    # the target has its initrd elsewhere
    "r2 places follow each other around all addresses":
        (reserved("box { dyn n<4K> }; dyn one<1M>{%s} dyn two<4K>" % POOL) +
         reserved("fix fix<0x7ffff800 0x100>", name="reserved-memory@1") +
         "chosen { linux,initrd-start = <0x7ff00000>; "
         "linux,initrd-end = <0x7ffff000>; };" + ONE,
         {"places": {"initrd": 0x7ff00000, "fix": 0x7ffff800,
                     "one": 0x7fc00000, "two": 0x7fffe000, "n": 0x7fffd000,
                     "mem_map": 0x40000000}}),
    "r2 page 0 is never given":
        ("ram<0 1G>" + reserved("dyn a<4K>{alloc-ranges<0 0x2000>} "
                                "dyn b<4K>{alloc-ranges<0 0x2000>}"),
         {"places": {"a": 0x1000, "mem_map": 0x2000},
          "warnings": ["/reserved-memory/b: size"]}),
    "p5 the boot pool just suffices":
        ("ram<%s>" % " ".join("%dG 64M" % at for at in range(6)),
         {"1g": [2, 2, 12, 0]}),
    "no cells": ("memory { %sreg = <0x40000000 0x40000000>; };" % TYPE,
                 {"pages": 262144, "warnings": []}, ""),
    "r6 cells of 3": (ONE, {"pages": 0, "warnings": ["/: #size-cells"]},
                      "#address-cells = <2>; #size-cells = <3>; "),
}
BAD_CELLS = ("#address-cells = <0>; #size-cells; ",
             "#address-cells = <0 2>; #size-cells = [02]; ")
FIGURES.update(("r6 " + cells, (ONE, {"pages": 0, "warnings": [
    "/: #address-cells", "/: #size-cells"]}, cells)) for cells in BAD_CELLS)


@pytest.mark.parametrize("text, wanted, cells", [
    pytest.param(*row, *[CELLS][len(row) - 2:], id=name)
    for name, row in FIGURES.items()])
def test_figures(text, wanted, cells):
    check(Oracle(blob(text, cells)), wanted)


@pytest.mark.parametrize("text, warnings", [
    ("ram<1G 0>", "/memory: reg"), ("ram<%s>" % WRAP, "/memory: reg"),
    ("ram<0xffffffff00000000 0x100000000>", ""),
    ("ram<0x40000000 0 1G 1G %s>" % WRAP, "/memory: reg, /memory: reg"),
    *(("memory { %s%s };" % (TYPE, each), "/memory: " + name)
      for each, name in (
          ("", "reg"), ("reg;", "reg"), ("reg = <0 1 2>;", "reg"),
          ("reg = <0 1 0 1>; linux,usable-memory;", "linux,usable-memory"),
          ("status = [6f 6b];", "status"), ("status;", "status"))),
    ("memory { device_type = [6d]; status = [6d]; };", "/memory: device_type"),
    ("memory { device_type = \"cpu\"; status; };", ""),
    ("memory { %sstatus = \"disabled\"; };" % TYPE, ""),
    ("ram<0 1> chosen { linux,initrd-start = <1>; };",
     "/chosen: linux,initrd-end"),
    ("chosen@1 { linux,initrd-start = <1 2 3>; linux,initrd-end; };",
     "/chosen@1: linux,initrd-start, /chosen@1: linux,initrd-end"),
    ("chosen { linux,initrd-start = <1>; linux,initrd-end = <0 1>; };",
     "/chosen: linux,initrd-end"),
    ("chosen { }; chosen2 { linux,initrd-end; };", ""),
    (reserved("", ""), "/reserved-memory: #address-cells, "
     "/reserved-memory: #size-cells"),
    (reserved("a { }; b { iommu-addresses = <0>; }; c { status = \"no\"; }; "
              "d { status; }; e { f { }; };"), "/reserved-memory/a: reg, "
     "/reserved-memory/d: status, /reserved-memory/e/f: reg"),
    (reserved("a { reg; };", "#address-cells = <3>; #size-cells = <1>; ") +
     reserved("b { reg; };", name="reserved-memory@1"),
     "/reserved-memory: #address-cells, /reserved-memory@1/b: reg"),
    ("reserved-memory { status; a { }; };", "/reserved-memory: status"),
    *((ONE + reserved("dyn { %s };" % each), ", ".join(
        "/reserved-memory/dyn: " + name for name in names.split()))
      for each, names in (
          ("size;", "size"), ("size = <1>;", "size"),
          ("size<0> compatible; alignment;", "size"),
          ("size<1> compatible = [61]; alignment; alloc-ranges;", "compatible"),
          ("size<1> alignment; alloc-ranges;", "alignment"),
          ("size<1> alignment<0>", "alignment"),
          ("size<1> alignment<3>", "alignment"),
          ("size<1> alignment = <4>;", "alignment"),
          ("size<1> alloc-ranges;", "alloc-ranges"),
          ("size<1> alloc-ranges = <1 2 3>;", "alloc-ranges"),
          ("size<1> alloc-ranges<0x40000000 1G 0 0 %s>" % WRAP,
           "alloc-ranges alloc-ranges"),
          ("size<1> alloc-ranges<0 0 0x90000000 4K>", "alloc-ranges size"),
          ("size<2G>", "size"))),
])
def test_malformed_r6(text, warnings):
    assert ", ".join(Oracle(blob(text)).warnings) == warnings


@pytest.mark.parametrize("node, base", [
    ("size<4M>", 0x7fc00000), ("size<0x1001>", 0x7fffe000),
    ("size<1M>" + POOL, 0x7fc00000), ("size<1M> no-map; " + POOL, 0x7ff00000),
    ("size<1M> compatible = \"a\", \"shared-dma-pool\"; reusable;",
     0x7fc00000),
    ("size<1M> compatible = \"shared-dma-pool\";", 0x7ff00000),
    ("size<1M> alignment<64M>", 0x7c000000),
    ("size<1M> alignment<8>", 0x7ff00000),
    ("size<1M> alloc-ranges<0x90000000 1G 0x50000000 256M>", 0x5ff00000),
    ("size<4K> alloc-ranges<0x50000100 0x3700>", 0x50002000),
    ("size<0x3700> alloc-ranges<0x50000000 0x3700>", 0x50000000),
    ("size<2M> alloc-ranges<0x7ff00000 16M 0x40000000 1G>", 0x7fe00000)])
def test_place_r2(node, base):
    oracle = Oracle(blob(reserved("dyn { %s };" % node) + ONE))
    assert places(oracle)["dyn"] == base and not oracle.warnings


BOARD = """memory@40000000 { %sreg<0x40000000 512M 0x60000000 512M> };
    chosen { linux,initrd-start = <0x48000000>;
             linux,initrd-end = <0 0x48000800>; };
    reserved-memory { %s
        box { fw@50000000 { no-map; reg<0x50000000 1M> }; }; };""" % (
    TYPE, CELLS)


def test_program_prints_each_file_and_refuses_what_is_no_tree(tmp_path):
    good, bad = tmp_path / "good.dtb", tmp_path / "bad.dtb"
    good.write_bytes(blob(BOARD))
    bad.write_bytes(good.read_bytes()[:100])
    expected = (HERE / "board.expected").read_text()
    run = [sys.executable, "-B", str(HERE / "oracle.py")]
    text = subprocess.run([*run, good], check=True, encoding="utf-8",
                          stdout=subprocess.PIPE).stdout
    assert text.replace(f" {good}:", "") == expected
    line = subprocess.run([*run, "--json", good], check=True,
                          stdout=subprocess.PIPE).stdout
    assert "".join("== %s\n%s" % each for each in
                   json.loads(line)["files"].items()) == expected
    refused = subprocess.run([*run, bad], stderr=subprocess.PIPE)
    assert refused.returncode == 2 and b"bad.dtb: FDT_ERR" in refused.stderr


def test_a_description_may_be_a_node():
    tree = blob("of { that { %smemory { %sreg = <0>; }; }; };" % (CELLS, TYPE),
                "")
    assert Oracle(tree, root="/of/that").warnings == ["/of/that/memory: reg"]


def test_layout_puts_what_sticks_out_beside_ram_and_the_larger_outside():
    lines = Oracle(blob(ONE + reserved(
        "fix out<0x7ff00000 2M> fix in<0x7ff80000 4K> "
        "fix off<0x10000000 0x1001>"))).text("layout").splitlines()
    assert lines[0] == "000010000000-000010001fff : off"
    assert lines[-2:] == ["00007ff00000-0000800fffff : out",
                          "  00007ff80000-00007ff80fff : in"]
    assert Oracle(blob(ONE + reserved(
        "fix in<0x40000000 1M> fix out<0x40000000 2G>"))).text("layout") == (
            "000040000000-0000bfffffff : out\n"
            "  000040000000-00007fffffff : RAM\n"
            "    000040000000-0000400fffff : in\n")


def test_the_boot_pool_has_16_p5():
    for count, said in (6, "yes"), (7, "no"):
        text = Oracle(blob("ram<%s>" % " ".join(
            "%dG 64M" % at for at in range(count)))).text("pagetables")
        assert "tables_1g: %d\nboot_pool_suffices_1g: %s\n" % (
            4 + 2 * count, said) in text


def bare(*memreserve, extra=(), children=()):
    """1 GiB of RAM in a blob that dtc would not write."""
    cells = ("#address-cells", number(2, 1)), ("#size-cells", number(2, 1))
    root = Node("", *cells)
    root.children = [Node("memory", ("device_type", b"memory\0"),
                          ("reg", pairs([(GIB, GIB)], (2, 2))), *extra),
                     Node("reserved-memory", *cells)]
    root.children[1].children += children
    return flatten(root, memreserve)


def test_of_two_properties_of_one_name_the_first_counts():
    check(Oracle(bare(extra=[("reg", b""), ("device_type", b"x")])),
          {"pages": 262144, "warnings": []})


def test_memreserve_counts_where_it_is_asked_for():
    tree = bare((0x7ffff000, 4096), (0, 4096), ((1 << 64) - 4096, 8192),
                children=[Node("dyn", ("size", number(4096, 2)))])
    check(Oracle(tree), {"places": {"dyn": 0x7ffff000, "mem_map": GIB}})
    oracle = Oracle(tree, memreserve=True)
    assert [entry[:3] for entry in oracle.reserved[:-1]] == [
        (0x7ffff000, 0x80000000, "memreserve"), (0, 4096, "memreserve"),
        (0x7fffe000, 0x7ffff000, "dyn")]
    assert oracle.figures["reserved_pages"] == 2


@pytest.mark.parametrize("name, size, entries, nested", [
    ("pixel6", 923770880, 26, 0), ("pixel6-5.10", 920629248, 27, 6)])
def test_pixel6_as_a_description(name, size, entries, nested):
    """Sums of the phone's table. The figures published for booted trees,
    934,612,992 and 931,471,360, are 10,842,112 bytes and two entries more on
    both; no node of these files accounts for that."""
    oracle = Oracle(compiled(
        "/dts-v1/; / { memory@40000000 { }; };\n/include/ \"%s.dts\"\n" % name,
        TREE / "scripts" / "machines"))
    check(oracle, {"verdict": "OK", "warnings": [], "pages": 2097152,
                   "reserved_pages": size // 4096})
    of_tree = [entry for entry in oracle.reserved if entry[2] != "mem_map"]
    assert len(of_tree) == entries
    assert sum("nested" in entry[3] for entry in of_tree) == nested
    where = places(oracle)
    assert [where[each] for each in
            ("vframe", "vstream", "vscaler", "tui", "mfc_fw")] == [
        0x9e0000000, 0x9db800000, 0x9d8400000, 0xf3200000, 0xffdf0000]


# E6 and the hints are not the oracle's: the cases that need them give no
# verdict line (E6), or say it in a comment (hints). All other lines count.
@pytest.mark.parametrize("name", sorted(
    path.stem for path in CASES.glob("*.dts")))
def test_case_of_real_errors(name):
    source, expected = ((CASES / (name + end)).read_text()
                        for end in (".dts", ".expected"))
    said = Oracle(compiled(source), memreserve=True).text("summary")
    wanted = [line for line in expected.splitlines()
              if line and not line.startswith("#")]
    assert wanted and set(wanted) <= set(said.splitlines())
