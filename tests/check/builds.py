# SPDX-License-Identifier: GPL-2.0-only
"""Compiling for kernels, with more warnings than usual and with sparse."""

import re
from pathlib import Path

import boot
from tests.check import files, phone

WARNING = re.compile(r"warning:|error:|\bWARNING\b|\bERROR\b|\*\*\*")
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


def in_tree():
    """Build module and suites inside a kernel; see what the suites import."""
    status, output = files.run(["scripts/kunit-kernel", "W=1", "C=2"])
    found = warnings(status, output)
    if found:
        return found
    return phone.imports(Path(output.splitlines()[-1]) / "lib/buddy_shadow")
