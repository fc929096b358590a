# SPDX-License-Identifier: GPL-2.0-only
"""DTB=file: trees of other machines."""

from boot import Machine
from tests.oracle.discover import RULE
from tests.oracle.oracle import Oracle
from .case import HERE, Case, blob, check
from . import desk
from .layout import MAIN, complete
from .shadow import (GIB, MIB, PARTS, WHOLE, exercised, figures, in_pool, row_of,
                     unloaded)

AT = "/buddy-shadow-dtb"
SMALL = (HERE / "small.dts").read_text("utf-8")


def file_of(dts):
    """The blob of a file that lies here."""
    return blob(f"{dts}-alone", (HERE / dts).read_text("utf-8")).read_bytes()


def as_in_file(load, dts):
    """Nothing of that file's memory is lost on its way into the guest's tree."""
    oracle = Oracle(file_of(dts), True)
    assert load.text("memory") == oracle.text("memory")
    found, wanted = load.reserved(), {}
    for start, end, name, flags in oracle.reserved:
        if RULE in flags:  # its size is all that the file says
            start, end = found[name][0], found[name][0] + end - start
        wanted[name] = (start, end, [
            "placed by the kernel" if flag == RULE else flag for flag in flags])
    for name in "initrd", "kernel", "mem_map":
        found.pop(name, None)
        wanted.pop(name, None)
    assert found == wanted


def foreign(name, what, ram, span, *checks, long=True):
    dts = f"{name}.dts"
    return Case(f"dtb-{name}", Machine(), MAIN + desk.BESIDE, [
        check(f"DTB=, {what}: loads, shows what the oracle says, passes, unloads",
              complete, "main", ram, span),
        check(f"DTB=, {what}: memory and reserved memory are the file's",
              as_in_file, "main", dts), desk.beside(f"DTB=, {what}"),
        *checks], dts=dts, long=long)


def described(load, dts, ram):
    """What is read is the file; the guest's own RAM does not count."""
    oracle = Oracle(file_of(dts), True, row=row_of(load.result))
    figures(load, total_ram=ram)
    assert load.summary["machine"] == AT
    for name in WHOLE:
        assert load.text(name) == oracle.text(name), name
    for name in PARTS:
        assert oracle.text(name) in load.text(name), name
    exercised(load)
    unloaded(load)


def as_at_the_desk(load, dts):
    """Of the file the program says what the module says of the description."""
    desk.tree_at_the_desk(load, file_of(dts), AT)


CASES = [
    foreign("phone", "a phone's", 8 * GIB, 38 * GIB, long=False),
    foreign("small", "root cells 1/1", 640 * MIB, 1408 * MIB, check(
        "DTB=, root cells 1/1: the region comes from its pool", in_pool, "main",
        "pool", 32 * MIB)),
    foreign("banks", "usable-memory, a root without cells, malformed entries",
            768 * MIB, 768 * MIB),
    Case("dtb-low", Machine(), MAIN, [check(
        "DTB=, memory where QEMU has devices: the module reads a description",
        described, "main", "low.dts", 2 * GIB), check(
        "DTB=, memory where QEMU has devices: shadow-layout says the same",
        as_at_the_desk, "main", "low.dts")], dts="low.dts"),
]
