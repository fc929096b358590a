# SPDX-License-Identifier: GPL-2.0-only
"""Builds the modules that the guest is made to load."""

import shutil
import subprocess
from pathlib import Path

import boot

HERE = Path(__file__).resolve().parent
COMPILER = "aarch64-linux-gnu-"


def of_kernel(kernel, directory):
    """The module for that kernel, in a directory here of the kernel's name."""
    with boot.lock(boot.work() / "phone.lock"):
        _stripped(boot.build_module(kernel) / "buddy-shadow.ko",
                  directory / kernel / "buddy-shadow.ko")
    return directory / kernel


def _stripped(source, target):
    """Without debug information: a serial line is slow."""
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([f"{COMPILER}objcopy", "--strip-debug", source, target],
                   check=True)


def build(directory):
    """All modules for the guest's kernel, a directory for each kind."""
    of_kernel(boot.SYSTEMS_KERNEL, directory)
    with boot.lock(boot.work() / "phone.lock"):
        for name in ("missing", "kunit"):
            compile_modules(HERE / name, directory)
        _other_version(directory / "6.1/buddy-shadow.ko", "seq_printf",
                       directory / "version/buddy-shadow.ko")


def _other_version(source, symbol, target):
    """A module that wants another version (CRC) of a symbol."""
    data = bytearray(source.read_bytes())
    # A name of 56 bytes behind a CRC of 8, half of which is zero.
    half = data.index(bytes(4) + symbol.encode().ljust(56, b"\0"))
    data[half - 4] ^= 1
    target.parent.mkdir()
    target.write_bytes(data)


def compile_modules(source, directory):
    """The modules of a directory of tests/, for kernel 6.1, in one of its name."""
    work = boot.build_module("6.1").parent.parent / "others" / source.name
    # With their times, so that make builds no more than it has to.
    shutil.copytree(source, work, dirs_exist_ok=True)
    done = subprocess.run(
        ["make", "-s", "-C", boot.cache() / "kernels/6.1/build", f"M={work}",
         f"CROSS_COMPILE={COMPILER}", "CONFIG_DEBUG_INFO_BTF_MODULES=",
         "KBUILD_MODPOST_WARN=1", "modules"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise boot.BootError(f"the modules of {source} do not build:\n"
                             f"{done.stdout}")
    for module in work.glob("*.ko"):
        _stripped(module, directory / source.name / module.name)
