# SPDX-License-Identifier: GPL-2.0-only
"""What the module says, and what must hold of it on every machine."""

import functools
import re
from dataclasses import dataclass
from unittest import mock

from tests.oracle.oracle import Discovery, Oracle
from tests.text.expect import unbroken

MIB, GIB = 1 << 20, 1 << 30
RANGE = re.compile(r" *\d+: 0x(\w{16})\.\.0x(\w{16}) (\S+)(?: \((.*)\))?")
# What follows from the tree: these files are the oracle's, those begin with it or
# have it inside.
WHOLE = ("memory", "reserved", "free", "layout", "map")
PARTS = ("summary", "buddyinfo", "pagetables")


@dataclass(frozen=True)
class Load:
    """One load of the module: the files that lib.sh's load() kept of it."""

    result: object
    name: str

    def text(self, file):
        return self.result.text(f"{self.name}/{file}")

    def report(self):
        """The report; what it broke off of long lines stands in them again."""
        return unbroken(self.text("report"))

    @property
    def summary(self):
        return self.result.pairs(f"{self.name}/summary")

    def number(self, name):
        assert name in self.summary, f"summary has no '{name}'"
        return int(self.summary[name], 0)

    def reserved(self):
        """{name: (first byte, byte after the last, remarks)} of that file."""
        found = map(RANGE.fullmatch, self.text("reserved").splitlines())
        return {line[3].rpartition("/")[2]: (
            int(line[1], 16), int(line[2], 16) + 1,
            line[4].split(", ") if line[4] else []) for line in found}


class Booted(Discovery):
    """The tree of a kernel that runs: it has found places, and has one itself."""

    def __init__(self, load, *tree):
        self.load = load
        super().__init__(*tree)

    def place_r2(self):
        result, places = self.load.result, self.load.reserved()
        memblock = [(int(start, 16), int(last, 16)) for start, last in re.findall(
            r"0x(\w+)\.\.0x(\w+)", result.text("memblock"))]
        for node, cells, flags, _ in self.dynamic:
            start = places[node.name][0]
            end = start + self.request(node, cells).size
            assert any(first <= start and end - 1 <= last
                       for first, last in memblock), \
                f"Linux did not reserve {start:#x} for {node.name}"
            self.reserved.append((start, end, node.name,
                                  [*flags, "placed by the kernel"]))
        code, data = (re.search(rf"(\w+)-(\w+) : Kernel {part}",
                                result.text("iomem")) for part in ("code", "data"))
        self.reserved.append((int(code[1], 16), int(data[2], 16) + 1, "kernel", ()))


def valid(load, machine="", verdict="OK"):
    """It is loaded, and all that follows from a tree is what the oracle says.

    The tree is that of the running machine, or its part `machine`.
    """
    assert load.text("insmod") == ""
    assert load.text("present").split() == [
        "/sys/kernel/debug/buddy_shadow", "/sys/module/buddy_shadow"]
    as_the_oracle(load, machine, verdict)


def row_of(result):
    """The row of the kernel that was booted: how it places nodes (R2)."""
    release = re.search(r"Linux version (\S+)", result.console)[1]
    version = tuple(map(int, release.split(".")[:2]))
    if "arm64" not in release:
        return "6.1-own"  # built by scripts/kunit-kernel, without huge pages
    name = next(name for least, name in (
        ((7, 0), "7.x"), ((6, 12), "6.12"), ((6, 6), "6.6"), ((5, 18), "6.1"),
        ((5, 15), "5.15"), ((5, 10), "5.10")) if version >= least)
    return name + "-16k" * release.endswith("-16k")


def as_the_oracle(load, machine="", verdict="OK", told=False):
    """@told: of a description too, it was told what the blob reserves."""
    tree = (load.result.directory / "machine.dtb").read_bytes()
    with mock.patch("tests.oracle.oracle.Discovery", Discovery if machine else
                    functools.partial(Booted, load)):
        oracle = Oracle(tree, told or not machine, machine or "/",
                        row_of(load.result))
    assert oracle.figures["verdict"] == verdict
    assert load.text("verdict") == f"{verdict}\n"
    for file in WHOLE:
        assert load.text(file) == oracle.text(file), file
    for file in PARTS:
        assert oracle.text(file) in load.text(file), file


def refused(load, reason):
    """insmod failed with this reason and left nothing behind."""
    assert load.text("insmod").strip().endswith(f": {reason}")
    assert load.text("present") == ""


def unloaded(load):
    assert load.text("rmmod") == "", "what rmmod said"


def exercised(load, outcome="passed"):
    assert load.summary.get("exercise") == outcome
    if outcome == "passed":
        passes(load.text("result"))


def passes(ktap):
    """A KTAP document in which something passed and nothing failed.

    Where time was given, there was enough.
    """
    assert ktap.startswith("KTAP version 1\n")
    assert re.search(r"^\s*ok \d+", ktap, re.M)
    assert not re.search(r"^\s*not ok", ktap, re.M), ktap
    assert not re.search(r"^# .* time=(?s:.)*# SKIP time", ktap, re.M), ktap


def stopped(ktap, how):
    """X6: nothing failed but that it was stopped, which its plan counts."""
    body, last, end = ktap.rpartition("\nnot ok ")
    assert body.startswith("KTAP version 1\n") and "\nnot ok" not in body
    number, what = re.match(r"(\d+) (.*)\n1\.\.\1\n# pass:\d+ fail:1 skip:\d+\n",
                            end).groups()
    assert re.match(rf"stopped by {how} after \d+ of \d+ \w+", what), last + end
    assert int(number) == len(re.findall("^(?:not )?ok", ktap, re.M))


def figures(load, **wanted):
    assert {name: load.number(name) for name in wanted} == wanted


def in_pool(load, pool, size):
    """X1: it loaded, and what it is exercised on lies in this pool."""
    valid(load)
    exercised(load)
    start, end, _ = load.reserved()[pool]
    assert load.summary["region"] == "cma"
    assert load.summary["region_pool"] == pool
    figures(load, region_pool_base=start, region_pool_bytes=end - start,
            region_bytes=size)
    assert start <= load.number("region_base") <= end - size
    row, = re.findall(r"^region +(.*)", load.text("buddyinfo"), re.M)
    assert sum(int(count) << order for order, count
               in enumerate(row.split())) * 4096 == size
