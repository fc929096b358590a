# SPDX-License-Identifier: GPL-2.0-only
"""What each form of a value comes to: the table in Documentation/shadow-layout.rst."""

import re

import pytest

from tests.host import ROOT
from tests.oracle.trees import compiled

from . import layout

pytestmark = pytest.mark.xdist_group("host-64")

DOCUMENT = ROOT / "Documentation/shadow-layout.rst"
ROW = re.compile(r"^``(\S+)`` +\S.*? +(\d+|refused) +(\d+|refused) +(\d+|refused)$",
                 re.MULTILINE)
BOARD = """/dts-v1/; / {
    #address-cells = <2>; #size-cells = <2>;
    memory@40000000 {
        device_type = "memory"; reg = <0 0x40000000 0 0x40000000>;
    };
    reserved-memory {
        #address-cells = <2>; #size-cells = <2>; ranges;
        fw@50000000 { reg = <0 0x50000000 0 0x10000>; };
    };
};"""
# Options of a column, and the figure that the column has.
COLUMNS = (("--ram",), ("--image", "--initrd", "--blob"), ("--memreserve",))
FIGURES = ("pages", "reserved_pages", "reserved_pages")


def rows():
    found = ROW.findall(DOCUMENT.read_text("utf-8"))
    assert len(found) == 18, "rows of the table, or this test reads another one"
    for value, *wanted in found:
        for options, figure, want in zip(COLUMNS, FIGURES, wanted):
            for option in options:
                yield pytest.param(option, value, figure, want,
                                   id=f"{option}={value}")


@pytest.fixture(scope="module", name="board")
def fixture_board(tmp_path_factory):
    path = tmp_path_factory.mktemp("values") / "board.dtb"
    path.write_bytes(compiled(BOARD))
    return path


def figures(text):
    return dict(re.findall(r"^(\w+): (.*)$", text, re.MULTILINE))


@pytest.mark.parametrize("option, value, figure, wanted", rows())
def test_value(board, option, value, figure, wanted):
    done = layout(f"{option}={value}", "--format=summary", board)
    if wanted != "refused":
        assert done.stderr == "" and done.returncode in (0, 1)
        assert figures(done.stdout)[figure] == wanted
        return
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert re.match(f"shadow-layout: (.*: )?{option} .*: expected ", done.stderr)


def test_of_a_place_given_twice_the_last_counts(board):
    done = layout("--image=0x60000000,1M", "--image=0x60000000,4K",
                  "--format=summary", board)
    assert figures(done.stdout)["reserved_pages"] == "17"


def test_each_bank_counts(board):
    done = layout("--ram=0x90000000,4K", "--ram=0x91000000,8K", "--format=memory",
                  board)
    assert done.stdout.splitlines()[1:] == [
        "   1: 0x0000000090000000..0x0000000090000fff buddy-shadow-ram",
        "   2: 0x0000000091000000..0x0000000091001fff buddy-shadow-ram"]


def narrow(addr, size):
    return BOARD.replace(
        "#address-cells = <2>; #size-cells = <2>;\n    mem",
        f"#address-cells = <{addr}>; #size-cells = <{size}>;\n    mem").replace(
            "<0 0x40000000 0 0x40000000>", "<" + " ".join(
                ["0"] * (addr - 1) + ["0x40000000"] +
                ["0"] * (size - 1) + ["0x40000000"]) + ">")


@pytest.mark.parametrize("addr, size, value, wanted", [
    (2, 1, "0x880000000,6G", [(0x880000000, 0x8ffffffff),
                              (0x900000000, 0x97fffffff),
                              (0x980000000, 0x9ffffffff)]),
    (2, 1, "0x880000000,2G", [(0x880000000, 0x8ffffffff)]),
    (2, 2, "0x880000000,6G", [(0x880000000, 0x9ffffffff)]),
    (1, 1, "0x80000000,2G", [(0x80000000, 0xffffffff)]),
    (1, 2, "0xfffff000,4K", [(0xfffff000, 0xffffffff)]),
    (1, 2, "0x100000000,4K", "cells, 1 for an address and 2 for a size"),
    (1, 1, "0x80000000,6G", "cells, 1 for an address and 1 for a size"),
    (2, 1, "0x880000000,1024T", "cells, 2 for an address and 1 for a size"),
    (3, 1, "0x80000000,2G", "is malformed, so no bank can be added"),
])
def test_banks_are_written_in_the_cells_of_the_root(tmp_path, addr, size, value,
                                                    wanted):
    path = tmp_path / "board.dtb"
    path.write_bytes(compiled(narrow(addr, size)))
    done = layout("--ram", value, "--format", "memory", path)
    if isinstance(wanted, str):
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("shadow-layout: --ram")
        assert done.stderr.endswith(f"{wanted}\n")
        return
    assert re.findall(r"0x(\w+)\.\.0x(\w+) buddy-shadow-ram", done.stdout) == [
        (f"{start:016x}", f"{last:016x}") for start, last in wanted]


def test_a_root_without_cells_has_one_and_one(tmp_path):
    """As in Linux: the oldest of boards, with nothing but a boot loader's bank."""
    path = tmp_path / "board.dtb"
    path.write_bytes(compiled("/dts-v1/; / { };"))
    done = layout("--ram", "0x80000000,1G", "--format", "summary", path)
    assert done.returncode == 0
    assert figures(done.stdout)["total_ram"] == str(1 << 30)
