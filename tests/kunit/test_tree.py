# SPDX-License-Identifier: GPL-2.0-only
"""The suites as kernel people run them: the lines of Documentation/kernel-tree.rst.

They are typed in a kernel tree that has never heard of this project.
"""

import re
import shutil
import subprocess

import boot
import pytest

from . import PASSED, kernel_source, read_results, suites

pytestmark = pytest.mark.xdist_group("tree")
ROOT = boot.SCRIPTS.parent
# Those that read the tree that the machine booted with: UML has none.
LIVE = {"shadow_dt_memory.r3_the_running_kernel_is_reserved",
        "shadow_dt_memory.r3_the_live_tree_can_be_read",
        "shadow_plan.only_the_live_machine_has_a_kernel_image"}


def documented():
    """The lines that link the directory into a tree, and the commands."""
    text = (ROOT / "Documentation/kernel-tree.rst").read_text(encoding="utf-8")
    blocks = re.findall(r"::\n\n((?:\t.*\n)+)", text)
    return [block.replace("\t", "").replace("\\\n", " ").splitlines()
            for block in blocks]


@pytest.fixture(name="tree", scope="module")
def fixture_tree(tmp_path_factory):
    """The source as Debian has it, with three lines typed in it."""
    subprocess.run([boot.SCRIPTS / "need", "bc", "bison", "flex", "gcc",
                    "gcc-aarch64-linux-gnu", "libc6-dev", "make", "perl"],
                   check=True)
    tree = tmp_path_factory.mktemp("tree") / "linux"
    # Links to its files: what is changed here must be made anew.
    subprocess.run(["cp", "-al", kernel_source(), tree], check=True)
    shutil.rmtree(tree / "lib/buddy_shadow")
    subprocess.run(["sed", "-i", "/buddy_shadow/d", "lib/Kconfig",
                    "lib/Makefile"], cwd=tree, check=True)
    lines, _ = documented()
    assert len(lines) == 3
    for line in lines:
        subprocess.run(line.replace("/path/of/buddy_shadow", str(ROOT)),
                       shell=True, cwd=tree, check=True)
    yield tree
    shutil.rmtree(tree)


def kunit(tree, number, *more, verb="run"):
    """Type a command; what it said and its exit status."""
    command = documented()[1][number].replace(" run ", f" {verb} ")
    done = subprocess.run(" ".join((command, f"--build_dir=.kunit-{number}",
                                    *more)), shell=True, cwd=tree, check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    return done.stdout, done.returncode


@pytest.mark.parametrize("number", (
    0, pytest.param(1, marks=pytest.mark.long)), ids=("UML", "arm64"))
def test_kunit_py_configures_a_tree_with_this_directory_in_it(tree, number):
    said, status = kunit(tree, number, verb="config")
    assert not status, said


@pytest.mark.long
@pytest.mark.seconds(600)
@pytest.mark.parametrize("number, skipped", ((0, LIVE), (1, set())),
                         ids=("UML", "arm64"))
def test_kunit_py_runs_all_suites_in_a_tree_with_this_directory_in_it(
        tree, number, skipped):
    said, status = kunit(tree, number, "--timeout=7200", "--json=results.json")
    found = read_results(tree / "results.json")
    assert not status, said
    assert set(found) == {name for names in suites().values() for name in names}
    assert not {verdict for verdicts in found.values()
                for verdict in verdicts.values()} - set(PASSED), said
    log = (tree / f".kunit-{number}/test.log").read_text("utf-8", "replace")
    # While it boots, UML warns of hardware that nobody gave it.
    assert not boot.COMPLAINTS.search(log.partition("KTAP version")[2]), log
    assert {name for name, verdicts in found.items()
            if "SKIP" in verdicts.values()} == skipped
