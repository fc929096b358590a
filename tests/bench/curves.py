# SPDX-License-Identifier: GPL-2.0-only
"""Two curves: to begin with ever more RAM, and memory that falls to pieces.

The module and the program print the same lines: (case, peer, figure).
"""

from statistics import median

import boot
from tests.bench import guest

BLOCK_GIB = 4  # of the largest block
ROUNDS = 400
# Memory of the guest in which Linux's own falls to pieces.
LINUX = "1G"


def lines(counts):
    """Those of guest.run()."""
    return ((case, peer, count) for case, found in counts.items()
            for peer, count in found.items())


def starts(found):
    """{GiB: {peer: what it cost in each round}}

    Where the allocator did not have all blocks of its RAM after that, the memory of its
    descriptors was no good, and no figure is.
    """
    costs = {}
    for case, peer, figure in found:
        what, _, gib = case.partition("-gib-")
        if what == "begun" and float(figure) * BLOCK_GIB != int(gib):
            raise boot.BootError(f"of {gib} GiB it had {figure} blocks of 4 GiB")
        if what == "init":
            costs.setdefault(int(gib), {}).setdefault(peer, []).append(
                float(figure))
    return costs


def start_table(rounds, unit=1):
    """Lines: GiB, the least of each, the median of what one is to the other."""
    yield f"{'GiB':>22}{'project':>14}{'memset':>14}{'ratio':>10}"
    for gib, found in rounds.items():
        ours, others = found["project"], found["memset"]
        ratio = median(one / other for one, other in zip(ours, others))
        yield f"{gib:22}" + "".join(
            f"{min(costs) / unit:14.{0 if unit == 1 else 1}f}"
            for costs in (ours, others)) + f"{ratio:10.2f}"


def start_lines(costs):
    """{peer: {GiB: the least}}, to draw."""
    return {peer: {gib: min(found[peer]) for gib, found in costs.items()}
            for peer in ("memset", "project")}


def fragments(found):
    """{order: {peer: {round: free blocks}}}"""
    blocks = {}
    for case, peer, figure in found:
        order, _, round_ = case.partition("-round-")
        if round_:
            blocks.setdefault(order, {}).setdefault(peer, {})[int(round_)] = \
                float(figure)
    return blocks


def linux(kernel, rounds=ROUNDS):
    """Those of Linux itself, of a boot, and the pages that it gave."""
    counts, _ = guest.run(kernel, f"fragments={rounds}", memory=LINUX)
    return fragments(lines(counts)), counts["pages-filled"]["linux"]


def fragment_table(blocks):
    """Lines: an order and an allocator, the free blocks after some rounds."""
    for order, peers in blocks.items():
        for peer, rounds in peers.items():
            some = [at for at in rounds if at % 100 == 0]
            yield f"{order:8}{peer:10}" + "".join(
                f"{rounds[at]:8.0f} after {at}" for at in some)


def fragment_lines(blocks):
    """{order and peer: {round: free blocks}}, to draw."""
    return {f"{order} {peer}": rounds for order, peers in blocks.items()
            for peer, rounds in peers.items()}
