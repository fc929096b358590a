# SPDX-License-Identifier: GPL-2.0-only
"""On every kernel: nodes without an address lie where its row says (R2)."""

import boot
import pytest
from tests.boot import placing
from tests.boot.case import items, verify

from .test_kernels import KERNELS, NO_WARNING

# tests/boot has this system's own kernel.
OTHERS = [kernel for kernel in KERNELS if kernel != boot.SYSTEMS_KERNEL]
QUICK = ("7.3", "many")


@pytest.mark.parametrize("case, holds", items(
    placing.case(tree, kernel, (kernel, tree) != QUICK, NO_WARNING)
    for kernel in OTHERS for tree in placing.TREES))
def test_places(case, holds):
    verify(case, holds)
