# SPDX-License-Identifier: GPL-2.0-only
"""Tell in TAP how a run of kunit.py ended.

Its build folder holds what it left: results.json (its verdict on each case),
kunit.log (what it printed, with the failed cases' messages) and test.log (the
kernel's log). Every case is a test. One test more says that the kernel's log
is clean, another that kunit.py itself found nothing wrong: an assertion of
lockdep, a missing case, or an empty run fails although no case did.
"""

import json
import os
import re

from kunit_tap import cases

SPLAT = re.compile(
    r"WARNING:|BUG:|INFO: (possible|lockdep|task|rcu)|Oops|Kernel panic"
    r"|UBSAN:|KASAN:|suspicious RCU|inconsistent lock|Unable to handle"
    r"|list_(add|del) corruption|self-detected stall")
SPLAT_LINES = 25
# kunit.py ends each case with a line like `[14:02:11] [FAILED] merges_back`.
VERDICT = re.compile(r"^\[\d\d:\d\d:\d\d\] \[(PASSED|FAILED|SKIPPED|CRASHED)\]"
                     r"\s*(.*)")
BANNER = re.compile(r"^\[\d\d:\d\d:\d\d\] =+")
NOISE = re.compile(r"^(stty|qemu-system-aarch64): ")
SEED = re.compile(r"buddy_shadow_kunit\.seed=(\d+)")
TROUBLE = re.compile(r"\[ERROR\]|\[CRASHED\]|timed out|^ERROR")


def read_lines(path):
    """The lines of a file, none if it is not there."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()
    except FileNotFoundError:
        return []


def messages(lines):
    """By name of case: what kunit.py printed above each bad verdict on it."""
    found = {}
    block = []
    for line in lines:
        verdict = VERDICT.match(line)
        if verdict and verdict.group(1) in ("FAILED", "CRASHED"):
            found.setdefault(verdict.group(2), []).append(block)
        if verdict or BANNER.match(line):
            block = []
        elif not NOISE.match(line):
            block.append(re.sub(r"^\[\d\d:\d\d:\d\d\] ", "", line))
    return found


def splats(lines):
    """The places of the kernel's log where it complains."""
    for number, line in enumerate(lines):
        if SPLAT.search(line):
            return lines[number:number + SPLAT_LINES]
    return []


def load(build):
    """The tree of results; empty when kunit.py came to no end."""
    try:
        with open(os.path.join(build, "results.json"), encoding="utf-8") as f:
            return json.load(f)
    except (FileNotFoundError, json.JSONDecodeError):
        return {"test_cases": [], "sub_groups": []}


def report(tap, build, status):
    """Print what a run of kunit.py that ended with `status` found.

    Returns {case: status}.
    """
    said = read_lines(os.path.join(build, "kunit.log"))
    kernel_log = read_lines(os.path.join(build, "test.log"))
    verdicts = list(cases(load(build)))

    found = messages(said)
    for name, verdict in verdicts:
        good = verdict in ("PASS", "SKIP")
        blocks = found.get(re.split(r"[.]|: ", name)[-1])
        details = blocks.pop(0) if blocks and not good else ()
        tap.result(good, name, details, skipped=verdict == "SKIP")

    for seed in sorted(set(SEED.findall("\n".join(kernel_log)))):
        print(f"# SEED={seed} repeats the random tests")
    none = not tap.passed + tap.failed
    trouble = [line for line in said if TROUBLE.search(line)]
    bad = none or trouble or (status and not tap.failed)
    tap.result(not bad, "kunit.py ran cases and missed none",
               (trouble or said[-20:]) if bad else ())
    splat = splats(kernel_log)
    tap.result(bool(kernel_log) and not splat,
               "the kernel's log shows no warning",
               splat if kernel_log else ["there is no kernel log"])
    return dict(verdicts)
