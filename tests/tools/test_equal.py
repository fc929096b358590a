# SPDX-License-Identifier: GPL-2.0-only
"""shadow-layout says of a tree what the module says (D2).

The module's files are those of host/files, which shows them as with machine=. All
lines are equal but those about the machine's name and about what is exercised.
"""

import re
import subprocess

import libfdt
import pytest

import devicetree
from tests.host import ROOT, program
from tests.oracle import trees
from tests.text.expect import FILES, HERE
from tests.text.test_text import sections

from . import layout

pytestmark = pytest.mark.xdist_group("host-64")

CASES = ROOT.parent / "shared/cases"
TREES = [*sorted(HERE.glob("*.dts")), *sorted(devicetree.MACHINES.glob("*.dts")),
         *sorted(CASES.glob("*.dts"))]
# What the program has nothing to say of, or says otherwise.
OTHER = re.compile(r"""(?mx)
    ^machine:.*\n | ^\ \ machine\ .*\n | ^(?:region|exercise|seed).*\n |
    ^mapped_from_.*\n | \nregion\ to\ exercise\ on(?:.*\n)* """)


def compiled(path, out):
    """The blob of a file, which may be what is added to QEMU's machine."""
    text = path.read_text("utf-8")
    if "/dts-v1/" not in text:
        text = "/dts-v1/;\n/ { #address-cells = <2>; #size-cells = <2>;\n" \
            "memory@40000000 { device_type = \"memory\"; " \
            f"reg = <0 0x40000000 0 0x40000000>; }};\n}};\n{text}"
    blob = out / f"{path.stem}.dtb"
    blob.write_bytes(trees.compiled(text, path.parent))
    return blob


def memreserve(blob):
    """What the blob reserves beside its tree, for memreserve=."""
    tree = libfdt.FdtRo(blob.read_bytes())
    return ",".join("%#x,%d" % tuple(tree.get_mem_rsv(at))
                    for at in range(tree.num_mem_rsv())) or "none"


def module(blob, *arguments):
    """The module's files, by name, without the lines that may differ."""
    done = subprocess.run([program("files"), "--memreserve", memreserve(blob),
                           *arguments, blob, *FILES], text=True,
                          check=True, capture_output=True, timeout=60)
    return {name: OTHER.sub("", text)
            for name, text in sections(done.stdout).items()}


def tool(blob, name, *arguments):
    name = "text" if name == "report" else name
    done = layout("--format", name, *arguments, blob)
    assert done.stderr == "" and done.returncode in (0, 1)
    return OTHER.sub("", done.stdout)


@pytest.mark.skipif(not CASES.is_dir(), reason="no shared/cases beside this "
                                               "checkout, its trees are not compared")
def test_the_shared_cases_are_compared():
    assert len([path for path in TREES if path.parent == CASES]) > 9


@pytest.mark.parametrize("path", TREES, ids=lambda path: path.stem)
def test_all_files_are_the_module_s(path, tmp_path):
    blob = compiled(path, tmp_path)
    wanted = module(blob)
    assert {name: tool(blob, name) for name in FILES} == wanted
    assert "\nRAM (R1 to R6)\n" in wanted["report"]


@pytest.mark.parametrize("given", [
    ("--image", "none"), ("--image", "0x80400000,24M"),
    ("--initrd", "0x84000000,0x123456"), ("--blob", "0x83000000,80000"),
    ("--memreserve", "0x85000000,1M,0,4K"), ("--memreserve", "none"),
    ("--linux", "5.10"), ("--linux", "6.12-16k"),
    ("--image", "0x80000000,2M", "--initrd", "none", "--blob", "0x880000000,2M",
     "--memreserve", "0xf8800000,1", "--linux", "6.6")], ids=" ".join)
def test_with_what_is_given_too(tmp_path, given):
    blob = compiled(HERE / "pixel6.dts", tmp_path)
    wanted = module(blob, *given)
    assert {name: tool(blob, name, *given) for name in FILES} == wanted
    assert wanted["report"].count(", as given\n") == len(given) // 2 + \
        ("--memreserve" not in given) - ("--linux" in given)


@pytest.mark.parametrize("row, start", [("6.1", 0x7f600100), ("6.12", 0x7fd00000),
                                        ("7.x", 0x7fd00000)])
def test_memreserve_is_in_the_way_of_nodes_up_to_6_6(tmp_path, row, start):
    blob = compiled(HERE.parent / "boot/placing/memreserve.dts", tmp_path)
    said = tool(blob, "reserved", "--linux", row)
    assert re.search(rf"0x{start:016x}\.\.0x\w+ a \(placed by Linux's rule\)", said)
