# SPDX-License-Identifier: GPL-2.0-only
"""Checkouts share compiled kernels; none changes what another one boots."""

import re
import shutil
import subprocess

import boot
import pytest

from . import suites

KERNEL = boot.KUNIT_MODULES_KERNEL
pytestmark = [pytest.mark.xdist_group("checkouts"), pytest.mark.seconds(60),
              pytest.mark.long]


def contents(files):
    return {name: path.read_bytes() for name, path in files.items()}


def test_a_kernel_boots_while_the_shared_one_is_built_anew():
    boot.build(KERNEL)
    image = boot.cache() / KERNEL / "arch/arm64/boot/Image"
    with boot.lock(boot.cache() / "kunit/.lock"):
        away = image.rename(image.with_name("Image.away"))
        try:
            assert boot.boot("checkouts", boot.Machine(KERNEL), "").status == 0
        finally:
            away.rename(image)


@pytest.fixture(name="other")
def fixture_other(tmp_path):
    """Another checkout, in which a suite has another name."""
    other = tmp_path / "other"
    shutil.copytree(boot.SCRIPTS.parent, other,
                    ignore=shutil.ignore_patterns(".git"))
    suite = list(suites())[-1]
    for path in (other / "kunit").glob("*_kunit.c"):
        path.write_text(path.read_text().replace(f'"{suite}"', '"of_another"')
                        .replace(f"SUITE({suite},", "SUITE(of_another,"))
    yield other
    shutil.rmtree(boot.work().with_name(
        re.sub(r"[^A-Za-z0-9.-]", "_", str(other))))


def test_a_build_of_another_checkout_changes_no_file_of_ours(other):
    ours = boot.build(KERNEL)
    before = contents(ours)
    theirs = subprocess.run(
        [other / "scripts/kunit-kernel", "--modules"], check=True,
        stdout=subprocess.PIPE, text=True).stdout.strip()
    name = "lib/buddy_shadow/buddy-shadow-kunit.ko"
    with open(f"{theirs}/{name}", "rb") as module:
        assert b"of_another" in module.read()
    assert b"of_another" in (boot.cache() / "kunit-modules" / name).read_bytes()
    assert contents(ours) == before
