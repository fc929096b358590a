# SPDX-License-Identifier: GPL-2.0-only
"""The layout of real machines and of described ones (R, H, M, P5)."""

from boot import Machine
from . import desk
from .case import Case, check
from .shadow import GIB, exercised, figures, unloaded, valid

MAIN = "load main\nunload main\n"
KERNELS = (("6.1", 1), ("6.1", 2), ("6.1", 3), ("6.1", 4), ("6.1", 8), ("6.12", 1),
           ("6.12-16k", 1))
# Run by `make boot` alone: tests/text has these layouts, and the others the boots.
LONG = ("6.1-2G", "6.1-3G", "6.1-4G", "6.1-8G", "6.12-1G", "two-banks", "descending",
        "sixteen-banks")
# Described machine -> what is special about it.
DESCRIBED = {"cells-2-1": "cells 2/1", "huge": "16 TiB",
             "malformed": "a malformed property"}
AT = "/buddy-shadow-machines/"
DESCRIBED_JOB = "".join(f"load {name} machine={AT}{name}\nunload {name}\n"
                        for name in DESCRIBED)


def complete(load, ram, span):
    """The whole way: so many bytes of RAM, layout, exercise and unload."""
    figures(load, total_ram=ram, span_bytes=span)
    valid(load)
    exercised(load)
    unloaded(load)


def problem(load, *words):
    """Exactly one warning, told in report and log with these words."""
    figures(load, problems=1)
    for word in words:
        assert word in load.report()
        assert word in load.text("log")


def simple(name, machine, what, ram, span):
    return Case(name, machine, MAIN + desk.BESIDE, [check(
        f"{what}: loads, shows what the oracle says, passes, unloads", complete,
        "main", ram, span), desk.beside(what)], long=name in LONG)


CASES = [
    *(simple(f"{kernel}-{size}G", Machine(kernel, f"{size}G"),
             f"{size}G, kernel {kernel}", size * GIB, size * GIB)
      for kernel, size in KERNELS),
    simple("two-banks", Machine(tree="two-banks"), "two nodes with a hole",
           3 * GIB // 2, 2 * GIB),
    simple("descending", Machine(tree="descending"),
           "ranges in descending order", 3 * GIB // 2, 2 * GIB),
    simple("sixteen-banks", Machine(tree="sixteen-banks"),
           "sixteen banks of odd sizes", 1193091072, 11005857792),
    Case("described", Machine(tree="described"), DESCRIBED_JOB, [
        *(check(f"{what}: the layout and its figures are the oracle's", valid,
                name, AT + name) for name, what in DESCRIBED.items()),
        check("a malformed property: named in report and log", problem,
              "malformed", "malformed/memory@80000000", "reg"),
    ]),
]
