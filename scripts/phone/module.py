# SPDX-License-Identifier: GPL-2.0-only
"""What a kernel module says of itself, and whether it suits a kernel."""

import re
from dataclasses import dataclass
from pathlib import Path

from .error import PhoneError

ELF, AARCH64 = b"\x7fELF\x02\x01", 183
BUILD = ("Build it with the clang of that kernel's generation: 'make modules "
         "KDIR=<the kernel's build directory> LLVM=1', or with Kleaf.")


@dataclass
class Module:
    """A .ko file."""

    path: Path
    release: str  # of the kernel that it was built for
    size: int

    @property
    def name(self):
        """What lsmod calls it."""
        return self.path.stem.replace("-", "_")


def read(path):
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PhoneError(f"no kernel module '{path}' ({error.strerror})",
                         BUILD) from error
    if data[:6] != ELF or int.from_bytes(data[18:20], "little") != AARCH64:
        raise PhoneError(f"'{path}' is no kernel module for 64-bit ARM", BUILD)
    found = re.search(rb"\0vermagic=([^ \0]+)", data)
    if not found:
        raise PhoneError(f"'{path}' names no kernel that it was built for "
                         "(no vermagic)", BUILD)
    return Module(path, found[1].decode("ascii", "replace"), len(data))


def _series(release):
    """("6.1", "android14") of 6.1.75-android14-11-g1234-ab5678."""
    version = re.match(r"\d+\.\d+", release)
    branch = re.search(r"-(android\d+)-", release)
    return version and version[0], branch and branch[1]


def suits(module, release):
    """A warning if the kernel is another build; PhoneError if it cannot fit."""
    if module.release == release:
        return None
    said = (f"{module.path.name} was built for kernel {module.release}, the "
            f"phone runs {release}")
    if _series(module.release) != _series(release):
        raise PhoneError(said, f"{BUILD} --force tries this one all the same.")
    return (f"{said}; it loads only if both have the same kernel module "
            "interface")
