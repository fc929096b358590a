# SPDX-License-Identifier: GPL-2.0-only
"""What test labs are given: Tradefed's and LAVA's files, read as they read them."""

import json
import os
import re
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from tests.check import files, packaging
from tests.kunit import suites

TRADEFED = "packaging/AndroidTest.xml"
TEST_CLASS = "com.android.tradefed.testtype.binary.KUnitModuleTest"
JOB, SCRIPT = "packaging/lava/qemu-arm64.yaml", "packaging/lava/run.sh"
LAVA = ("lava-common", "python3-voluptuous", "python3-yaml")
VALIDATE = """
import sys, yaml
from lava_common.schemas import validate
validate(yaml.safe_load(open(sys.argv[1])), strict=True)
"""
# Tradefed takes all before the first dot for the suite, and a result of a suite's own
# name for the suite's end; what follows on # is no part of a name.
NAME = re.compile(r"\w+")

# What the module and KUnit leave in debugfs, and what LAVA is told of it.
DEBUGFS = {
    "buddy_shadow/report": "a report\n",
    "buddy_shadow/summary": "verdict: OK\nexercise: failed\n",
    "buddy_shadow/result": "KTAP version 1\n# selftest\nok 1 R1 64 bytes: RAM\n"
                           "not ok 2 H3 0x1000 # not run\nok 3 B7 x # SKIP time\n"
                           "1..3\n",
    "kunit/shadow_a/results": "KTAP version 1\n1..1\n    # Subtest: shadow_a\n"
                              "    1..3\n        ok 2 a parameter\n    ok 1 one\n"
                              "    not ok 2 two\n    ok 3 - three # SKIP no\n"
                              "not ok 1 shadow_a\n",
    "kunit/other/results": "    ok 1 another\n",
}
TOLD = """\
insmod pass
verdict pass
exercise fail
exercise.1-R1 pass
exercise.2-H3 fail
exercise.3-B7 skip
insmod-suites pass
shadow_a.1-one pass
shadow_a.2-two fail
shadow_a.3-three skip
rmmod-suites pass
rmmod pass
kernel-log fail
"""
# What was in the kernel's log before is not the module's.
DMESG = r"""
[ "$1" != -c ] || exec touch "{0}/cleared"
[ -e "{0}/cleared" ] && echo "[    1.5] BUG: sleeping function called"
"""


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


def options(element, name):
    """Key and value of the options of that name."""
    return [(option.get("key"), option.get("value"))
            for option in element.iter("option") if option.get("name") == name]


def pushed():
    """Where Tradefed would look for other files than it pushed."""
    root = ElementTree.fromstring(files.read(TRADEFED).encode())
    given = options(root, "push-file")
    found = [f"{TRADEFED}: {key} is pushed as {path}"
             for key, path in given if Path(path).name != key]
    built = [f"{name}.ko" for name in packaging.MODULES]
    ours = [key for key, _ in given if key != "kunit.ko"]
    if ours != built:
        found.append(f"{TRADEFED}: expected push-file of {', '.join(built)}, "
                     f"got {', '.join(ours)}")
    loaded = [path for _, path in options(root, "module-path")]
    tests = [test for test in root.iter("test")
             if test.get("class") == TEST_CLASS]
    loaded += [path for test in tests
               for _, path in options(test, "test-command-line")]
    if not tests or loaded != [path for _, path in given]:
        found.append(f"{TRADEFED}: expected the pushed files to be loaded in "
                     f"their order, the last one by {TEST_CLASS}")
    return found


def tradefed():
    """One result a case; the files that are pushed come with the test."""
    root = ElementTree.fromstring(files.read(TRADEFED).encode())
    test, = root.iter("test")
    found = names()
    resolution = options(test, "ktap-result-parser-resolution")
    if resolution != [(None, "INDIVIDUAL_LEAVES")]:
        found.append(f"{TRADEFED}: one result for all cases: "
                     f"ktap-result-parser-resolution is {resolution}")
    groups = packaging.bazel_rules("filegroup")
    have = {Path(label.rpartition(":")[2]).name.removesuffix(".ko") + ".ko"
            for label in groups["test_modules"]["srcs"]}
    keys = {key for key, _ in options(root, "push-file")}
    if have != keys:
        found.append(f"BUILD.bazel: test_modules has {sorted(have)}, "
                     f"{TRADEFED} pushes {sorted(keys)}")
    wanted = {"TEST_MAPPING", TRADEFED, ":test_modules"}
    if {*groups["tradefed"]["srcs"]} != wanted:
        found.append(f"BUILD.bazel: tradefed: expected {sorted(wanted)}")
    # As in AOSP: JSON with comments, which the readers take out by the line.
    mapping = json.loads("\n".join(line for line in files.lines("TEST_MAPPING")
                                   if not line.startswith("//")))
    keys = [key for key, _ in options(test, "test-command-line")]
    for group, tests in mapping.items():
        if [test["name"] for test in tests] != keys:
            found.append(f"TEST_MAPPING: {group}: expected {', '.join(keys)}")
    return found


def lava_job():
    """What lava-common of Debian has to say about the job."""
    files.output_of(["scripts/need", *LAVA])
    # The script that the job calls is that of the files it asks for.
    found = [] if f"/{Path(SCRIPT).name} " in files.read(JOB) else [
        f"{JOB} does not call {SCRIPT}"]
    return found + files.complaints(["/usr/bin/python3", "-c", VALIDATE, JOB])


def program(directory, name, text):
    """A stand-in for a program of the machine under test."""
    path = directory / name
    path.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    path.chmod(0o755)


def lava_script():
    """Run the script over files as the module and KUnit leave them."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        for path, text in DEBUGFS.items():
            (directory / path).parent.mkdir(parents=True, exist_ok=True)
            (directory / path).write_text(text, "utf-8")
        (directory / "buddy-shadow-kunit.ko").touch()
        program(directory, "dmesg", DMESG.format(directory))
        program(directory, "insmod", f'echo "$*" >>"{directory}/loaded"')
        program(directory, "lava-test-case", 'echo "$1 $3" '
                f'>>"{directory}/told"; [ "$2" = --result ]')
        status, said = files.run([
            "env", f"DEBUGFS={directory}",
            f"PATH={directory}:{os.environ['PATH']}", "sh", SCRIPT, directory,
            "seed=1"])
        told = (directory / "told").read_text("utf-8")
        loaded = (directory / "loaded").read_text("utf-8").split()
    found = [f"{SCRIPT}: status {status}: {said}"] * (status != 0)
    if told != TOLD:
        found.append(f"{SCRIPT}: expected\n{TOLD}got\n{told}")
    wanted = [f"{directory}/buddy-shadow.ko", "seed=1",
              f"{directory}/buddy-shadow-kunit.ko"]
    if loaded != wanted:
        found.append(f"{SCRIPT}: insmod was given {loaded}")
    return found
