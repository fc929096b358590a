#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Run the parts of the tests named on the command line and add them up.

A part is a target of the Makefile that ends with a line `N passed, N failed`,
perhaps with `, N skipped`. One that ends without it, that ran nothing, or whose
exit status contradicts it counts as one failure more. All parts run, whatever the
earlier ones did; the last line printed is the sum.

Two parts run at a time, since most of them keep one processor busy. Output is
shown part by part in the order given: that of the foremost one as it comes, that
of the other when its turn comes.
"""

import queue
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLOSING = re.compile(r"(\d+) passed, (\d+) failed(?:, (\d+) skipped)?")
# What may follow the closing line: nothing, or make's word on a failed part.
TRAILER = re.compile(r"|make(\[\d+\])?: \*\*\* .*")
AT_A_TIME = 2


def line(passed, failed, skipped):
    text = f"{passed} passed, {failed} failed"
    return f"{text}, {skipped} skipped" if skipped else text


def judge(counts, status):
    """The counts of a part and a complaint, from its last line and status."""
    if counts is None:
        return [0, 1, 0], "ended without its closing line"
    if not counts[0] + counts[1]:
        return [0, 1, counts[2]], "ran no test"
    if status and not counts[1]:
        return [counts[0], 1, counts[2]], f"exit status {status}"
    if counts[1] and not status:
        return counts, "exit status 0 in spite of failures"
    return counts, ""


class Part:
    """One part: runs in a thread of its own, shown by the main one."""

    def __init__(self, name, pool):
        self.name = name
        self.output = queue.SimpleQueue()
        self.done = pool.submit(self.run)

    def run(self):
        """Run it; return its counts, a complaint and the seconds it took."""
        start = time.monotonic()
        counts = None
        try:
            with subprocess.Popen(["make", "--no-print-directory", self.name],
                                  cwd=ROOT, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True,
                                  errors="replace") as make:
                for output in make.stdout:
                    self.output.put(output)
                    if TRAILER.fullmatch(output.strip()):
                        continue
                    found = CLOSING.fullmatch(output.strip())
                    counts = [int(count or 0) for count in found.groups()] \
                        if found else None
        finally:
            self.output.put(None)
        return *judge(counts, make.returncode), time.monotonic() - start

    def show(self):
        """Print what it says until it ends; return what run() returned."""
        print(f"=== make {self.name}", flush=True)
        while (output := self.output.get()) is not None:
            print(output, end="", flush=True)
        return self.done.result()


def main():
    total = [0, 0, 0]
    table = []
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for part in [Part(name, pool) for name in sys.argv[1:]]:
            counts, complaint, seconds = part.show()
            total = [a + b for a, b in zip(total, counts)]
            table.append(f"{part.name:8}{line(*counts)} in {seconds:.0f} s"
                         f"{complaint and f' ({complaint})'}")
    print("=== summary", *table, line(*total), sep="\n")
    sys.exit(1 if total[1] or not total[0] else 0)


if __name__ == "__main__":
    main()
