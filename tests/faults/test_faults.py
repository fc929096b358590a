# SPDX-License-Identifier: GPL-2.0-only
"""Every fault of an allocator, of memory or of a plan turns its clause to `not ok`.

list.c has the faults, TABLE what each exercise must say of each: the clause, or
why the exercise cannot see it. A clause that is not ok although nothing is wrong
fails elsewhere: every other test runs the same exercises without faults.
"""

import re
import subprocess

import pytest

import boot

COMMANDS = {"selftest": "selftest seed=1 ops=500",
            "torture": "torture seed=1 ops=500",
            "smp": "smp seed=1 ops=5000",
            "whole-machine": "whole-machine seed=1 ops=500"}

ALONE = "frees nothing wrongly and counts no references"
TABLES = "has no page tables"
DESCRIPTORS = "touches no memory"
NO_PLAN = "does not look at the plan"
ANY_BLOCK = "takes any free block that fits"
WALKED = "uses this figure for nothing"

# Where a reason stands, the fault has no effect there, or none that a clause of
# that exercise is about.
TABLE = {
    #                      selftest torture smp  whole-machine
    "held-already":        ("B2", "B2", "B2", "B2"),
    "unaligned":           ("B1", "B1", "B1", "B1"),
    "above-ram":           ("B1", "B1", "B1", "B1"),
    "below-ram":           ("B1", "B1", "B1", "B1"),
    "larger":              ("B2", "B2", "B2", "B2"),
    "smaller":             ("B2", "B2", "B2", "B2"),
    "nothing-left":        ("B2", "X2", "B7", "X3"),
    "not-smallest":        ("B2", ANY_BLOCK, ANY_BLOCK, ANY_BLOCK),
    "upper-half":          ("B3", ANY_BLOCK, ANY_BLOCK, ANY_BLOCK),
    "lost-at-split":       ("B5", "B4", "B4", "B4"),
    "lost-at-merge":       ("B5", "B4", "B4", "B4"),
    "not-unlinked":        ("B2", "B2", "B2", "B2"),
    "list-loops":          ("B5", "B2", "B2", "B2"),
    "free-pages-off":      ("B5", "B4", "B4", "B4"),
    "blocks-off":          ("B1", "B1", "B1", "B1"),
    "mask-set":            ("B1", "B1", "B1", "B1"),
    "mask-cleared":        ("B2", "B4", "B4", "B4"),
    "order-off":           ("B1", "B1", "B1", "B1"),
    "flag-wrong":          ("B5", "B4", "B4", "B4"),
    "refuses-good":        ("B4", "B4", "B4", "B4"),
    "accepts-unaligned":   ("B5", ALONE, ALONE, ALONE),
    "accepts-order":       ("B5", ALONE, ALONE, ALONE),
    "accepts-outside":     ("B5", ALONE, ALONE, ALONE),
    "accepts-free":        ("B5", ALONE, ALONE, ALONE),
    "accepts-inside":      ("B5", ALONE, ALONE, ALONE),
    "accepts-wrong-order": ("B5", ALONE, ALONE, ALONE),
    "accepts-referenced":  ("B5", ALONE, ALONE, ALONE),
    "wrong-reason":        ("B5", ALONE, ALONE, ALONE),
    "get-stuck":           ("B9", ALONE, ALONE, ALONE),
    "put-stuck":           ("B9", ALONE, ALONE, ALONE),
    "last-put-stuck":      ("B9", ALONE, ALONE, ALONE),
    "keeps-nothing":       ("X2", "X2", "B7", DESCRIPTORS),
    "aliased":             ("X2", "X2", "B7", DESCRIPTORS),
    "last-word-lost":      ("X2", "X2", "B7", DESCRIPTORS),
    "table-not-zeroed":    ("P2", TABLES, TABLES, TABLES),
    "table-astray":        ("P5", TABLES, TABLES, TABLES),
    "tables-kept":         ("P3", TABLES, TABLES, TABLES),
    "tables-miscounted":   ("P5", TABLES, TABLES, TABLES),
    "plan-mem-map-place":  ("M3", NO_PLAN, NO_PLAN, WALKED),
    "plan-mem-map-low":    ("M3", NO_PLAN, NO_PLAN, WALKED),
    "plan-mem-map-size":   ("M1", NO_PLAN, NO_PLAN, WALKED),
    "plan-heap-place":     ("H3", NO_PLAN, NO_PLAN, "H3"),
    "plan-heap-other":     ("H3", NO_PLAN, NO_PLAN, "H3"),
    "plan-heap-size":      ("H1", NO_PLAN, NO_PLAN, "H3"),
    "plan-heap-order":     ("H3", NO_PLAN, NO_PLAN, WALKED),
    "plan-blocks-more":    ("M4", NO_PLAN, NO_PLAN, "M4"),
    "plan-blocks-moved":   ("M4", NO_PLAN, NO_PLAN, "M4"),
    "plan-free-sum":       ("M4", NO_PLAN, NO_PLAN, "M4"),
    "plan-reserved-sum":   ("M4", NO_PLAN, NO_PLAN, WALKED),
    "plan-page-sum":       ("M1", NO_PLAN, NO_PLAN, WALKED),
    "plan-flat":           ("M2", NO_PLAN, NO_PLAN, WALKED),
    "plan-free-range":     ("R5", NO_PLAN, NO_PLAN, "M4"),
    "plan-free-part":      ("R4", NO_PLAN, NO_PLAN, WALKED),
}
CELLS = [(fault, exercise, cell) for fault, row in TABLE.items()
         for exercise, cell in zip(COMMANDS, row)]
