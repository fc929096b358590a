# SPDX-License-Identifier: GPL-2.0-only
"""The runner itself: what it counts, and that it leaves nothing running."""

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from .conftest import ROOT

RESULTS = """
import pytest

@pytest.fixture
def broken():
    raise ValueError

@pytest.fixture
def leaves_badly():
    yield
    raise ValueError

def test_good(): pass
def test_bad(): assert False, "a word to be seen"
def test_skipped(): pytest.skip("for a reason")
def test_without_its_fixture(broken): pass
def test_that_passes_but_cannot_be_cleaned_up(leaves_badly): pass
"""
ENDLESS = """
import subprocess

def test_endless():
    with subprocess.Popen(["sleep", "100000"]) as process:
        print(process.pid, file=open("pid", "w"))
"""


def start(place, *arguments):
    """Our pytest on the tests of another directory."""
    (place / "conftest.py").write_text("from tests.conftest import *\n")
    shutil.copy(ROOT / "tests/pytest.ini", place)
    env = {name: value for name, value in os.environ.items()
           if not name.startswith("PYTEST_")}
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments], cwd=place,
        env={**env, "PYTHONPATH": str(ROOT)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def outcome(place, *arguments):
    """Exit status, output, and the last line of that."""
    run = start(place, *arguments)
    text = run.communicate()[0]
    return run.returncode, text, text.splitlines()[-1]


@pytest.mark.parametrize("workers", ("-n0", "-n2"))
def test_the_last_line_counts_every_kind_of_failure(tmp_path, workers):
    (tmp_path / "test_results.py").write_text(RESULTS)
    (tmp_path / "test_corrupted.py").write_text("import no_such_module\n")
    status, text, last = outcome(tmp_path, workers)
    assert (status, last) == (1, "1 passed, 4 failed, 1 skipped"), text
    assert text.count("E   AssertionError: a word to be seen") == 1, text


def test_all_good_is_exit_status_0(tmp_path):
    (tmp_path / "test_results.py").write_text(RESULTS)
    status, text, last = outcome(tmp_path, "-k", "good")
    assert (status, last) == (0, "1 passed, 0 failed"), text


@pytest.mark.parametrize("words", ("nothing", "skipped"))
def test_a_run_of_no_test_has_failed(tmp_path, words):
    (tmp_path / "test_results.py").write_text(RESULTS)
    status, text, last = outcome(tmp_path, "-k", words)
    assert status and last.startswith("0 passed, 1 failed"), text


@pytest.mark.parametrize("workers", ("-n0", "-n2"))
def test_sigterm_ends_what_a_test_has_started(tmp_path, workers):
    (tmp_path / "test_endless.py").write_text(ENDLESS)
    run, file = start(tmp_path, workers), tmp_path / "pid"
    while run.poll() is None and not (file.exists() and file.read_text()):
        time.sleep(0.1)
    pid = int(file.read_text())
    run.send_signal(signal.SIGTERM)
    text = run.communicate()[0]
    assert run.returncode and text.endswith("\n0 passed, 1 failed\n"), text
    # Who is killed is gone a moment later.
    for _ in range(600):
        if not os.path.exists(f"/proc/{pid}"):
            return
        time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
    pytest.fail("the process is still there")
