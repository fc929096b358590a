#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""`make bench`: what the buddy costs beside Linux's own and the record's design.

A table of instructions an operation, with ratios: to the literal version of the
design, and to Linux.
"""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[1] / "scripts")]

import boot
from tests.bench import guest

PEERS = "project", "literal", "linux", "gen_pool", "memset"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kernel", default=boot.SYSTEMS_KERNEL)
    parser.add_argument("--brief", action="store_true",
                        help="without Linux's own allocators")
    return parser.parse_args()


def ratio(counts, peer):
    """By how much another peer costs more, as text."""
    if peer not in counts or "project" not in counts or not counts["project"]:
        return ""
    return f"{counts[peer] / counts['project']:.2f}x"


def table(counts):
    """Lines: a case, the cost of each peer, and what two of them are to ours."""
    peers = [peer for peer in PEERS
             if any(peer in found for found in counts.values())]
    yield "".join((f"{'':22}", *(f"{peer:>10}" for peer in peers),
                   f"{'/literal':>10}{'/linux':>10}"))
    for case, found in counts.items():
        yield "".join((
            f"{case:22}",
            *(f"{found[peer]:10.1f}" if peer in found else f"{'-':>10}"
              for peer in peers),
            f"{ratio(found, 'literal'):>10}{ratio(found, 'linux'):>10}"))


def main():
    options = arguments()
    try:
        counts, result = guest.run(options.kernel,
                                   "brief=1" if options.brief else "")
    except boot.BootError as error:
        sys.exit(f"bench: {error}")
    print(*table(counts), sep="\n")
    print(f"bench: all about it is in {result.directory}")


if __name__ == "__main__":
    main()
