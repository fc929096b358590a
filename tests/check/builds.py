# SPDX-License-Identifier: GPL-2.0-only
"""Compiling for kernels, with more warnings than usual and with sparse."""

import re
from pathlib import Path

import boot
from tests.check import files, phone

WARNING = re.compile(r"warning:|error:|\bWARNING\b|\bERROR\b|\*\*\*")
OLDEST = "5.10"
# C=2 runs sparse over this file of the kernel too, which it does not like.
NOT_OURS = re.compile(r"/arch/arm64/kernel/vdso/")


def warnings(status, output):
    """The warnings in what make said, or its end if it failed without one."""
    said = output.splitlines()
    found = [line for line in said
             if WARNING.search(line) and not NOT_OURS.search(line)]
    if status and not found:
        return said[-20:]
    return found


def built(*command):
    """The output of a script that builds for a kernel, and its status."""
    status, output = files.run(command)
    boot.raise_if_gone(status, command[1])
    return status, output


def module(version):
    """Build the module for one of Debian's kernels, from the beginning."""
    status, output = built("scripts/build-module", version, "W=1", "C=2", "clean")
    return warnings(status, output)


def oldest():
    """Build what changed for the oldest kernel that the module is for."""
    status, output = built("scripts/build-module", OLDEST, "KCFLAGS=-Werror")
    return warnings(status, output)


def suites_by_version():
    """Kernels with KUnit where Kbuild would build other modules than it should.

    Before 6.0 a module has one suite at most, before 5.11 none with parameters.
    """
    found = []
    for how, settings in (
            ("out of tree", "KBUILD_EXTMOD=. CONFIG_KUNIT=y"),
            ("in a kernel tree",
             "CONFIG_BUDDY_SHADOW=m CONFIG_BUDDY_SHADOW_KUNIT=m")):
        for version, suites in (("5.10.223", 0), ("5.15.78", 0), ("6.0.1", 1),
                                ("6.12.30", 1), ("15.1", 1)):
            _, built = files.run(
                ["make", "-s", "-f", "-", f"KERNELVERSION={version}",
                 *settings.split()], stdin=None,
                input="include Kbuild\n$(info $(obj-m))\nall:;\n")
            wanted = ["buddy-shadow.o", "buddy-shadow-kunit.o"][:1 + suites]
            if built.split() != wanted:
                found.append(f"Kbuild, {how}, for {version}: expected "
                             f"{' '.join(wanted)}, got {built.strip()}")
    return found


def in_tree():
    """Build what changed inside a kernel; see what the suites import."""
    status, output = files.run(["scripts/kunit-kernel", "W=1", "C=1"])
    found = warnings(status, output)
    if found:
        return found
    return phone.imports(Path(output.splitlines()[-1]) / "lib/buddy_shadow")
