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
def program(name, bits=64, *, checked=True, cost=False):
    """Build `core` or `files`; return its path.

    With sanitizers, or for speed, or with a count of what it costs.
    """
    kind = "-cost" if cost else "" if checked else "-fast"
    made = boot.work() / "host" / f"{bits}{kind}"
    made.mkdir(parents=True, exist_ok=True)
    subprocess.run([boot.SCRIPTS / "need", *NEEDS], check=True)
    with (made / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(
            ["make", "-s", "-j2", "-C", ROOT, "-f", "host/Makefile",
             f"O={made}", f"BITS={bits}", *(["SAN="] if kind else []),
             *(["COST=1"] if cost else []), name],
            check=True)
    return made / name
