# SPDX-License-Identifier: GPL-2.0-only
"""shadow-layout --format map: a picture of memory, from 16 MiB to 64 TiB.

What all trees of Debian's kernels and those of tests/text show is compared there.
"""

import os
import pty
import re
import subprocess

import pytest

from tests.host import program
from tests.oracle.oracle import Oracle
from tests.oracle.trees import Node, cell_props, flatten, pairs

from . import layout

pytestmark = pytest.mark.xdist_group("host-64")

MIB, GIB, TIB = 1 << 20, 1 << 30, 1 << 40
BANKS = {
    "16-mib": [(0x40000000, 16 * MIB)],
    "64-tib": [(0, 64 * TIB)],
    "3-gib": [(0x80000000, 3 * GIB)],
    "a-page-too-few": [(0x40000000, 4 * MIB - 4096)],
    "a-page-too-many": [(0x40000000, 4 * MIB + 4096)],
    "across-rows": [(0x40000000 - 4096, 4 * MIB + 8192)],
    "16-far-banks": [(at * TIB, MIB) for at in range(16)],
    "17-far-banks": [(at * TIB, MIB) for at in range(17)],
    "40-far-banks": [(at * TIB + at * 4096, (1 + at) * 256 * 1024)
                     for at in range(40)],
    "a-large-one-above": [*((at * TIB, MIB) for at in range(20)),
                          (32 * TIB, TIB)],
    "alternating": [(at * 8192, 4096) for at in range(3000)],
}


def tree(banks, *reserved):
    """A blob; each of @reserved is (name, ranges, properties...)."""
    root = Node("", *cell_props((2, 2)))
    root.children.append(Node("memory", ("device_type", b"memory\0"),
                              ("reg", pairs(banks, (2, 2)))))
    node = Node("reserved-memory", *cell_props((2, 2)), ("ranges", b""))
    for name, ranges, *props in reserved:
        node.children.append(Node(name, ("reg", pairs(ranges, (2, 2))),
                                  *((prop, b"") for prop in props)))
    if reserved:
        root.children.append(node)
    return flatten(root)


def shown(tmp_path, blob, *options):
    path = tmp_path / "tree.dtb"
    path.write_bytes(blob)
    done = layout("--format", "map", *options, path)
    assert done.returncode in (0, 1) and not done.stderr
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    return done.stdout


def cells(text):
    """{address: the cells of the row}"""
    return {int(line[1], 16): line[2] for line in
            re.finditer(r"^(\w{12}) \|(.{64})\|$", text, re.M)}


@pytest.mark.parametrize("name", BANKS)
def test_rows_and_cells_are_as_by_the_oracle(tmp_path, name):
    blob = tree(BANKS[name])
    text = shown(tmp_path, blob)
    assert text == Oracle(blob).text("map")
    assert 1 <= len(cells(text)) <= 16


def test_banks_without_a_row_are_counted_in_one_line(tmp_path):
    assert (f"{'':13}1 more bank from 0x{16 * TIB:x} on, together 1 MiB\n"
            in shown(tmp_path, tree(BANKS["17-far-banks"])))


def test_nodes_over_each_other_are_marked(tmp_path):
    base = 0x40000000
    blob = tree([(base, GIB)],
                ("a", [(base + 512 * MIB, 8 * MIB)]),
                ("b", [(base + 516 * MIB, 8 * MIB)]),
                ("inside", [(base + 700 * MIB, MIB)]),
                ("around", [(base + 699 * MIB, 4 * MIB)]),
                ("twin", [(base + 800 * MIB, MIB)]),
                ("other-twin", [(base + 800 * MIB, MIB)], "reusable"))
    text = shown(tmp_path, blob)
    assert text == Oracle(blob).text("map")
    assert cells(text)[base + 512 * MIB].startswith("####!!!!####.")
    assert "! overlap    5 MiB in 2 ranges" in text
    # In two nodes, and there only once.
    assert "# reserved   17 MiB in 5 ranges" in text
    # Of two that are the same, what comes first in the list is seen.
    assert cells(text)[base + 768 * MIB][32] == "#"


def test_image_initrd_and_blob_over_each_other_are_marked(tmp_path):
    text = shown(tmp_path, tree([(0x40000000, GIB)]),
                 "--image", "0x40000000,2M", "--initrd", "0x40100000,4M",
                 "--blob", "0x44000000,64K")
    assert cells(text)[0x40000000].startswith("K!III")
    assert cells(text)[0x44000000].startswith("D")
    for line in ("! overlap    1 MiB at 0x40100000", "K image      2 MiB at",
                 "I initrd     4 MiB at", "D blob       64 KiB at 0x44000000"):
        assert line in text


def test_an_image_in_a_reserved_node_is_an_image_and_no_overlap(tmp_path):
    """Both are reserved, and no two of them are the target's (R2, R3, E8)."""
    blob = tree([(0x40000000, GIB)],
                ("around", [(0x40000000, 8 * MIB)]),
                ("same", [(0x44000000, MIB)], "no-map"),
                ("half", [(0x48100000, 2 * MIB)]),
                ("pool", [(0x50000000, 8 * MIB)], "reusable"))
    places = ["--image", "0x40200000,2M", "--initrd", "0x44000000,1M", "--blob"]
    text = shown(tmp_path, blob, *places, "0x48000000,2M")
    assert "overlap" not in text and "!" not in text
    assert cells(text)[0x40000000].startswith("##KK####M")
    assert cells(text)[0x44000000][0] == "I"
    assert cells(text)[0x48000000].startswith("DD#.")
    # The legend has the nodes whole, so that one sees what lies in them.
    assert "# reserved   11 MiB in 3 ranges" in text
    # In the pool Linux would put pages, but a target does not; nor is that one.
    text = shown(tmp_path, blob, *places, "0x50700000,2M")
    assert cells(text)[0x50000000].startswith("CCCCCCCDD.")
    assert "overlap" not in text
    # What must not meet does, in the same tree and inside a node.
    text = shown(tmp_path, blob, *places, "0x40300000,2M")
    assert cells(text)[0x40000000].startswith("##K!D###M")
    assert "! overlap    1 MiB at 0x40300000" in text


def test_what_has_no_ram_has_no_rows(tmp_path):
    assert shown(tmp_path, flatten(Node("", *cell_props((2, 2))))) == \
        "there is no RAM\n"


def on_a_terminal(*arguments, **environment):
    """What a terminal gets."""
    ours, theirs = pty.openpty()
    with subprocess.Popen([program("shadow-layout"), *arguments], stdout=theirs,
                          env={**os.environ, **environment}) as done:
        os.close(theirs)
        text = b""
        try:
            while piece := os.read(ours, 65536):
                text += piece
        except OSError:
            pass  # how a terminal without a writer ends
    os.close(ours)
    assert done.returncode == 0
    return text.decode("utf-8").replace("\r\n", "\n")


def test_colours_are_for_terminals_and_change_nothing_else(tmp_path):
    path = tmp_path / "tree.dtb"
    plain = shown(tmp_path, tree([(0x40000000, GIB)],
                                 ("secure", [(0x50000000, 32 * MIB)])))
    coloured = on_a_terminal("--format", "map", path, NO_COLOR="")
    assert "\033[34m" + "#" * 32 + "\033[0m" in coloured
    assert "\n\033[35mM\033[0m mem_map" in coloured
    assert re.sub(r"\033\[[\d;]*m", "", coloured) == plain
    assert on_a_terminal("--format", "map", path, NO_COLOR="1") == plain
    assert "\033" not in on_a_terminal("--format", "layout", path, NO_COLOR="")
