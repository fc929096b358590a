# SPDX-License-Identifier: GPL-2.0-only
"""How often a self-test at load notices a buddy without a lock (B7)."""

from boot import Machine
from tests.boot.case import check
from tests.boot.ends import LOADS, UNLOCKED_JOB, noticed, unlocked
from .case import StressCase

CASES = [
    # On an idle machine: two processors that have no time are never beside each
    # other.
    StressCase("unlocked", Machine(cpus=2), f"set -- all\n{UNLOCKED_JOB}", [
        check(f"unlocked: {LOADS - 1} of {LOADS} self-tests at load notice a "
              "buddy without a lock", noticed, "unlocked", LOADS - 1),
    ], files=unlocked),
]
