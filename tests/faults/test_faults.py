# SPDX-License-Identifier: GPL-2.0-only
"""Every fault of allocator, memory or plan turns its clause to `not ok`.

list.c and plan.c have the faults, TABLE what each exercise must say of each, or
why the exercise cannot see it. A clause that is not ok where nothing is wrong
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
SMALL = "asks for no block so large"
NO_HOLE = "has no hole in its memory"
NO_RUN = "asks for no run of pages"
UNTOLD = "does not say whether all was handed out"
MAPPED = "does not ask where the region lies"
HEALED = "overwrites it with what is right"
REASONS = (MAPPED, HEALED, ALONE, TABLES, DESCRIPTORS, NO_PLAN, ANY_BLOCK, WALKED, SMALL,
           NO_HOLE, NO_RUN, UNTOLD)
# Where there is nothing that the fault could change.
NOWHERE = (MAPPED, ALONE, TABLES, DESCRIPTORS, SMALL, NO_HOLE, NO_RUN)

# What the lab says of a block.
UNALIGNED = "B1 a block is not aligned"
OUTSIDE = "B1 a block does not lie in RAM"
ORDER = "B2 a block has not the order"
HELD = "B2 a block is handed out that somebody holds"
B5 = "B5 a free is refused and changes nothing: "
# How the lines of all results begin that must be `not ok`, or a reason.
TABLE = {
    #                      selftest torture smp  whole-machine
    "held-already":        (HELD, HELD, HELD, HELD),
    "unaligned":           (UNALIGNED, UNALIGNED, UNALIGNED, UNALIGNED),
    "above-ram":           (OUTSIDE, OUTSIDE, OUTSIDE, OUTSIDE),
    "below-ram":           (OUTSIDE, OUTSIDE, OUTSIDE, OUTSIDE),
    "larger":              (ORDER, ORDER, ORDER, ORDER),
    "smaller":             (ORDER, ORDER, ORDER, OUTSIDE),
    "over-the-end":        (OUTSIDE, SMALL, SMALL, OUTSIDE),
    "across-a-hole":       (NO_HOLE, NO_HOLE, NO_HOLE, OUTSIDE),
    "nothing-left":        ("M5; B1 blocks; B2 the smallest; B3; B9", "X2 all",
                            "B7", "X3 all"),
    "nothing-at-first":    ("M5", "X2 all; B2 the exhausted", UNTOLD,
                            "X3 all; B2 the exhausted"),
    "not-smallest":        ("B2 the smallest", ANY_BLOCK, ANY_BLOCK, ANY_BLOCK),
    "upper-half":          ("B3", ANY_BLOCK, ANY_BLOCK, ANY_BLOCK),
    "lost-at-split":       ("B5", "B4 the free", "B4 the free",
                            "M4; B4 every inv"),
    "lost-at-merge":       ("B5", "B4 the free", "B4 the free",
                            "M4; B4 every inv"),
    "not-unlinked":        ("B2 the smallest; B3; B9", HELD, HELD, HELD),
    "list-loops":          ("M5; B2 the smallest; B3; B9", "X2 all; B4 the free",
                            "B4 the free", "X3 all; B4 every inv"),
    "blocks-off":          ("B2 the smallest; B3; B9",
                            "X2 all; B4 every block; B4 every inv", HEALED,
                            "X3 all; B4 every block; M4; B4 every inv"),
    "mask-set":            ("B2 the smallest; B3; B9", "X2 all; B4 every inv",
                            "B4 every inv", "X3 all; B4 every inv"),
    "mask-cleared":        ("B2 the smallest; B3; B9", "X2 all; B4 the free",
                            "B4 the free", "X3 all; B4 every inv"),
    "order-off":           ("M5", HEALED, HEALED, HEALED),
    "flag-wrong":          ("B5", "B4 the free", "B4 the free",
                            "M4; B4 every inv"),
    "not-marked":          (ORDER, ORDER, ORDER, ORDER),
    "refuses-good":        ("B4 a", "B4 a", "B4 a", "B4 a"),
    **{f"accepts-{what}": (f"{B5}{said}; B6 # not run", ALONE, ALONE, ALONE)
       for what, said in (("unaligned", "not page aligned"),
                          ("order", "order over 20"),
                          ("outside", "outside RAM"),
                          ("free", "already free"),
                          ("inside", "inside a block"),
                          ("wrong-order", "wrong order"),
                          ("referenced", "still referenced"))},
    "frees-nothing":       (f"B3; {B5}already free", "B4 the free",
                            "B4 the free; B4 every inv # not run", "M4"),
    "frees-refused":       (B5 + "wrong order", ALONE, ALONE, ALONE),
    "wrong-reason":        (B5 + "inside a block", ALONE, ALONE, ALONE),
    "get-stuck":           ("B9; B5 # not run", ALONE, ALONE, ALONE),
    "put-stuck":           ("B9; B5 # not run", ALONE, ALONE, ALONE),
    "put-late":            ("B9; B5 # not run", ALONE, ALONE, ALONE),
    "last-put-stuck":      ("B9; B5 # not run", ALONE, ALONE, ALONE),
    "uses-pages":          ("B6", DESCRIPTORS, DESCRIPTORS, DESCRIPTORS),
    "tail-kept":           ("H3 24; B4 the free", NO_RUN, NO_RUN,
                            "H3 the heap of; M4"),
    "keeps-nothing":       ("X2 512; B7", "X2 512", "B7", DESCRIPTORS),
    "aliased":             ("X2 512", "X2 512", "B7", DESCRIPTORS),
    "first-word-lost":     ("X2 512; B7", "X2 512", "B7", DESCRIPTORS),
    "last-word-lost":      ("X2 512; B7", "X2 512", "B7", DESCRIPTORS),
    "word-lost-later":     ("X2 512; B7", "X2 512", "B7", DESCRIPTORS),
    "table-not-zeroed":    ("P2; P1; P4", TABLES, TABLES, TABLES),
    "table-astray":        ("P5 identity", TABLES, TABLES, TABLES),
    "table-of-pool":       ("P1; P3", TABLES, TABLES, TABLES),
    "tables-kept":         ("P3; P5 after", TABLES, TABLES, TABLES),
    "tables-of-pool-kept": ("P3", TABLES, TABLES, TABLES),
    "few-of-pool-kept":    ("P3; P5 after", TABLES, TABLES, TABLES),
    "tables-of-buddy-kept": ("P3; P5 after", TABLES, TABLES, TABLES),
    "tables-out-unsaid":   ("P2; P4", TABLES, TABLES, TABLES),
    "tables-lost":         ("P4", TABLES, TABLES, TABLES),
    "tables-miscounted":   ("P5 that", TABLES, TABLES, TABLES),
    "tables-undercounted": ("P5 that", TABLES, TABLES, TABLES),
    "map-va":              ("P5 identity", TABLES, TABLES, TABLES),
    "map-pa":              ("P5 identity", TABLES, TABLES, TABLES),
    "map-none":            ("P5 identity", TABLES, TABLES, TABLES),
    "map-more":            ("P5 identity", TABLES, TABLES, TABLES),
    "map-small":           ("P5 identity", TABLES, TABLES, TABLES),
    "pages-swapped":       ("X1", MAPPED, MAPPED, MAPPED),
    "last-page-elsewhere": ("X1", MAPPED, MAPPED, MAPPED),
    "neighbour-wrong":     ("M5", "X2 all", "B4 the free", "X3 all; B4 every inv"),
    "tail-referenced":     ("M5; B5", "B4 every inv", "B4 every inv",
                            "B4 every inv"),
    "tail-marked":         ("M5; B5", "B4 the free", "B4 the free",
                            "B4 every inv"),
    "invariant-broken":    ("B5; B6 # not run", "B4 every inv", "B4 every inv",
                            "B4 every inv; H3 the heap of # not run"),
    "heap-of-3-gib":       ("H2", NO_PLAN, NO_PLAN, WALKED),
    "heap-of-16-tib":      ("H2", NO_PLAN, NO_PLAN, WALKED),
    "heap-of-24-mib":      ("H3 order", NO_PLAN, NO_PLAN, WALKED),
    "line-e1":             ("E1", NO_PLAN, NO_PLAN, WALKED),
    "line-e2":             ("E2", NO_PLAN, NO_PLAN, WALKED),
    "line-e3":             ("E3", NO_PLAN, NO_PLAN, WALKED),
    "line-e5":             ("E5", NO_PLAN, NO_PLAN, WALKED),
    "line-e6":             ("E6", NO_PLAN, NO_PLAN, WALKED),
    "plan-ram-short":      ("R1; R5", NO_PLAN, NO_PLAN, "ended by -EINVAL"),
    "plan-page-missing":   ("R1", NO_PLAN, NO_PLAN, WALKED),
    "plan-ram-elsewhere":  ("R1; R5", NO_PLAN, NO_PLAN, "ended by -EINVAL"),
    "plan-ram-unknown":    ("R1", NO_PLAN, NO_PLAN, WALKED),
    "plan-region-not-ram": ("R1; R5", NO_PLAN, NO_PLAN, "ended by -EINVAL"),
    "plan-bank-missing":   ("R1", NO_PLAN, NO_PLAN, WALKED),
    "plan-kernel-elsewhere": ("R2; R3", NO_PLAN, NO_PLAN, WALKED),
    "plan-kernel-missing": ("R3", NO_PLAN, NO_PLAN, WALKED),
    "plan-reserved-short": ("R2", NO_PLAN, NO_PLAN, WALKED),
    "plan-mem-map-place":  ("M3", NO_PLAN, NO_PLAN, WALKED),
    "plan-mem-map-low":    ("M3", NO_PLAN, NO_PLAN, WALKED),
    "plan-mem-map-high":   ("M3", NO_PLAN, NO_PLAN, "M4"),
    "plan-mem-map-reserved": ("M3", NO_PLAN, NO_PLAN, "M4"),
    "plan-mem-map-size":   ("M1", NO_PLAN, NO_PLAN, WALKED),
    "plan-mem-map-small":  ("M1", NO_PLAN, NO_PLAN, WALKED),
    "plan-heap-place":     ("H3 the heap", NO_PLAN, NO_PLAN, "H3"),
    "plan-heap-other":     ("H3 the heap", NO_PLAN, NO_PLAN, "H3"),
    "plan-heap-size":      ("H1; H3 order", NO_PLAN, NO_PLAN, "H3"),
    "plan-heap-small":     ("H1", NO_PLAN, NO_PLAN, WALKED),
    "plan-heap-order":     ("H3 order", NO_PLAN, NO_PLAN, WALKED),
    "plan-heap-order-low": ("H3 order", NO_PLAN, NO_PLAN, WALKED),
    "plan-blocks-more":    ("M4 24434; M4 the", NO_PLAN, NO_PLAN, "M4"),
    "plan-blocks-moved":   ("M4 the", NO_PLAN, NO_PLAN, "M4"),
    "plan-free-sum":       ("M4 24433", NO_PLAN, NO_PLAN, "M4; H3"),
    "plan-reserved-sum":   ("M4 24434", NO_PLAN, NO_PLAN, WALKED),
    "plan-page-sum":       ("M1", NO_PLAN, NO_PLAN, WALKED),
    "plan-flat":           ("M2", NO_PLAN, NO_PLAN, WALKED),
    "plan-nothing-reserved": ("R5 all 3 free ranges lie in RAM", NO_PLAN, NO_PLAN,
                              "ended by -EINVAL"),
    "plan-span":           ("M2", NO_PLAN, NO_PLAN, WALKED),
    "plan-free-range":     ("R2; R5; M4 24434; M4 the", NO_PLAN, NO_PLAN, "M4"),
    "plan-free-outside":   ("R5", NO_PLAN, NO_PLAN, "ended by -EINVAL"),
    "plan-free-order":     ("R5", NO_PLAN, NO_PLAN, "ended by -EEXIST"),
    "plan-free-begin":     ("R4", NO_PLAN, NO_PLAN, "ended by -EINVAL"),
    "plan-free-part":      ("R4", NO_PLAN, NO_PLAN, "ended by -EINVAL"),
}
CELLS = [pytest.param(fault, exercise, cell, id=f"{fault}-{exercise}")
         for fault, row in TABLE.items()
         for exercise, cell in zip(COMMANDS, row)]
RESULT = re.compile(r"^(not )?ok \d+ (.*)$", re.MULTILINE)
NOT_RUN = re.compile(r" # not run$")
# What the lab itself says broke ends with the address.
BROKE = re.compile(r"(?!H3).*: 0x[0-9a-f]+$")
# What faults.c ends with where the fault changed nothing.
NO_EFFECT = 3

pytestmark = pytest.mark.xdist_group("faults")


@pytest.fixture(scope="session", name="program")
def build():
    """The program with the faults."""
    out = boot.work() / "faults"
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
    assert sorted(names.replace("_", "-").split()) == sorted(TABLE)


def results(ktap):
    """The lines that count, as (not ok, text); all of them are counted."""
    found = [(bool(bad), text) for bad, text in RESULT.findall(ktap)]
    failed = sum(bad for bad, _ in found)
    skipped = sum(" # SKIP " in text for _, text in found)
    assert ktap.endswith(
        f"1..{len(found)}\n# pass:{len(found) - failed - skipped} "
        f"fail:{failed} skip:{skipped}\n"), ktap
    return found


@pytest.mark.parametrize("fault,exercise,cell", [
    cell for cell in CELLS if cell.values[2] not in REASONS])
def test_fault_turns_its_clauses_to_not_ok(program, fault, exercise, cell):
    status, ktap = run(program, fault.replace("-", "_"), COMMANDS[exercise])
    assert status == 0, f"status {status}\n{ktap}"
    found = results(ktap)
    for wanted in cell.split("; "):
        begin, not_run, _ = wanted.partition(" # not run")
        assert any(bad and text.startswith(begin) and
                   bool(NOT_RUN.search(text)) == bool(not_run)
                   for bad, text in found), f"{wanted}\n{ktap}"
    assert all(bad for bad, text in found if NOT_RUN.search(text)), ktap
    # Once something broke, which is said once, nothing of the lab is tested.
    broken = [number for number, (_, text) in enumerate(found)
              if BROKE.match(text) or NOT_RUN.search(text)]
    later = [text for _, text in found[min(broken, default=len(found)) + 1:]
             if not NOT_RUN.search(text) and " # SKIP " not in text]
    assert not later, f"tested after the lab broke: {later}\n{ktap}"


@pytest.mark.parametrize("fault,exercise,reason", [
    cell for cell in CELLS if cell.values[2] in REASONS])
def test_fault_that_an_exercise_cannot_see(program, fault, exercise, reason):
    status, ktap = run(program, fault.replace("-", "_"), COMMANDS[exercise])
    if reason in NOWHERE:
        assert status == NO_EFFECT, f"status {status}, but it {reason}"
    assert status in (0, NO_EFFECT) and "not ok" not in ktap, ktap
    results(ktap)
