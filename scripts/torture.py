#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""`make torture`: the module on kernels that look at all it does.

    [SEED=N] scripts/torture.py [--quick | --total] [--minutes N] [WORD...]

Only the cases whose name holds one of the words are booted. With --quick only
those that `make test` has time for. --minutes adds long runs; --total prints what
they come to so far, and boots nothing. Prints a line for each check, what went
wrong under it, and ends with `N passed, N failed`.
"""

import argparse
import os
import sys

import races
from boot_test import boot_all
from torture_cases import CASES, soak
from torture_cases.case import seed

# At a time. Each keeps some CPUs busy, and guests that starve are said to be stuck
# by their own watchdogs.
BOOTS = max(1, os.cpu_count() // 2)
RACES_SHOWN = 10


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--quick", action="store_true",
                      help="only what `make test` has time for")
    what.add_argument("--total", action="store_true",
                      help="print what the long runs come to so far")
    parser.add_argument("--minutes", type=int, default=0,
                        help="of long runs, in all; none without it")
    parser.add_argument("word", nargs="*", help="a part of a case's name")
    return parser.parse_args()


def chosen(options):
    """The cases that are asked for."""
    cases = [*CASES, *soak.cases(options.minutes)]
    if options.quick:
        cases = [case for case in cases if case.quick]
    found = [case for case in cases if not options.word or
             any(word in case.name for word in options.word)]
    if not found:
        sys.exit(f"torture: no case's name holds {' or '.join(options.word)}; "
                 f"there are: {', '.join(case.name for case in cases)}"
                 f"{'' if options.minutes else '; --minutes adds soak'}")
    return found


def foreign_races(result):
    """Races of the kernel itself are told of, and not counted."""
    found = races.foreign(result.console)
    for title, times in found.most_common(RACES_SHOWN):
        print(f"# a race of the kernel's own, {times} times: {title}")


def main():
    options = arguments()
    if options.total:
        soak.total()
        return
    cases = chosen(options)
    print(f"# SEED={seed()} repeats the random numbers of this run")
    boot_all("torture", "the kernels build", cases, BOOTS, foreign_races)


if __name__ == "__main__":
    main()
