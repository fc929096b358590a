# SPDX-License-Identifier: GPL-2.0-only
"""To begin with ever more RAM, and memory that falls to pieces."""

import boot
import pytest

from . import curves, native


def test_an_array_larger_than_its_memory_is_a_good_one():
    """All blocks are handed out, each once; what takes how long is not asked."""
    costs = native.starts(512)
    assert [*costs] == [8, 64, 512]
    for found in costs.values():
        assert len(found["project"]) == len(found["memset"]) >= 3


@pytest.mark.parametrize("blocks", [0, 1, 3])
def test_without_all_blocks_there_is_no_figure(blocks):
    with pytest.raises(boot.BootError, match="of 8 GiB"):
        curves.starts([("init-gib-8", "project", "2.5"),
                       ("begun-gib-8", "project", f"{blocks}.00")])


def test_the_ratio_is_the_median_of_the_rounds():
    costs = curves.starts([("init-gib-8", peer, cost) for peer, costs in
                           {"project": (4e6, 3e6, 9e6), "memset": (2e6, 3e6, 6e6)
                            }.items() for cost in costs])
    assert [*curves.start_table(costs, 1e6)][1].split() == \
        ["8", "3.0", "2.0", "1.50"]
    assert curves.start_lines(costs) == {"memset": {8: 2e6}, "project": {8: 3e6}}


@pytest.mark.long
@pytest.mark.seconds(30)
@pytest.mark.xdist_group("bench")
def test_linux_itself_falls_to_pieces():
    """A random half is free; what nobody got is not among the blocks."""
    blocks, pages = curves.linux(boot.SYSTEMS_KERNEL, rounds=20)
    assert pages > 150_000
    small, large = (blocks[order]["linux"] for order in ("order-3", "order-9"))
    assert [*small] == [*large] == [0, 20]
    assert 100 < small[0] < 500 < small[20] and max(large.values()) < 8
