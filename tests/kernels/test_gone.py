# SPDX-License-Identifier: GPL-2.0-only
"""A kernel that the archive does not give (any more) is a skip, but for 6.1."""

import os
import subprocess

import boot
import pytest
from tests.test_runner import outcome

RELEASES = {"6.1": "6.1.0-56-arm64", "7.3": "7.3.4+deb13-arm64"}
# An archive whose lists name these packages, and that has no package.
APT_CACHE = """#!/bin/sh
case $1 in
pkgnames) printf 'linux-image-%s\\n' {releases} ;;
depends) echo " Depends: linux-kbuild-x"; echo " Depends: linux-headers-x-common" ;;
esac
"""
APT_GET = """#!/bin/sh
[ "$2" != download ]
"""
TESTS = """
import boot
import pytest

@pytest.fixture
def phone():
    raise boot.KernelGone("no kernel 7.7")

def test_boot(): raise boot.KernelGone("no kernel 7.8")
def test_phone(phone): pass
def test_good(): pass
"""


def fetch(where, kernel, releases=(), apt_get=APT_GET):
    """scripts/fetch-kernel, from an archive with these releases."""
    for name, text in (("apt-cache", APT_CACHE.format(
            releases=" ".join(releases))), ("apt-get", apt_get)):
        (where / name).write_text(text, "utf-8")
        (where / name).chmod(0o755)
    return subprocess.run(
        [boot.SCRIPTS / "fetch-kernel", kernel], check=False, text=True,
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env={**os.environ, "PATH": f"{where}:{os.environ['PATH']}",
             "BUDDY_SHADOW_CACHE": str(where / "cache")})


@pytest.mark.parametrize("listed", (True, False))
@pytest.mark.parametrize("kernel, status", (("6.1", 1), ("7.3", boot.GONE)))
def test_fetching_says_so_in_its_exit_status(tmp_path, listed, kernel, status):
    run = fetch(tmp_path, kernel, RELEASES.values() if listed else ())
    assert run.returncode == status, run.stderr
    said = f"fetching Debian's kernel {RELEASES[kernel]}" if listed else \
        f"no kernel {kernel} for arm64"
    assert said in run.stderr
    assert not (tmp_path / "cache/kernels" / kernel).exists()


def test_lists_of_the_day_are_not_read_again_to_say_that_there_is_none(tmp_path):
    reading = "reading the package lists"
    refused = fetch(tmp_path, "9.9", RELEASES.values())
    assert refused.returncode == boot.GONE and reading in refused.stderr
    again = fetch(tmp_path, "9.9", RELEASES.values())
    assert again.returncode == boot.GONE and reading not in again.stderr
    assert "no kernel 9.9 for arm64" in again.stderr
    assert "there are: 6.1 7.3" in again.stderr
    # What they name is fetched as ever, and so is what older lists do not name.
    assert reading in fetch(tmp_path, "7.3", RELEASES.values()).stderr
    for path in (tmp_path / "cache/lists").glob("*.names"):
        os.utime(path, (0, 0))
    assert reading in fetch(tmp_path, "9.9", RELEASES.values()).stderr


def test_lists_that_could_not_be_read_are_read_again(tmp_path):
    failing = "#!/bin/sh\nfalse\n"
    for _ in range(2):
        refused = fetch(tmp_path, "9.9", apt_get=failing)
        assert refused.returncode == boot.GONE
        assert "reading the package lists" in refused.stderr


@pytest.mark.parametrize("workers", ("-n0", "-n2"))
def test_it_is_a_skip_that_is_told(tmp_path, workers):
    (tmp_path / "test_gone.py").write_text(TESTS, "utf-8")
    status, text, last = outcome(tmp_path, workers)
    assert (status, last) == (0, "1 passed, 0 failed, 2 skipped"), text
    for name, kernel in (("boot", "7.8"), ("phone", "7.7")):
        line, = (line for line in text.splitlines()
                 if f"test_gone.py::test_{name}" in line)
        assert line.startswith("SKIPPED"), text
        assert line.endswith(f"no kernel {kernel}"), text
