#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""`make bench`: what the buddy costs beside Linux's own and the record's design.

A table of instructions an operation with ratios to the literal version of the design
and to Linux, one of nanoseconds on this machine, the same as JSON and as pictures. `make bench CHECK=1` only looks
whether it costs more than it did; the exit status is 1 then.
"""

import argparse
import json
import platform
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[1] / "scripts")]

import boot
from tests.bench import guest, kept, native, plot

PEERS = "project", "literal", "linux", "gen_pool", "memset"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kernel", default=boot.SYSTEMS_KERNEL)
    parser.add_argument("--out", type=Path, default=boot.work() / "bench/out",
                        help="where the JSON and the pictures go")
    parser.add_argument("--against", default="", metavar="COMMIT",
                        help="an earlier buddy to compare with, on this machine")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--check", action="store_true",
                      help="only compare with the figures that are kept")
    only.add_argument("--keep", action="store_true",
                      help="keep the figures of this build")
    return parser.parse_args()


def ratio(counts, peer):
    """How many times another peer's cost ours is, as text."""
    if not counts.get(peer) or "project" not in counts:
        return ""
    return f"{counts['project'] / counts[peer]:.2f}"


def table(counts):
    """Lines: a case, the cost of each peer, and what ours is to two of them."""
    peers = [peer for peer in PEERS
             if any(peer in found for found in counts.values())]
    yield "".join((f"{'':22}", *(f"{peer:>10}" for peer in peers),
                   f"{'/literal':>10}{'/linux':>10}"))
    for case, found in counts.items():
        yield "".join((
            f"{case:22}",
            *(f"{found[peer]:10.1f}" if peer in found else f"{'-':>10}"
              for peer in peers),
            f"{ratio(found, 'literal'):>10}{ratio(found, 'linux'):>10}"
        )).rstrip()


def brief(kernel, *make):
    """The build, and the ratios, of the buddy and the literal version alone."""
    counts, result = guest.run(kernel, "brief=1", make=make)
    return guest.build_name(kernel, *make), kept.ratios(counts), result


def check(options):
    """Print a line a case; return whether all are good."""
    build, found, _ = brief(options.kernel)
    sentence, verdicts = kept.judge(build, found, kept.read())
    print(sentence, *verdicts, sep="\n")
    bad = [verdict for verdict in verdicts if not verdict.good]
    print(f"bench: {len(verdicts) - len(bad)} cases are good, {len(bad)} are not")
    return not bad


def keep(options):
    build, found, _ = brief(options.kernel)
    kept.keep(build, found)
    print(f"bench: {len(found)} figures are kept for {build}")


def leave(directory, name, counts, title, unit):
    """The figures as JSON, and as a picture."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / f"{name}.json").write_text(
        json.dumps({"of": title, unit: counts}, indent=1) + "\n", "utf-8")
    if plot.pyplot:
        plot.bars(directory / f"{name}.png", counts, title, unit)


def full(options):
    build = guest.build_name(options.kernel)
    counts, result = guest.run(options.kernel)
    print(f"instructions an operation, {build}", *table(counts), sep="\n")
    leave(options.out, "guest", counts, build, "instructions an operation")
    rounds = native.run(options.against)
    print(f"nanoseconds an operation on this machine, {native.ROUNDS} rounds",
          *native.table(rounds), sep="\n")
    leave(options.out, "native", {
        case: {peer: min(costs) for peer, costs in found.items()}
        for case, found in rounds.items()},
        f"least of {native.ROUNDS} rounds, {platform.machine()}",
        "nanoseconds an operation")
    print(f"bench: figures and pictures are in {options.out}, all of the boot in "
          f"{result.directory}")


def main():
    options = arguments()
    try:
        if options.check:
            sys.exit(not check(options))
        if options.keep:
            keep(options)
        else:
            full(options)
    except (boot.BootError, kept.NoFigures) as error:
        sys.exit(f"bench: {error}")


if __name__ == "__main__":
    main()
