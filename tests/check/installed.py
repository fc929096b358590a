# SPDX-License-Identifier: GPL-2.0-only
"""The Debian packages in Debian systems of their own: apt puts them in and away."""

import os
import re
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.check import deb, files, packaging

JOB = Path("tests/check/installed.sh")
BOARD = "tests/tools/examples/virt-1g.dts"
OLD = "0.0.1"
# What a system has before: as little as a machine with dkms can have.
SYSTEMS = {
    "arm64": ("dkms", "gcc", "linux-headers-arm64"),
    "amd64": ("dkms", "gcc", "libfdt1", "linux-headers-amd64", "man-db", "python3"),
}
# A small module takes the place of the older version's: it is built the same way.
OLDER = """
#include <linux/module.h>
MODULE_LICENSE("GPL");
MODULE_VERSION("{version}");
"""
NOT_FOR_IT = "includes a BUILD_EXCLUSIVE directive which does not match"


def replace(path, old, new):
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def older(archive, directory, version):
    """The same package, as if it were of an older version."""
    tree = directory / archive.stem
    files.output_of(["dpkg-deb", "-R", archive, tree])
    for path in (tree / "DEBIAN").iterdir():
        replace(path, version, OLD)
    (tree / "DEBIAN/md5sums").unlink()
    for sources in (tree / "usr/src").glob("*"):
        old = sources.with_name(f"buddy-shadow-{OLD}")
        old.mkdir()
        for name in ("Makefile", "dkms.conf"):
            shutil.copy(sources / name, old)
        replace(old / "dkms.conf", version, OLD)
        (old / "Kbuild").write_text("obj-m := buddy-shadow.o\n", "ascii")
        (old / "buddy-shadow.c").write_text(OLDER.format(version=OLD), "ascii")
        shutil.rmtree(sources)
    files.output_of(["dpkg-deb", "--root-owner-group", "-b", tree,
                     directory / archive.name])
    shutil.rmtree(tree)


def steps(architecture, packages):
    """Have it done; return what was said in each step."""
    if os.getuid():
        pytest.skip("only root can make another system and have apt work there")
    if architecture == "amd64" and os.uname().machine != "x86_64":
        pytest.skip("make deb builds the tools for this machine, which is no amd64")
    system = files.output_of(["scripts/debian-root", f"apt-{architecture}",
                              architecture, *SYSTEMS[architecture]])
    version = packaging.dkms_conf("PACKAGE_VERSION")
    with tempfile.TemporaryDirectory() as name:
        given = Path(name)
        # apt reads the packages as a user of its own.
        given.chmod(0o755)
        files.output_of([*deb.MAKE, f"OUT={given / 'all'}"])
        (given / "ours").mkdir()
        (given / "older").mkdir()
        for package in packages:
            archive, = (given / "all").glob(f"{package}_*.deb")
            shutil.move(archive, given / "ours")
            older(given / "ours" / archive.name, given / "older", version)
        files.output_of(["dtc", "-q", "-o", given / "board.dtb", BOARD])
        shutil.copy(files.ROOT / JOB, given)
        status, said = files.run(
            ["scripts/in-root", system.splitlines()[-1], given,
             f"/given/{JOB.name}", version, *packages])
    found = dict(re.findall(r"^== (\S+)\n(.*?)(?=^== |\Z)", said,
                            re.MULTILINE | re.DOTALL))
    if status or "purge" not in found:
        raise ValueError(f"status {status}: {said[-3000:]}")
    return found


def left_alone(said):
    """What must hold everywhere: nothing is left, no other kernel is in the way."""
    found = [f"left behind by {step}: {line}" for step in ("left", "purge")
             for line in said[step].splitlines() if line.startswith(("<", ">"))]
    other = said["other-kernel"]
    if NOT_FOR_IT not in other or "status 77" not in other:
        found.append(f"on a kernel that it is not for dkms says {other}")
    # The one is of our own `dkms build`.
    if other.count("Error!") != 1:
        found.append(f"a kernel that it is not for makes apt fail: {other}")
    return found


def expect(said, step, *wanted):
    """The words that are missing in a step, and what stands there."""
    return [f"{step}: expected {words!r} in {said[step]}" for words in wanted
            if words not in said[step]]


def on_arm64():
    """dkms builds the module as the package comes, for the headers that are there."""
    version = packaging.dkms_conf("PACKAGE_VERSION")
    said = steps("arm64", [deb.MODULE])
    found = left_alone(said)
    for step, number, other in (("older-state", OLD, version),
                                ("ours-state", version, OLD)):
        found += expect(said, step, f"{deb.MODULE} {number} installed",
                        f"buddy-shadow/{number}, ", "aarch64: installed",
                        f"\n{number}\n")
        found += [f"{step}: {other} is still there: {said[step]}"
                  ] * (other in said[step])
    return found + expect(said, "ours", "Done.")


def on_amd64():
    """The tools run; the module waits for a kernel that it is for, and says so."""
    version = packaging.dkms_conf("PACKAGE_VERSION")
    said = steps("amd64", [*deb.PACKAGES])
    found = left_alone(said)
    found += expect(said, "ours", NOT_FOR_IT, "Skipped.")
    found += expect(said, "ours-state", f"buddy-shadow/{version}: added",
                    *(f"{package} {version} installed" for package in deb.PACKAGES))
    found += [f"{OLD} is still there: {said['ours-state']}"
              ] * (OLD in said["ours-state"])
    found += [f"a new kernel's headers: {said['again']}"
              ] * ("rror" in said["again"])
    found += expect(said, "pages", "SHADOW-LAYOUT(1)", "SHADOW-MAP(1)",
                    "BUDDY_SHADOW(4)")
    return found + expect(said, "tools", f"shadow-layout {version}\n", "</svg>")
