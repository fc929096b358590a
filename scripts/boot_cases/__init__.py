# SPDX-License-Identifier: GPL-2.0-only
"""The cases of `make boot`: what is booted and what must be seen of it."""

from . import commands, layout, region, verdicts

CASES = [*layout.CASES, *verdicts.CASES, *region.CASES, *commands.CASES]