RESULT = re.compile(r"^(not )?ok \d+ (\S+) ?(.*)$", re.MULTILINE)
# What faults.c ends with where the fault changed nothing.
NO_EFFECT = 3

pytestmark = pytest.mark.xdist_group("faults")


@pytest.fixture(scope="session", name="program")
def build():
    """The program with the faults."""
    out = boot.boots().parent / "faults"
    subprocess.run(["make", "-s", "-j2", "-C", boot.SCRIPTS.parent, "-f",
                    "tests/faults/Makefile", f"O={out}", out / "faults"],
                   check=True, stdin=subprocess.DEVNULL)
    return out / "faults"


def run(program, *arguments):
    """Run it; a finding of a sanitizer, or a hang, fails."""
    done = subprocess.run([program, *arguments], check=False, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=600)
    assert "Sanitizer" not in done.stderr and "runtime error" not in \
        done.stderr, done.stderr[:3000]
    return done.returncode, done.stdout


def test_every_fault_has_a_row(program):
    _, names = run(program, "--list")
    assert names.split() == list(TABLE)


@pytest.mark.parametrize("fault,exercise,cell",
                         [cell for cell in CELLS if " " not in cell[2]])
def test_fault_turns_its_clause_to_not_ok(program, fault, exercise, cell):
    status, ktap = run(program, fault, COMMANDS[exercise])
    assert status == 0, f"status {status}\n{ktap}"
    results = [(bool(bad), clause, rest)
               for bad, clause, rest in RESULT.findall(ktap)]
    assert cell in [clause for bad, clause, rest in results
                    if bad and not rest.endswith("# not run")], ktap
    # Once something could not be run, nothing of the lab could.
    first = [rest.endswith("# not run") for _, _, rest in results].index(True) \
        if "# not run" in ktap else len(results)
    later = [one for one in results[first:]
             if not one[2].endswith("# not run") and "# SKIP" not in one[2]]
    assert not later, f"tested after the lab broke: {later}\n{ktap}"


@pytest.mark.parametrize("fault,exercise,reason",
                         [cell for cell in CELLS if " " in cell[2]])
def test_fault_that_an_exercise_cannot_see(program, fault, exercise, reason):
    status, ktap = run(program, fault, COMMANDS[exercise])
    if reason in (ALONE, TABLES, DESCRIPTORS):
        assert status == NO_EFFECT, f"status {status}, but it {reason}"
    assert status in (0, NO_EFFECT) and "not ok" not in ktap, ktap
