# SPDX-License-Identifier: GPL-2.0-only
"""The benchmark's programs of this machine, see Makefile.

Nanoseconds depend on what else the machine does, and are no gate. All peers are
measured in one process, in turns, for some rounds.
"""

import functools
import subprocess
from statistics import median

import boot
from tests.bench import curves, guest
from tests.host import NEEDS, ROOT

ROUNDS = 9
PEERS = "project", "literal", "against"


def make(where, *arguments):
    subprocess.run([boot.SCRIPTS / "need", *NEEDS], check=True)
    with boot.lock(where / ".lock"):
        subprocess.run(["make", "-s", "-C", ROOT, "-f", "tests/bench/Makefile",
                        f"O={where}", *arguments], check=True)


@functools.cache
def program(name, bits=64, *, checked=True):
    """Build it, with sanitizers or for speed; return its path."""
    made = boot.work() / "bench" / f"host-{bits}{'' if checked else '-fast'}"
    make(made, f"BITS={bits}", *([] if checked else ["SAN=", "OPTIMIZE=-O2"]),
         name)
    return made / name


def engine(commit=""):
    """The buddy of this checkout, or of a commit, as a library; its path."""
    made = boot.work() / "bench/engine" / (commit or "now")
    if not commit:
        make(made, "engine")
        return made / "engine.so"
    source = made / "source"
    source.mkdir(parents=True, exist_ok=True)
    try:
        archive = subprocess.run(
            ["git", "-c", f"safe.directory={ROOT}", "-C", ROOT, "archive",
             commit, "--", "*.c", "*.h"], check=True, stdout=subprocess.PIPE)
        subprocess.run(["tar", "-x", "-C", source], check=True,
                       input=archive.stdout)
    except subprocess.CalledProcessError as error:
        raise boot.BootError(f"AGAINST={commit}: git does not give that commit"
                             ) from error
    try:
        make(made, f"ENGINE={source}", "engine")
    except subprocess.CalledProcessError as error:
        raise boot.BootError(f"AGAINST={commit}: the buddy of that commit does "
                             "not build here (see above)") from error
    return made / "engine.so"


def lines(what, number, *engines):
    """(case, peer, figure) of each line that the program prints."""
    done = subprocess.run([program("native", checked=False), what, str(number),
                           *engines], check=True, text=True,
                          stdout=subprocess.PIPE)
    return guest.LINE.findall(done.stdout)


def run(against="", rounds=ROUNDS):
    """{case: {peer: nanoseconds of each round}}"""
    found = {}
    for case, peer, cost in lines("cases", rounds, engine(),
                                  *([engine(against)] if against else [])):
        found.setdefault(case, {}).setdefault(peer, []).append(float(cost))
    return found


def fragments():
    """{order: {peer: {round: free blocks}}}; no figure depends on the machine."""
    return curves.fragments(lines("fragments", curves.ROUNDS, engine()))


def starts(gib=16384):
    """Nanoseconds to begin with RAM, up to so much, as curves.starts() has them."""
    return curves.starts(lines("starts", gib, engine()))


def faster(found):
    """How many times as fast as the earlier engine, the median of all rounds."""
    both = [earlier / ours for ours, earlier in
            zip(found.get("project", ()), found.get("against", ())) if ours]
    return f"{median(both):.1f}x" if both else ""


def table(counts):
    """Lines: a case, the least and the median of each peer."""
    peers = [peer for peer in PEERS
             if any(peer in found for found in counts.values())]
    yield "".join((f"{'':22}", *(f"{peer:>9} least, median" for peer in peers),
                   "    faster" if "against" in peers else ""))
    for case, found in counts.items():
        yield "".join((
            f"{case:22}",
            *(f"{min(found[peer]):12.2f}{median(found[peer]):12.2f}"
              if peer in found else " " * 24 for peer in peers),
            f"{faster(found):>10}")).rstrip()
