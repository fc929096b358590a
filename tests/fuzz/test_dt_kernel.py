# SPDX-License-Identifier: GPL-2.0-only
"""Thousands of trees read twice by the shipped reader: here and in a kernel.

One boot unflattens each tree and lets the module's reader have it on the kernel's
own of_*; here it reads the same blob on the host's services. Ranges, flags,
warnings, verdict and figures must be the same, byte for byte, and the kernel must
find no leak, no reference that is left and nothing to complain of.
"""

import difflib
import functools
import shutil
import subprocess

import boot
import pytest

from . import blobs, programs

PARTS = programs.ROOT / "tests/fuzz/dt"
KERNEL = boot.KUNIT_MODULES_KERNEL  # and the directory that it is built in
QUICK, LONG = 100, 12000
RECORD = 8192  # bytes; the few blobs that are larger are not given to the kernel
TREES_A_SECOND = 5  # at the very least; a guest that takes longer hangs
SHOWN = 3  # trees that differ


def build_module():
    """The test module, built in a copy of its directory."""
    boot.build(KERNEL)
    where = programs.work() / "kernel"
    where.mkdir(parents=True, exist_ok=True)
    for file in PARTS.iterdir():
        shutil.copy2(file, where)
    # Nobody else may build in that kernel's directory meanwhile.
    with boot.lock(boot.cache() / "kunit/.lock"):
        done = subprocess.run(
            ["make", "-s", "-C", boot.cache() / KERNEL, f"M={where}",
             "ARCH=arm64", "CROSS_COMPILE=aarch64-linux-gnu-",
             f"SHADOW_SOURCE={programs.ROOT}", "W=1", "modules"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False)
    assert not done.returncode, done.stdout
    return where / "dt_diff.ko"


@functools.cache
def boot_with(number, where):
    """The blobs, and what came of the boot that read them."""
    paths = [path for path in (*blobs.kept(where / "kept"),
                               *blobs.by_hand(where / "by-hand"),
                               *blobs.machines(where / "machines"),
                               *blobs.random(where / "random", number))
             if path.stat().st_size <= RECORD]
    records = where / "trees"
    records.write_bytes(b"".join(path.read_bytes().ljust(RECORD, b"\0")
                                 for path in paths))
    files = {"trees": records, "dt_diff.ko": build_module()}
    job = (PARTS / "guest.sh").read_text("utf-8")
    return paths, boot.boot(
        f"fuzz-dt-{number}", boot.Machine(KERNEL, memory="2G", cpus=2),
        f"record={RECORD}\n{job}", files,
        patience=len(paths) // TREES_A_SECOND)


@pytest.fixture(name="booted", scope="module", params=[
    pytest.param(QUICK, marks=[pytest.mark.xdist_group("fuzz-dt-kernel"),
                               pytest.mark.seconds(90)]),
    pytest.param(LONG, marks=[pytest.mark.xdist_group("fuzz-dt-kernel-long"),
                              pytest.mark.seconds(400), pytest.mark.long])])
def fixture_booted(request, tmp_path_factory):
    return boot_with(request.param, tmp_path_factory.mktemp("blobs"))


def test_trees_are_read_in_a_kernel_as_here(booted):
    paths, result = booted
    theirs = blobs.split(result.files.get("texts", b""))
    assert len(theirs) == len(paths), "trees that the kernel read"
    different = [
        "\n".join([f"tests/fuzz/fuzz.py repeat dt {path.read_bytes().hex()}",
                   *difflib.unified_diff(
                       *(text.decode("utf-8", "backslashreplace").splitlines()
                         for text in (ours, their)),
                       "here", "kernel", lineterm="", n=1)])
        for path, ours, their in zip(paths, blobs.read(paths), theirs)
        if ours != their]
    assert not different, "\n".join(
        [f"{len(different)} of {len(paths)} trees", *different[:SHOWN]])


def test_the_kernel_does_not_complain_and_finds_no_leak(booted):
    _, result = booted
    assert not result.panic and result.status == 0, result.directory
    assert not result.complaints(), result.directory
    assert "leaks" in result.files, "kmemleak did not look"
    assert not result.text("leaks"), result.directory
