# SPDX-License-Identifier: GPL-2.0-only
"""DTB=: trees of real trouble, where they lie beside this checkout (R, M, H, D2).

NAME.expected has lines of `summary` for NAME.dts, which others worked out.
"""

import devicetree
from boot import SCRIPTS, Machine
from tests.oracle.trees import compiled
from . import desk
from .case import Case, check
from .trees import AT

CASES_AT = SCRIPTS.parents[1] / "shared/cases"
# Of these no guest can have the memory: they are described to the module alone.
DESCRIBED = {
    "bank-of-size-0": "memory below 1 GiB, where QEMU has devices",
    "bank-to-the-end": "memory up to 2^64",
    "board-of-16m": "no room for a kernel",
    "memory-without-device-type": "no memory, as Linux has it",
    "size-cells-2-for-1": "memory from 0 on",
}
# Of these Linux ignores /reserved-memory whole: its nodes have no place there.
IGNORED = {"reserved-cells-unlike-root": "#size-cells",
           "reserved-without-ranges": "ranges"}
QUICK = "memreserve"
DESCRIBED_JOB = f"load self exercise=0 machine={AT}\nunload self\n"
JOB = desk.BESIDE + f"""
load self exercise=0 machine={devicetree.DESCRIBED}
unload self
"""


def tree(name):
    return (CASES_AT / f"{name}.dts").read_text("utf-8")


def expected(load, name):
    lines = (CASES_AT / f"{name}.expected").read_text("utf-8").splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    assert wanted and set(wanted) <= set(load.text("summary").splitlines())


def as_at_the_desk(load, name, path):
    desk.tree_at_the_desk(load, compiled(tree(name)), path)


def ignored(load, what):
    """R2: a line says so, and what has no address has no place."""
    assert f"/reserved-memory: {what}: " in load.report()
    assert load.number("hints") == 1
    assert "placed by" not in load.text("reserved")


def case(name):
    path = AT if name in DESCRIBED else devicetree.DESCRIBED
    checks = [
        check(f"{name}: described, it has the figures that are expected",
              expected, "self", name),
        check(f"{name}: described, the program at the desk says the same",
              as_at_the_desk, "self", name, path)]
    if name in IGNORED:
        checks.append(check(f"{name}: a line says what Linux ignores", ignored,
                            "desk", IGNORED[name]))
    elif name not in DESCRIBED:
        checks.append(desk.beside(f"{name}, booted"))
    return Case(f"case-{name}", Machine(described=name not in DESCRIBED),
                DESCRIBED_JOB if name in DESCRIBED else JOB, checks,
                dts=CASES_AT / f"{name}.dts", long=name != QUICK)


CASES = [case(path.stem) for path in sorted(CASES_AT.glob("*.dts"))]
