# SPDX-License-Identifier: GPL-2.0-only
"""The lines with which the target panics, and what the module does then (E)."""

from boot import Machine
from . import shadow
from .case import Case, Check
from .shadow import Load

# machine -> clause, line, why insmod fails with on_panic=fail. The words of
# E1 to E3 are given, byte for byte; those of E5 are ours.
DEATHS = {
    "no-ram": ("E1", "PANIC: No RAM regions found in DTB",
               "No such device"),
    "all-reserved": ("E2", "PANIC: All RAM is reserved — no free memory",
                     "Cannot allocate memory"),
    "no-mem-map": ("E3", "PANIC: Cannot allocate mem_map — insufficient "
                   "contiguous memory", "No space left on device"),
    "no-heap": ("E5", None, "No buffer space available"),
}

SURVIVED = f"""
at=/buddy-shadow-machines
for name in {' '.join(DEATHS)}; do
	load $name machine=$at/$name
	unload $name
	load $name-report machine=$at/$name on_panic=report
	unload $name-report
	load $name-fail machine=$at/$name on_panic=fail
done
load healthy on_panic=fail
unload healthy
"""


def line_of(load, line):
    """The line that is expected, or for E5 the one that the verdict holds."""
    said = load.text("verdict").rstrip("\n")
    if line is None:
        shadow.true(f"'{said}' is not a line like PANIC: ...heap...",
                    said.startswith("PANIC: ") and "heap" in said)
    return line or said


def reports(name, line):
    def holds(result):
        load = Load(result, name)
        wanted = line_of(load, line)
        shadow.loaded(load)
        shadow.verdict(load, wanted)
        shadow.exercise(load, "none")
        shadow.equal("times the line is logged",
                     load.text("log").count(wanted), 1)
        shadow.true("the report does not hold the line",
                    wanted in load.text("report"))
        shadow.equal("what rmmod said", load.text("rmmod"), "")
    return holds


def fails(name, line, reason):
    def holds(result):
        load = Load(result, f"{name}-fail")
        wanted = line_of(Load(result, name), line)
        shadow.refused(load, reason)
        # busybox's insmod tries a second system call when the first fails.
        shadow.true("the line is not logged", wanted in load.text("log"))
    return holds


def survives(name, clause, line, reason):
    return [
        Check(f"{clause}: reported by default", reports(name, line)),
        Check(f"{clause}: reported with on_panic=report",
              reports(f"{name}-report", line)),
        Check(f"{clause}: on_panic=fail makes insmod fail with '{reason}'",
              fails(name, line, reason))]


def panics(name, clause, line):
    def holds(result):
        said = result.panic or "nothing"
        if line is None:
            shadow.true(f"panicked with '{said}'",
                        said.endswith("heap") or "heap" in said)
        else:
            shadow.equal("the guest panicked with",
                         said.removeprefix("buddy_shadow: "), line)
        shadow.equal("files of a guest that panicked", result.files, {})
    return Case(f"panic-{name}", Machine(tree="described"),
                f"load {name} machine=/buddy-shadow-machines/{name} "
                "on_panic=panic\n",
                [Check(f"{clause}: on_panic=panic panics with the line",
                       holds)], panics=True)


def healthy(result):
    load = Load(result, "healthy")
    shadow.valid(load)
    shadow.exercise(load, "passed")


CASES = [
    Case("verdicts", Machine(tree="described"), SURVIVED,
         [check for name, death in DEATHS.items()
          for check in survives(name, *death)] +
         [Check("on_panic=fail does not disturb a healthy machine", healthy)]),
    *(panics(name, clause, line)
      for name, (clause, line, _) in DEATHS.items()),
]
