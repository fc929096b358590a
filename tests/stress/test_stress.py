# SPDX-License-Identifier: GPL-2.0-only
"""The module on kernels that look at all it does; MINUTES=60 adds long runs."""

import os

import pytest

from tests.boot.case import items, verify

from . import (cma, detectors, dump, faults, hand, kernels, lifecycle, load, regions,
               soak, unlocked)

CASES = [case for module in (faults, lifecycle, kernels, cma, load, detectors,
                        regions, unlocked, dump, hand) for case in module.CASES]


@pytest.mark.long
@pytest.mark.parametrize("case, holds", items(
    [*CASES, *soak.cases(int(os.environ.get("MINUTES") or 0))]))
def test_stress(case, holds):
    verify(case, holds)
