#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Run the parts of the tests named on the command line and add them up.

A part is a target of the Makefile that ends with a line `N passed, N failed`,
perhaps with `, N skipped`. One that ends without it, that ran nothing, or whose
exit status contradicts it counts as one failure more. All parts run, whatever the
earlier ones did; the last line printed is the sum.
"""

import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLOSING = re.compile(r"(\d+) passed, (\d+) failed(?:, (\d+) skipped)?")


def line(passed, failed, skipped):
    text = f"{passed} passed, {failed} failed"
    return f"{text}, {skipped} skipped" if skipped else text


def run(part):
    """Run one part, showing its output; return its counts and a complaint."""
    counts = None
    with subprocess.Popen(["make", "--no-print-directory", part], cwd=ROOT,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          text=True, errors="replace") as make:
        for output in make.stdout:
            print(output, end="", flush=True)
            found = CLOSING.fullmatch(output.strip())
            counts = [int(count or 0) for count in found.groups()] \
                if found else counts if not output.strip() else None
    if counts is None:
        return [0, 1, 0], "ended without its closing line"
    if not counts[0] + counts[1]:
        return [0, 1, counts[2]], "ran no test"
    if make.returncode and not counts[1]:
        return [counts[0], 1, counts[2]], f"exit status {make.returncode}"
    if counts[1] and not make.returncode:
        return counts, "exit status 0 in spite of failures"
    return counts, ""


def main():
    total = [0, 0, 0]
    table = []
    for part in sys.argv[1:]:
        print(f"=== make {part}", flush=True)
        start = time.monotonic()
        counts, complaint = run(part)
        total = [a + b for a, b in zip(total, counts)]
        seconds = time.monotonic() - start
        table.append(f"{part:8}{line(*counts)} in {seconds:.0f} s"
                     f"{complaint and f' ({complaint})'}")
    print("=== summary", *table, line(*total), sep="\n")
    sys.exit(1 if total[1] or not total[0] else 0)


if __name__ == "__main__":
    main()
