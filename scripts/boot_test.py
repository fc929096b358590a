#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""`make boot`: load the module in real boots and check what it says.

    scripts/boot_test.py [WORD...]

Only the cases whose name holds one of the words are booted. Prints a line for
each check, what went wrong under it, and ends with `N passed, N failed`.
"""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed

import boot
from boot_cases import CASES
from boot_cases.case import Case
from boot_cases.shadow import Wrong


class Tally:
    """Prints the results and counts them."""

    def __init__(self):
        self.passed = self.failed = 0

    def result(self, sentence, wrong=None):
        if wrong is None:
            self.passed += 1
        else:
            self.failed += 1
        number = self.passed + self.failed
        print(f"{'ok' if wrong is None else 'not ok'} {number} {sentence}")
        for line in (wrong or "").splitlines():
            print(f"    # {line}")
        sys.stdout.flush()

    def check(self, check, result):
        try:
            check.holds(result)
            self.result(check.sentence)
        except (Wrong, ValueError, LookupError) as wrong:
            self.result(check.sentence,
                        f"{wrong}\nall of that boot: {result.folder}")


def quiet_kernel(case, result):
    """What the kernel itself had to say about the boot; None for nothing."""
    where = f"console log: {result.folder / 'console.log'}"
    if complaints := result.complaints():
        return "\n".join([*complaints[:5], where])
    if case.panics:
        return None if result.panic else f"it did not panic\n{where}"
    if result.panic:
        return f"it panicked: {result.panic}\n{where}"
    if result.status is None:
        return f"it ended before its script did\n{where}"
    return f"its script failed\n{where}" if result.status else None


def report(tally, case, future, remark):
    try:
        result = future.result()
    except (boot.BootError, OSError, subprocess.SubprocessError) as error:
        for check in case.checks:
            tally.result(check.sentence, f"no such boot: {error}")
        return
    print(f"# {case.name}: {result.seconds:.1f} s")
    remark(result)
    for check in case.checks:
        tally.check(check, result)
    if isinstance(case, Case) and not case.complains:
        tally.result(f"boot {case.name} ends as it should, without a complaint "
                     "of the kernel", quiet_kernel(case, result))


def boot_all(me, builds, cases, at_a_time, remark=lambda result: None):
    """Build what the cases need, boot them, print it all; never return.

    `me` begins a message, `builds` is the sentence that fails where something
    does not build, `remark` is called with each result before it is checked.
    """
    try:
        for kernel in sorted({case.kernel for case in cases}):
            print(f"# build for kernel {kernel}", flush=True)
            boot.build(kernel)
    except boot.BootError as error:
        print(f"not ok 1 {builds}\n    # {error}\n0 passed, 1 failed")
        sys.exit(1)
    # What ends this program ends its guests too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    tally = Tally()
    with ThreadPoolExecutor(at_a_time) as pool:
        boots = {pool.submit(case.run): case for case in cases}
        try:
            for future in as_completed(boots):
                report(tally, boots[future], future, remark)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            boot.kill_all()
            sys.exit(f"{me}: interrupted")
    print(f"{tally.passed} passed, {tally.failed} failed")
    sys.exit(1 if tally.failed else 0)


def main():
    words = sys.argv[1:]
    cases = [case for case in CASES
             if not words or any(word in case.name for word in words)]
    if not cases:
        sys.exit(f"boot: no case's name holds {' or '.join(words)}; there are: "
                 f"{', '.join(case.name for case in CASES)}")
    boot_all("boot", "the module builds", cases, os.cpu_count())


if __name__ == "__main__":
    main()
