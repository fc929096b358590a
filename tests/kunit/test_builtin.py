# SPDX-License-Identifier: GPL-2.0-only
"""The suites built into a kernel, on two CPUs with lockdep on."""

import functools
import os
import re
from collections import defaultdict
from dataclasses import dataclass

import boot
import pytest

from . import CONFIGS, PASSED, kunit_py, suites

# In `make test` they run as modules, see test_modules.py.
pytestmark = [pytest.mark.xdist_group("kunit"), pytest.mark.seconds(60),
              pytest.mark.long]
# kunit.py ends a run after so many seconds. It takes 100, more on a busy machine.
TIMEOUT = 7200
ERROR = re.compile(r"\[ERROR\]|\[CRASHED\]|timed out|^ERROR")
# kunit.py ends each case with a line like `[14:02:11] [FAILED] merges_back`.
VERDICT = re.compile(r"\[\d\d:\d\d:\d\d\] (?:\[([A-Z]+)\]\s*(.*)|=+.*)")
SHOWN = 25


@dataclass
class Run:
    """What came of a run."""

    directory: object
    found: dict
    said: list
    status: int
    kernel: list  # its log

    @functools.cached_property
    def messages(self):
        """By name of case: what kunit.py printed above its bad verdicts."""
        blocks, block = defaultdict(list), []
        for line in self.said:
            verdict = VERDICT.fullmatch(line)
            if verdict and verdict[1] in ("FAILED", "CRASHED"):
                blocks[verdict[2]] += block
            block = [] if verdict else [*block, line]
        return blocks


@functools.cache
def run(begin):
    """Boot the kernel and let it run the cases whose names begin so."""
    image = boot.build(boot.KUNIT_KERNEL)["Image"]
    directory, lock = boot.directory("kunit")
    with lock:
        # Here kunit.py looks for the kernel and writes its log.
        (directory / "arch").symlink_to(image.parents[2])
        found, said, status = kunit_py(
            directory, "exec", "--arch", "arm64", "--build_dir", directory,
            *CONFIGS, "--qemu_args", "-smp 2", "--timeout", str(TIMEOUT),
            "--kernel_args", boot.PATIENT,
            "--kernel_args", f"buddy_shadow_kunit.seed={os.environ['SEED']}",
            *([f"{begin}*"] if begin else []))
        log = directory / "test.log"
        return Run(directory, found, said, status,
                   log.read_text("utf-8", "replace").splitlines()
                   if log.exists() else [])


@pytest.fixture(name="ran")
def fixture_ran(request):
    """The run. Where one case or suite alone is wanted no other is run."""
    return run(os.path.commonprefix([
        item.callspec.params["name"] if hasattr(item, "callspec") else ""
        for item in request.session.items if item.module is request.module]))


@pytest.mark.parametrize("name", [
    name for names in suites().values() for name in names])
def test_case(name, ran):
    verdicts = ran.found.get(name, {})
    bad = [f"{parameter} {verdict}" for parameter, verdict in verdicts.items()
           if verdict not in PASSED]
    if bad or not verdicts:
        pytest.fail("\n".join([
            *(bad or ["it did not run"]), *ran.messages[name.split(".")[1]],
            *(line for parameter in verdicts
              for line in ran.messages[parameter]),
            f"all of that run: {ran.directory}"]), pytrace=False)
    if set(verdicts.values()) == {"SKIP"}:
        pytest.skip("KUnit skipped it")


def test_kunit_py_missed_no_case(ran):
    known = {name for names in suites().values() for name in names}
    assert not set(ran.found) - known, "cases that are not in the sources"
    assert not [line for line in ran.said if ERROR.search(line)]
    failed = any(set(verdicts.values()) - set(PASSED)
                 for verdicts in ran.found.values())
    assert ran.found and bool(ran.status) == failed, "\n".join(ran.said[-20:])


def test_the_kernel_does_not_complain(ran):
    assert ran.kernel, f"no kernel log in {ran.directory}"
    for number, line in enumerate(ran.kernel):
        if boot.COMPLAINTS.search(line) or "Kernel panic" in line:
            pytest.fail("\n".join(ran.kernel[number:number + SHOWN]),
                        pytrace=False)
