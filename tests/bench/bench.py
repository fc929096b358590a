#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""`make bench`: what the buddy costs beside Linux's own and the record's design.

Tables of instructions an operation with ratios to the literal version of the design and
to Linux, of what grows with a machine, of how a region falls to pieces, of what a
person waits for, of nanoseconds on this machine; the same as JSON and as pictures.
`make bench CHECK=1` only looks whether it costs more than it did; the exit status is 1
then.
"""

import argparse
import json
import math
import platform
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[1] / "scripts")]

import boot
from tests.bench import curves, guest, kept, native, plans, plot, waits

DOCUMENT = HERE.parents[1] / "Documentation/benchmark.rst"
PEERS = "project", "literal", "linux", "gen_pool", "drm_buddy", "memset"


def arguments(given=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kernel", default=boot.SYSTEMS_KERNEL)
    parser.add_argument("--out", type=Path, default=boot.work() / "bench/out",
                        help="where the JSON and the pictures go")
    parser.add_argument("--against", default="", metavar="COMMIT",
                        help="an earlier buddy to compare with, on this machine")
    parser.add_argument("--document", action="store_true",
                        help="put the tables into Documentation/benchmark.rst")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=(),
                        help="of a full run only these parts")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--check", action="store_true",
                      help="only compare with the figures that are kept")
    only.add_argument("--brief", action="store_true",
                      help="only the buddy and the literal version, in the guest")
    only.add_argument("--keep", action="store_true",
                      help="keep the figures of this build")
    return parser.parse_args(given)


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


def in_turn(counts):
    """Lines: what four banks asked in turn cost to the same in one."""
    for case, found in counts.items():
        one = counts.get(case.replace("-4-banks", "-1-bank"))
        if case.endswith("-4-banks") and one:
            yield f"{case.replace('-4-banks', ', 4 banks to 1'):32}" + "".join(
                f"{peer:>10} {found[peer] / one[peer]:.2f}"
                for peer in found if peer in one)


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
    if less := [verdict for verdict in verdicts if verdict.less]:
        print(f"bench: {len(less)} cases cost less than what is kept by more than "
              "that; make bench KEEP=1 holds them to it")
    print(f"bench: {len(verdicts) - len(bad)} cases are good, {len(bad)} are not")
    return not bad


def keep(options):
    build, found, _ = brief(options.kernel)
    kept.keep(build, found)
    print(f"bench: {len(found)} figures are kept for {build}")


def grows(found):
    """The power of the number with which the last tenfold made the work grow."""
    last = [found[size] for size in sorted(found)[-2:]]
    return f"{math.log10(last[1] / last[0]):.2f}" if len(last) == 2 else ""


def size_table(counts):
    """Lines: a case, what it cost for each number, and how that grows."""
    sizes = sorted({size for found in counts.values() for size in found})
    yield f"{'':28}" + "".join(f"{size:>13}" for size in sizes) + "    power"
    for case, found in counts.items():
        yield f"{case:28}" + "".join(
            f"{found[size]:13.0f}" if size in found else f"{'-':>13}"
            for size in sizes) + f"{grows(found):>9}"


class Out:
    """Where figures go: a table at once, the rest into files."""

    def __init__(self, directory):
        self.directory = directory
        self.tables = {}
        directory.mkdir(parents=True, exist_ok=True)

    def say(self, name, title, lines, figures, draw=None, *arguments):
        self.tables[name] = "".join(f"{line}\n" for line in lines)
        print(f"== {title}", self.tables[name], sep="\n", flush=True)
        (self.directory / f"{name}.json").write_text(
            json.dumps({"of": title, "figures": figures}, indent=1) + "\n",
            "utf-8")
        if draw and plot.pyplot:
            draw(self.directory / f"{name}.png", figures, title, *arguments)

    def draw(self, name, *arguments):
        """Lines, of what is not the figures as they are."""
        if plot.pyplot:
            plot.lines(self.directory / f"{name}.png", *arguments)


def cases(options, out):
    build = guest.build_name(options.kernel)
    counts, _ = guest.run(options.kernel, peers=True)
    counts.update(guest.run(options.kernel, "others=1", peers=True, cpus=2)[0])
    for absent in counts.pop("absent", ()):
        print(f"bench: {absent}: this kernel has none")
    out.say("guest", f"instructions an operation, {build}",
            (*table(counts), *in_turn(counts)), counts, plot.bars, "instructions")


def sizes(options, out):
    build = guest.build_name(options.kernel)
    found, _ = guest.run(options.kernel, "sizes=1")
    init = curves.starts(curves.lines(found))
    counts = {case: {int(size): count for size, count in sizes.items()}
              for case, sizes in found.items() if "-gib-" not in case}
    whole = {case: sizes for case, sizes in counts.items() if len(sizes) == 1}
    counts = {case: counts[case] for case in counts if case not in whole}
    out.say("sizes", f"instructions for so many ranges or banks, {build}",
            size_table(counts), counts, plot.lines, ("number", "instructions"))
    title = f"instructions to begin with so many GiB, {build}"
    out.say("init", title, curves.start_table(init), init)
    out.draw("init", curves.start_lines(init), title, ("GiB", "instructions"))
    out.say("check", "instructions to check all of 8 GiB, interrupts off",
            (f"{case:20}{count:13.0f}" for case, sizes in whole.items()
             for count in sizes.values()), whole)


def waiting(options, out):
    found = {**waits.guest(options.kernel), **waits.around(options.kernel)}
    out.say("waits", "milliseconds: of the guest by its instructions, around it "
            "by the clock", waits.table(found), found)


def trees(_, out):
    counts = plans.steps()
    out.say("plans", "steps from a tree with so many ranges or nodes to all files",
            size_table(counts), counts, plot.lines, ("number", "steps"))


def starts(_, out):
    costs = native.starts()
    title = "to begin with so many GiB, on this machine"
    out.say("starts", f"milliseconds {title}", curves.start_table(costs, 1e6),
            costs)
    out.draw("starts", curves.start_lines(costs), f"nanoseconds {title}",
             ("GiB", "nanoseconds"))


def fragments(options, out):
    """The buddy and the literal version on this machine, Linux in a guest."""
    blocks = native.fragments()
    linux, pages = curves.linux(options.kernel)
    for order, found in linux.items():
        blocks[order].update(found)
    out.say("fragments", "free blocks, after rounds of freeing and allocating a "
            f"tenth; of Linux {pages:.0f} pages", curves.fragment_table(blocks),
            blocks)
    out.draw("fragments", curves.fragment_lines(blocks), "free blocks, half of "
             "all pages are free", ("rounds", "blocks"), ("linear", "symlog"))


def nanoseconds(options, out):
    rounds = native.run(options.against)
    title = (f"nanoseconds an operation, {native.ROUNDS} rounds, "
             f"{platform.machine()}")
    out.say("native", title, native.table(rounds), rounds)
    if plot.pyplot:
        plot.bars(out.directory / "native.png", {
            case: {peer: min(costs) for peer, costs in found.items()}
            for case, found in rounds.items()}, f"least: {title}", "nanoseconds")


# What each one says is named so, too; `sizes` also has `init` and `check`.
PARTS = {"guest": cases, "sizes": sizes, "waits": waiting, "plans": trees,
         "starts": starts, "fragments": fragments, "native": nanoseconds}


def document(text, tables):
    """A document with these tables in place of those that it had."""
    for name, table_ in tables.items():
        head = f".. figures: {name}\n\n::\n\n"
        before, _, after = text.partition(head)
        rest = re.sub(r"\A(?:\t.*\n)*", "", after)
        if after:
            text = before + head + re.sub("^", "\t", table_, flags=re.M
                                          ).rstrip("\t") + rest
    return text


def full(options):
    out = Out(options.out)
    for name in options.only or PARTS:
        PARTS[name](options, out)
    if options.document:
        DOCUMENT.write_text(document(DOCUMENT.read_text("utf-8"), out.tables),
                            "utf-8")
    print(f"bench: figures and pictures are in {out.directory}")


def main():
    options = arguments()
    try:
        if options.check:
            sys.exit(not check(options))
        if options.brief:
            counts, _ = guest.run(options.kernel, "brief=1")
            print(*table(counts), *in_turn(counts), sep="\n")
            return
        if options.keep:
            keep(options)
        else:
            full(options)
    except (boot.BootError, kept.NoFigures) as error:
        sys.exit(f"bench: {error}")


if __name__ == "__main__":
    main()
