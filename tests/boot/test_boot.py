# SPDX-License-Identifier: GPL-2.0-only
"""Load the module in real boots and check what it says."""

import devicetree
import pytest

from . import (cases, commands, desk, ends, events, irqsoff, layout, lifecycle, lockdep, pixel6,
               placing, region, trees, verdicts, whole)
from .case import items, verify

ROOM = (cases, lockdep, events, irqsoff, region, ends, lifecycle, whole, trees, placing,
        commands, pixel6, layout, verdicts, desk)


def test_the_program_at_the_desk_is_compared_on_every_machine():
    assert {case.machine.tree for module in ROOM for case in module.CASES
            if desk.BESIDE in case.job} == set(devicetree.names())


@pytest.mark.parametrize("case, holds", items(
    case for module in ROOM for case in module.CASES))
def test_boot(case, holds):
    verify(case, holds)
