# SPDX-License-Identifier: GPL-2.0-only
"""The KUnit suites in an arm64 kernel in QEMU, by the kernel's own kunit.py.

Each case of the sources is an item, one with parameters too.
"""

import functools
import json
import re
import subprocess
import sys
from pathlib import Path

import boot

# What a guest loads the test module with.
JOB = (Path(__file__).parent / "modules.sh").read_text(encoding="utf-8")

# What kunit.py configures the arm64 kernel from.
CONFIGS = [f"--kunitconfig={boot.SCRIPTS.parent / name}"
           for name in (".", "kunit/arm64.config")]

# A case that kunit.py knows has one of these.
PASSED = ("PASS", "SKIP")
SUITE = re.compile(r"^SHADOW_SUITE\((shadow_\w+)", re.M)
CASE = re.compile(r"\bKUNIT_CASE(?:_PARAM)?\(\s*(\w+)")


@functools.cache
def suites():
    """{suite: its cases as "suite.case"}, from the sources."""
    found = {}
    for path in sorted((boot.SCRIPTS.parent / "kunit").glob("*_kunit.c")):
        text = path.read_text(encoding="utf-8")
        suite, = SUITE.findall(text)
        found[suite] = [f"{suite}.{case}" for case in CASE.findall(text)]
    return found


def kernel_source():
    return subprocess.run(
        [boot.SCRIPTS / "kunit-source"], check=True, text=True,
        stdout=subprocess.PIPE).stdout.strip()


def kunit_py(directory, *arguments):
    """Run it. {case: {parameter or "": status}}, what it said, exit status."""
    source = kernel_source()
    directory.mkdir(exist_ok=True)
    results, said = directory / "results.json", directory / "kunit.log"
    with open(said, "wb") as log:
        status = subprocess.run(
            [sys.executable, f"{source}/tools/testing/kunit/kunit.py",
             *arguments, f"--json={results}"], cwd=source, check=False,
            stdin=subprocess.DEVNULL, stdout=log,
            stderr=subprocess.STDOUT).returncode
    return (read_results(results),
            said.read_text("utf-8", "replace").splitlines(), status)


def read_results(path):
    """{case: {parameter or "": status}} of what kunit.py wrote as JSON."""
    found = {}
    try:
        for suite, case, parameter, verdict in _cases(
                json.loads(path.read_text(encoding="utf-8"))):
            found.setdefault(f"{suite}.{case}", {})[parameter] = verdict
    except (OSError, ValueError):
        pass  # it came to no end; that shows in what is missing
    return found


def _cases(group, *path):
    """The cases below a group of kunit.py's JSON: names and status of each."""
    for case in group["test_cases"]:
        yield (*path, case["name"], "")[:3] + (case["status"],)
    for child in group["sub_groups"]:
        yield from _cases(child, *path, child["name"])
