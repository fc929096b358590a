# SPDX-License-Identifier: GPL-2.0-only
"""shadow-layout beside the module that was loaded, and inside a guest (D2)."""

import functools
import re
import subprocess

import boot
import devicetree
import fdt
from boot import Machine
from tests.check import files
from tests.text.expect import FILES, unbroken
from tests.tools import layout
from tests.tools.test_equal import OTHER
from .case import Case, check

ROOT = boot.SCRIPTS.parent
# The parameters say what the program has to be told.
BESIDE = """
load desk exercise=0 "$(running_image)" "$(running_blob)" "$(running_memreserve)"
unload desk
"""
GUEST_JOB = f"""
mkdir /results/tree /results/blob
for file in {" ".join(FILES)}; do
	shadow-layout --format $file /proc/device-tree >/results/tree/$file \
		2>>/results/tree/said
	shadow-layout --format $file /sys/firmware/fdt >/results/blob/$file \
		2>>/results/blob/said
done
"""
OUTSIDE = re.compile("(nodes with such a child: ).*")
# A kernel whose configuration is in no row, and a row that places as it does: all but
# the number of nodes is the same.
OWN = {"6.1-own": "6.1-gki"}
GIVEN = re.compile(r"^    (image|initrd|blob) +0x(\w+)\.\.0x(\w+), as given$", re.M)


def shown(result, *arguments):
    """What the program says of the guest's tree, by file, to be compared."""
    blob = result.directory / "machine.dtb"
    return {name: comparable(layout("--format", name, *arguments, blob).stdout)
            for name in FILES}


def comparable(text):
    """Without what a running kernel says otherwise: who placed dynamic nodes."""
    for name, row in OWN.items():
        text = text.replace(name, row)
    return OTHER.sub("", text.replace("placed by the kernel",
                                      "placed by Linux's rule"))


def row_at_the_desk(load):
    """For --linux."""
    placing = load.summary["placing"]
    return OWN.get(placing, placing)


def tree_at_the_desk(load, tree, path):
    """Of the tree the program says what the module says of machine=PATH.

    But for what lies outside of it: other machines, and what no live tree shows.
    """
    row = row_at_the_desk(load)
    for name in FILES:
        # Where a line is broken, the path decides, too.
        found = OUTSIDE.sub(r"\1none", unbroken(load.text(name)))
        for old, new in ((f"{path}: ", "/: "), (path, ""), (
                "memreserve  not known, none counts", "memreserve  none, as given")):
            found = found.replace(old, new)
        said = layout("--format", name, "--linux", row, "-", data=tree).stdout
        assert comparable(found) == comparable(unbroken(said)), name


def description_at_the_desk(load, path):
    """The same of a node of the guest's own tree."""
    node = fdt.read((load.result.directory / "machine.dtb").read_bytes())
    for name in path.strip("/").split("/"):
        node = node.child(name)
    text = "/dts-v1/;\n" + fdt.text(fdt.Node("/", node.props, node.children))
    tree_at_the_desk(load, subprocess.run(
        ["dtc", "-q", "-f", "-O", "dtb"], input=text.encode(), check=True,
        stdout=subprocess.PIPE).stdout, path)


def as_at_the_desk(load):
    given = [f"--{what}=0x{start},{int(last, 16) - int(start, 16) + 1}" for
             what, start, last in GIVEN.findall(load.text("report"))]
    assert len(given) == 2, load.text("insmod") + load.text("log")
    # R3: where the module was told that the blob lies, Linux has reserved that.
    start, end, _ = load.reserved()["blob"]
    assert f"0x{start:016x}..0x{end - 1:016x}" in load.result.text("memblock")
    wanted = shown(load.result, "--linux", row_at_the_desk(load), *given)
    assert {name: comparable(load.text(name)) for name in FILES} == wanted


def beside(what):
    """A check of a case whose job ends with BESIDE."""
    return check(f"{what}: the program at the desk says what the module says",
                 as_at_the_desk, "desk")


@functools.cache
def for_guest():
    """The program for a guest's processor, without libraries that it lacks."""
    subprocess.run([boot.SCRIPTS / "need", "gcc-aarch64-linux-gnu",
                    "libc6-dev-arm64-cross", "make"], check=True)
    made = boot.work() / "tools-arm64"
    libfdt = files.kernel_source() / "scripts/dtc/libfdt"
    # A kernel's libfdt looks at headers alone; the guest's blob is a good one.
    subprocess.run(
        ["make", "-s", "-C", ROOT, "-f", "host/Makefile", f"O={made}", "BITS=",
         "SAN=", "CC=aarch64-linux-gnu-gcc", f"LIBFDT={libfdt}",
         "LDFLAGS=-static -Wl,--defsym=fdt_check_full=fdt_check_header",
         "shadow-layout"], check=True)
    return made / "shadow-layout"


def in_guest(load):
    """Linux numbers the nodes of /proc/device-tree as they stand in the blob."""
    assert load.text("said") == ""
    wanted = shown(load.result)
    found = {name: comparable(load.text(name)) for name in FILES}
    if load.name == "tree":
        assert "  not known, none counts\n" in found["report"]
        found["report"] = found["report"].replace(
            "memreserve  not known, none counts", "memreserve  none, as given")
    assert found == wanted


# Machines that no other boot compares, and the descriptions of one of them.
OTHERS = ("default-cma", "described", "fixed-pool", "no-pool", "virt")
AT = "/buddy-shadow-machines"
DESCRIBED = re.findall(r"^\t\t([\w-]+) {", (
    devicetree.MACHINES / "described.dts").read_text("utf-8"), re.M)
DESCRIBED_JOB = BESIDE + "".join(
    f"load {name} exercise=0 machine={AT}/{name}\nunload {name}\n"
    for name in DESCRIBED)

CASES = [
    *(Case(f"desk-{tree}", Machine(tree=tree), BESIDE, [beside(tree)], long=True)
      for tree in OTHERS),
    *(Case(f"desk-own-{tree}", Machine(boot.KUNIT_MODULES_KERNEL, tree=tree), BESIDE,
           [beside(f"a kernel of no row, {tree}")], long=True,
           bootargs="kunit.enable=0") for tree in ("sixteen-banks", "pixel6")),
    Case("desk-descriptions", Machine(tree="described"), DESCRIBED_JOB, [check(
        f"description '{name}': the program at the desk says what the module says",
        description_at_the_desk, name, f"{AT}/{name}") for name in DESCRIBED],
        long=True),
    Case("desk", Machine(tree="sixteen-banks"), BESIDE + GUEST_JOB, [
        beside("sixteen banks"),
        check("the program reads /proc/device-tree in the order of the tree",
              in_guest, "tree"),
        check("the program reads /sys/firmware/fdt", in_guest, "blob"),
    ], files=lambda: {"bin/shadow-layout": for_guest()}),
]
