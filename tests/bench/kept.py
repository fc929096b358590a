# SPDX-License-Identifier: GPL-2.0-only
"""Does the buddy cost more than it did? The figures that are kept, and the judge.

What is kept and compared is a case's cost as a ratio to the literal version's of the
same run, or to that one's steady pair where it has no such case. A kernel build and a
compiler have figures of their own: kept.json.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).resolve().parent / "kept.json"
BASE = "pair0-steady"
# By how much a ratio may rise: on the same build, and on one near it.
SAME, NEAR = 1.03, 1.10
# Of 6.1.0-56-arm64 and of 6.12.117+deb12-rt-arm64: series, numbers, flavour.
BUILD = re.compile(r"(\d+\.\d+)\.(\d+)(?:\+\w+)?(?:-(\d+))?-(\S+), (.*)")
COMPILER = re.compile(rb"GCC: \(([^)]*)\) [0-9.]+|clang version ([0-9.]+)")


class NoFigures(Exception):
    """Nothing is kept that this build could be compared with."""


def build_of(release, module):
    """A kernel's release and the compiler of a module, as kept.json names them."""
    found = COMPILER.search(Path(module).read_bytes())
    return f"{release}, {found[0].decode() if found else 'unknown compiler'}"


def ratios(counts):
    """{case: what the project's cost is to the literal version's}"""
    base = counts[BASE]["literal"]
    return {case: round(found["project"] / found.get("literal", base), 4)
            for case, found in counts.items() if "project" in found}


def read(path=FILE):
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def keep(build, found, path=FILE):
    """Put the ratios of a build in place of those that it had."""
    kept = read(path)
    kept[build] = found
    path.write_text(json.dumps(dict(sorted(kept.items())), indent=1) + "\n",
                    "utf-8")


def nearest(build, kept):
    """The build whose figures are nearest: the flavour, the compiler, the number."""
    wanted = BUILD.fullmatch(build)
    near = [(found[4] != wanted[4], found[5] != wanted[5],
             *(abs(int(found[part] or 0) - int(wanted[part] or 0))
               for part in (2, 3)), other)
            for other in sorted(kept)
            if wanted and (found := BUILD.fullmatch(other))
            and found[1] == wanted[1]]
    if not near:
        raise NoFigures(f"no figures are kept for {build}, nor for another kernel "
                        "of its series; make bench KEEP=1 keeps these")
    return min(near)[-1]


@dataclass(frozen=True)
class Verdict:
    """Of one case."""

    case: str
    ratio: float  # None: it did not run
    kept: float  # None: no figure is kept
    limit: float

    @property
    def good(self):
        return self.ratio is not None and self.kept is not None and \
            self.ratio <= self.kept * self.limit

    @property
    def less(self):
        """It could be held to less than what is kept."""
        return self.good and self.ratio * self.limit < self.kept

    def __str__(self):
        if self.ratio is None:
            return f"{self.case}: did not run"
        if self.kept is None:
            return f"{self.case}: {self.ratio:.3f}, no figure is kept: " \
                "make bench KEEP=1"
        return (f"{self.case}: {self.ratio:.3f} of the literal version's, kept "
                f"{self.kept:.3f}, {100 * (self.ratio / self.kept - 1):+.1f} %"
                f"{'' if self.good else ': MORE THAN IT MAY BE'}")


def judge(build, found, kept):
    """What is compared with what, in a sentence, and a verdict for each case."""
    if build in kept:
        other, limit = build, SAME
        sentence = f"compared with what is kept for {build}"
    else:
        other, limit = nearest(build, kept), NEAR
        sentence = (f"no figure is kept for {build}; compared with the nearest, "
                    f"{other}")
    cases = [*found, *(case for case in kept[other] if case not in found)]
    return f"{sentence}: a rise of {100 * (limit - 1):.0f} % is the most", [
        Verdict(case, found.get(case), kept[other].get(case), limit)
        for case in cases]
