# SPDX-License-Identifier: GPL-2.0-only
"""Load the module in real boots and check what it says."""

import pytest

from . import (commands, desk, ends, irqsoff, layout, lifecycle, lockdep, pixel6,
               placing, region, trees, verdicts, whole)
from .case import items, verify

ROOM = (lockdep, irqsoff, region, ends, lifecycle, whole, trees, placing,
        commands, pixel6, layout, verdicts, desk)


@pytest.mark.parametrize("case, holds", items(
    case for module in ROOM for case in module.CASES))
def test_boot(case, holds):
    verify(case, holds)
