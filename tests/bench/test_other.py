# SPDX-License-Identifier: GPL-2.0-only
"""What another processor's pages cost to free."""

import functools

import boot
import pytest

from . import guest


@functools.cache
def others():
    return guest.run(boot.SYSTEMS_KERNEL, "others=1 brief=1", cpus=2)[0]


@pytest.mark.long
@pytest.mark.seconds(30)
@pytest.mark.xdist_group("bench")
@pytest.mark.parametrize("peer", ["project", "literal"])
def test_whose_page_it_is_costs_no_instruction(peer):
    """Neither has lists of processors, and the one that waits executes nothing."""
    counts = others()
    assert counts["free-by-same"][peer] > 50
    assert abs(counts["free-by-other"][peer] - counts["free-by-same"][peer]) < 0.02
