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
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed

import boot
import races
from boot_test import Tally, quiet_kernel
from torture_cases import CASES, soak
from torture_cases.case import seed

BOOTS = 2  # at a time; each keeps some CPUs busy
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


def report(tally, case, future):
    try:
        result = future.result()
    except (boot.BootError, OSError, subprocess.SubprocessError) as error:
        for check in case.checks:
            tally.result(check.sentence, f"no such boot: {error}")
        return
    print(f"# {case.name}: {result.seconds:.1f} s")
    foreign_races(result)
    for check in case.checks:
        tally.check(check, result)
    if not case.complains:
        tally.result(f"boot {case.name} ends as it should, without a complaint "
                     "of the kernel", quiet_kernel(case, result))


def run(cases):
    """Boot all of them; return the tally."""
    tally = Tally()
    with ThreadPoolExecutor(BOOTS) as pool:
        boots = {pool.submit(case.run): case for case in cases}
        try:
            for future in as_completed(boots):
                report(tally, boots[future], future)
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            sys.exit("torture: interrupted")
    return tally


def main():
    options = arguments()
    if options.total:
        soak.total()
        return
    cases = chosen(options)
    print(f"# SEED={seed()} repeats the random numbers of this run")
    try:
        for kernel in sorted({case.kernel for case in cases}):
            print(f"# build for kernel {kernel}", flush=True)
            boot.build(kernel)
    except boot.BootError as error:
        print(f"not ok 1 the kernels build\n    # {error}\n0 passed, 1 failed")
        sys.exit(1)
    tally = run(cases)
    print(f"{tally.passed} passed, {tally.failed} failed")
    sys.exit(1 if tally.failed else 0)


if __name__ == "__main__":
    main()
