# SPDX-License-Identifier: GPL-2.0-only
"""What test labs are given: Tradefed's files, read as it reads them."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

from tests.check import files, packaging
from tests.kunit import suites

# Tradefed takes all before the first dot for the suite, and a result of a suite's own
# name for the suite's end; what follows on # is no part of a name.
NAME = re.compile(r"\w+")


def names():
    """Names of suites and cases that would be others for Tradefed."""
    found = []
    for suite, cases in suites().items():
        short = [case.removeprefix(f"{suite}.") for case in cases]
        found += [f"{suite}: {name} has more than letters, digits and _"
                  for name in (suite, *short) if not NAME.fullmatch(name)]
        found += [f"{suite}: case {name} would be its end"
                  for name in short if name == suite]
        found += [f"{suite}: case {name} is there twice"
                  for name in {*short} if short.count(name) > 1]
    return found


def tradefed():
    """One result a case; the files that are pushed come with the test."""
    root = ElementTree.fromstring(files.read(packaging.TRADEFED).encode())
    test, = root.iter("test")
    found = names()
    resolution = packaging.options(test, "ktap-result-parser-resolution")
    if resolution != [(None, "INDIVIDUAL_LEAVES")]:
        found.append(f"{packaging.TRADEFED}: one result for all cases: "
                     f"ktap-result-parser-resolution is {resolution}")
    groups = packaging.bazel_rules("filegroup")
    have = {Path(label.rpartition(":")[2]).name.removesuffix(".ko") + ".ko"
            for label in groups["test_modules"]["srcs"]}
    pushed = {key for key, _ in packaging.options(root, "push-file")}
    if have != pushed:
        found.append(f"BUILD.bazel: test_modules has {sorted(have)}, "
                     f"{packaging.TRADEFED} pushes {sorted(pushed)}")
    wanted = {"TEST_MAPPING", packaging.TRADEFED, ":test_modules"}
    if {*groups["tradefed"]["srcs"]} != wanted:
        found.append(f"BUILD.bazel: tradefed: expected {sorted(wanted)}")
    # As in AOSP: JSON with comments, which the readers take out by the line.
    mapping = json.loads("\n".join(line for line in files.lines("TEST_MAPPING")
                                   if not line.startswith("//")))
    keys = [key for key, _ in packaging.options(test, "test-command-line")]
    for group, tests in mapping.items():
        if [test["name"] for test in tests] != keys:
            found.append(f"TEST_MAPPING: {group}: expected {', '.join(keys)}")
    return found
