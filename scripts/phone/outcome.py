# SPDX-License-Identifier: GPL-2.0-only
"""What the copied files say: the verdict, and what passed and failed."""

import re
from dataclasses import dataclass

from .steps import pairs
from .error import PhoneError

# What a kernel says when something is wrong with the module.
COMPLAINT = re.compile(r"(WARNING|BUG|Oops|KASAN|UBSAN)\b.*\bbuddy_shadow")
LEAF = re.compile(r"^\s*(not )?ok \d+(.*)$")
NEEDED = ("verdict", "summary", "report", "result")


@dataclass
class Count:
    """Results of KTAP."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __str__(self):
        text = f"{self.passed} passed, {self.failed} failed"
        return f"{text}, {self.skipped} skipped" if self.skipped else text


def _depth(line):
    return len(line) - len(line.lstrip())


def count(ktap):
    """The results of KTAP, without those that only sum up deeper ones."""
    total, deepest = Count(), -1
    for line in ktap.splitlines():
        found = LEAF.match(line)
        if not found:
            continue
        depth = _depth(line)
        sums_up, deepest = depth < deepest, depth
        if sums_up and not (found[1] and not total.failed):
            continue
        if found[1]:
            total.failed += 1
        elif "# SKIP" in found[2]:
            total.skipped += 1
        else:
            total.passed += 1
    return total


def _holds(directory, name):
    try:
        return (directory / name).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise PhoneError(f"the module has no file '{name}' in debugfs",
                         "It does not fit to this script: use both from the same "
                         "version.") from error


def kunit(directory):
    """Name of a suite -> its Count. A suite without a result has failed."""
    counts = {}
    for path in sorted((directory / "kunit").glob("*")):
        counts[path.name] = count(path.read_text(errors="replace"))
        if not counts[path.name].passed + counts[path.name].skipped:
            counts[path.name].failed += 1
    return counts


def _kunit_lines(counts, why):
    if why:
        return [("KUnit", f"not run: {why}")]
    total = Count(sum(c.passed for c in counts.values()),
                  sum(c.failed for c in counts.values()),
                  sum(c.skipped for c in counts.values()))
    bad = ", ".join(name for name, c in counts.items() if c.failed)
    return [("KUnit", f"{total}, in {len(counts)} suites"
             + (f"; failed: {bad}" if bad else ""))]


def _region(summary, asked):
    """What was exercised on; a second line where that is not the pool."""
    kind = summary.get("region", "missing")
    if kind == "none":
        return [("region", "none: the phone spared no memory")]
    lines = [("region", f"{kind}, {summary.get('region_bytes')} bytes at "
              f"{summary.get('region_base')}")]
    if kind == "cma":
        return [(name, f"{text}, of {summary.get('region_pool')}")
                for name, text in lines]
    if asked:
        lines.append(("", "The pool was busy or too small, so memory from elsewhere "
                      "was taken. The note in the"))
        lines.append(("", "report says why. End camera and video apps, or ask "
                      "for less with --size."))
    return lines


def judge(directory, job):
    """(lines for a person as (name, text), did all go well?)"""
    texts = {name: _holds(directory, name) for name in NEEDED}
    summary = pairs(texts["summary"])
    verdict = texts["verdict"].strip()
    exercise = summary.get("exercise", "missing")
    counts = {} if job.kunit_said else kunit(directory)
    complaints = [line for line in job.log if COMPLAINT.search(line)]
    lines = [("verdict", verdict)]
    if verdict == "OK":
        lines += _region(summary, job.region)
    lines.append(("exercise", f"{exercise} ({count(texts['result'])})"))
    lines += _kunit_lines(counts, job.kunit_said)
    lines += [("complaint", line) for line in complaints]
    good = (verdict == "OK" and exercise == "passed" and not complaints
            and not any(c.failed for c in counts.values())
            and (counts or job.kunit_said) and not job.kunit_failed)
    return lines, bool(good)
