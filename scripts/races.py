# SPDX-License-Identifier: GPL-2.0-only
"""Data races that KCSAN reports: whose they are.

A kernel of that size has races of its own, and KCSAN_STRICT shows them all. They
are not what is tested here. A report counts as ours if one of the functions next
to one of its accesses is the project's: an inline function of the kernel that our
code calls is seen as our code, and so is what it calls directly.
"""

import re
from collections import Counter

NEAR = 3  # functions next to the access
RULE = re.compile(r"(?:\[[ .\d]+\] )?={60,}")
TITLE = re.compile(r"BUG: KCSAN: (.*)")
# Above each stack: "write to 0xffff... of 8 bytes by task 77 on cpu 1:".
ACCESS = re.compile(r"(?:\[[ .\d]+\] )?(?:race at unknown origin, with )?"
                    r"(?:\S+ )*to 0x[0-9a-f]+ of \d+ bytes by .* on cpu \d+:")
OURS = "[buddy_shadow"


def _is_ours(report):
    near = 0
    for line in report:
        if ACCESS.fullmatch(line):
            near = NEAR
        elif near:
            near -= 1
            if OURS in line:
                return True
    return OURS in report[0]


def _reports(lines):
    """Yield (number of the first line, lines) of each whole report."""
    start = None
    for number, line in enumerate(lines):
        if TITLE.search(line):
            start = number
        elif RULE.fullmatch(line) and start is not None:
            yield start, lines[start:number]
            start = None


def without_foreign(text):
    """A kernel's log without the titles of the races of others.

    What else may stand between the lines of such a report stays.
    """
    lines = text.splitlines()
    titles = {number for number, report in _reports(lines)
              if not _is_ours(report)}
    return "\n".join(line for number, line in enumerate(lines)
                     if number not in titles)


def foreign(text):
    """How often each race of others was reported: Counter of titles."""
    return Counter(TITLE.search(report[0])[1]
                   for _, report in _reports(text.splitlines())
                   if not _is_ours(report))
