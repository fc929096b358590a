# SPDX-License-Identifier: GPL-2.0-only
"""What `make run` takes from a user, and what it says of a guest that ended."""

import os
import re
import subprocess
import sys
from pathlib import Path

import boot
import devicetree
import parameters
import pytest
import qemu
import run

from .case import HERE, blob

DOCUMENT = boot.SCRIPTS.parent / "Documentation/parameters.rst"
# What a user writes -> words of the one line that says what is wrong with it.
REFUSED = {
    ("--cpus", "0"): "SMP=0: expected a number of CPUs",
    ("--cpus", "two"): "SMP=two: expected a number of CPUs",
    ("--cpus", "-1"): "SMP=-1: expected a number of CPUs",
    ("--cpus", ""): "SMP=: expected a number of CPUs",
    ("--cpus", "100000"): "100000",
    ("--memory", "banana"): "MEM=banana: expected a size",
    ("--memory", "0"): "MEM=0: expected a size",
    ("--memory", "1 G"): "MEM=1 G: expected a size",
    ("--memory", "-1G"): "MEM=-1G: expected a size",
    ("--memory", "99999999T"): "is out of range",
    ("--args", "size=16M sed=42"): "the module has no parameter 'sed'",
    ("--args", "banana"): "the module has no parameter 'banana'",
    ("--args", "=n"): "the module has no parameter ''",
    ("--ram", "1G,1G"): "together with DTB=",
    ("--machine", "banana"): "no machine 'banana'",
    ("--machine", "pixel6", "--dtb=a.dtb"): "MACHINE=pixel6: expected without DTB=",
    ("--kernel", "../6.1"): "KERNEL=../6.1: expected a version such as",
    ("--kernel", "six"): "KERNEL=six: expected a version such as",
    ("--kernel", ""): "KERNEL=: expected a version such as",
}
SUMMARY = "verdict: {}\nexercise: {}\n"


def result(verdict="OK", exercise="passed", asked="Y", dmesg="", status=0):
    files = {"status": str(status), "step": "power off", "exercise": f"{asked}\n",
             "dmesg": dmesg, "debugfs/summary": SUMMARY.format(verdict, exercise)}
    return boot.Result(Path(), 1, "", {name: text.encode()
                                       for name, text in files.items()})


@pytest.mark.parametrize("what", REFUSED, ids=lambda what: " ".join(what[:2]))
def test_what_makes_no_sense_is_said_in_one_line_and_nothing_is_built(
        what, tmp_path):
    # Whatever would build begins with this.
    env = {**os.environ, "BUDDY_SHADOW_CACHE": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-B", boot.SCRIPTS / "run.py", f"{what[0]}={what[1]}",
         *what[2:]],
        check=False, capture_output=True, text=True, env=env,
        stdin=subprocess.DEVNULL)
    said, = done.stderr.splitlines()
    assert done.returncode == 2 and said.startswith("run: ")
    assert REFUSED[what] in said
    assert done.stdout == "" and not list(tmp_path.iterdir())


@pytest.mark.parametrize("memory, mib", [
    ("2G", 2048), ("512M", 512), ("512", 512), ("1.5G", 1536), ("1t", 1 << 20),
    ("1000k", 1), ("200G", 200 << 10)])
def test_memory_is_what_qemu_would_take(memory, mib):
    assert qemu.whole_mib(memory) == mib << 20


def test_a_guest_may_have_more_memory_than_the_host():
    host = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    devicetree.check(boot.Machine(memory=f"{3 * host >> 20}M"))
    with pytest.raises(devicetree.DeviceTreeError, match="with descriptors"):
        devicetree.check(boot.Machine(memory=f"{17 * host >> 20}M"))


def test_the_parameters_are_those_that_are_documented():
    documented = re.findall(r"^``(\w+)=", DOCUMENT.read_text("utf-8"), re.M)
    assert set(parameters.names()) == set(documented) and documented


@pytest.mark.parametrize("words, name", [
    ("", None), ("size=16M seed=42", None), ("on-panic=fail", None),
    ("seed=1 on_panik=fail", "on_panik"), ("seeds=1", "seeds"), ("=1", ""),
    ("Seed=1", "Seed")])
def test_a_parameter_that_the_module_has_not_is_named(words, name):
    assert parameters.unknown(words) == name


@pytest.mark.parametrize("said, words", [
    (result(), None),
    (result(exercise="none", asked="N"), None),
    (result(exercise="none"), "exercise is 'none', expected 'passed'"),
    (result(exercise="failed"), "exercise is 'failed', expected 'passed'"),
    (result(asked="N"), "exercise is 'passed', expected 'none'"),
    (result("PANIC: x", "none", "N"), "verdict is 'PANIC: x', expected 'OK'"),
    (result(dmesg="[ 1.0] buddy_shadow: unknown parameter 'sed' ignored\n"),
     "no parameter 'sed'"),
    (result(status=1), "this step failed: power off"),
    (result(dmesg="WARNING: CPU: 0"), "complained: WARNING"),
])
def test_how_a_guest_ended(said, words):
    found = run.failure(said)
    assert words in found if words else found is None


@pytest.mark.long
@pytest.mark.xdist_group("run")
@pytest.mark.parametrize("options, words", [
    (["--args=exercise=n"], ("verdict OK, exercise not asked for",)),
    (["--dtb", "low"], ("has memory at 0x0", "the tree is described to the module",
                        "machine=/buddy-shadow-dtb", "RAM 2 GiB, ",
                        "verdict OK, exercise passed")),
    (["--memory=30G"], ("RAM 30 GiB, ",)),
], ids=lambda value: value[0] if isinstance(value, list) else "")
def test_a_run_says_what_it_does_and_passes(options, words):
    text = (HERE / "low.dts").read_text("utf-8")
    options = [str(blob("run-low", text)) if option == "low" else option
               for option in options]
    done = subprocess.run(
        [sys.executable, "-B", boot.SCRIPTS / "run.py", *options], check=False,
        stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not [word for word in words if word not in done.stdout], done.stdout
