# SPDX-License-Identifier: GPL-2.0-only
"""The cases of `make boot`: what is booted and what must be seen of it."""

from . import (commands, layout, lifecycle, lockdep, pixel6, region, trees,
               verdicts, whole)

# What takes longest comes first: two boots run at a time.
CASES = [*lockdep.CASES, *region.CASES, *lifecycle.CASES, *whole.CASES,
         *trees.CASES, *commands.CASES, *pixel6.CASES, *layout.CASES,
         *verdicts.CASES]
