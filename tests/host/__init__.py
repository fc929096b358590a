# SPDX-License-Identifier: GPL-2.0-only
"""The module's own C files as programs of this machine, see host/Makefile."""

import fcntl
import functools
import platform
import subprocess

import boot

ROOT = boot.SCRIPTS.parent
# Only x86 runs programs of both widths.
WIDTHS = (64, 32) if platform.machine() == "x86_64" else (64,)
# Not gcc-multilib: that one cannot be installed beside a cross compiler.
NEEDS = ("gcc", "libc6-dev", "make", "libfdt-dev",
         *(["gcc-12-multilib"] if 32 in WIDTHS else []))


@functools.cache
def program(name, bits=64, *, checked=True):
    """Build `core` or `files`, with sanitizers or for speed; return its path."""
    made = boot.work() / "host" / f"{bits}{'' if checked else '-fast'}"
    made.mkdir(parents=True, exist_ok=True)
    subprocess.run([boot.SCRIPTS / "need", *NEEDS], check=True)
    with (made / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(
            ["make", "-s", "-j2", "-C", ROOT, "-f", "host/Makefile",
             f"O={made}", f"BITS={bits}", *([] if checked else ["SAN="]), name],
            check=True)
    return made / name
