# SPDX-License-Identifier: GPL-2.0-only
"""The lines with which the target panics, and what the module does then (E)."""

from boot import Machine
from tests.oracle.oracle import E1, E2, E3, E5, E6
from .case import Case, check
from .layout import AT
from .shadow import exercised, refused, unloaded, valid

# machine -> clause, line, why insmod fails with on_panic=fail.
DEATHS = {
    "no-ram": ("E1", E1, "No such device"),
    "all-reserved": ("E2", E2, "Cannot allocate memory"),
    "no-mem-map": ("E3", E3, "No space left on device"),
    "no-heap": ("E5", E5, "No buffer space available"),
    "too-high": ("E6", E6, "Numerical result out of range"),
}
# What a panic leaves is seen of one of them in `make test`.
QUICK = "no-ram"
MACHINE = Machine(tree="described")
SURVIVED = "".join(f"""
load {name} machine={AT}{name}
unload {name}
load {name}-report machine={AT}{name} on_panic=report
unload {name}-report
load {name}-fail machine={AT}{name} on_panic=fail
""" for name in DEATHS) + """
load healthy on_panic=fail
unload healthy
"""


def reports(load, machine, line):
    valid(load, AT + machine, line)
    exercised(load, "none")
    assert load.text("log").count(line) == 1
    assert line in load.text("report")
    unloaded(load)


def fails(load, line, reason):
    refused(load, reason)
    # busybox's insmod tries a second system call when the first fails.
    assert line in load.text("log")


def survives(name, clause, line, reason):
    return [
        check(f"{clause}: reported by default", reports, name, name, line),
        check(f"{clause}: reported with on_panic=report", reports,
              f"{name}-report", name, line),
        check(f"{clause}: on_panic=fail makes insmod fail with '{reason}'", fails,
              f"{name}-fail", line, reason)]


def panicked(load, line):
    assert load.result.panic == line
    assert not load.result.files, "files of a guest that panicked"


def healthy(load):
    valid(load)
    exercised(load)


CASES = [
    Case("verdicts", MACHINE, SURVIVED, [
        *(each for name, death in DEATHS.items()
          for each in survives(name, *death)),
        check("on_panic=fail does not disturb a healthy machine", healthy,
              "healthy")]),
    *(Case(f"panic-{name}", MACHINE,
           f"load {name} machine={AT}{name} on_panic=panic\n", [check(
               f"{clause}: on_panic=panic panics with the line", panicked, name,
               line)], panics=True, long=name != QUICK)
      for name, (clause, line, _) in DEATHS.items()),
]
