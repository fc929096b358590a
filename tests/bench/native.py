# SPDX-License-Identifier: GPL-2.0-only
"""The benchmark's programs of this machine, see Makefile."""

import functools
import subprocess

import boot
from tests.host import NEEDS, ROOT


@functools.cache
def program(name, bits=64, *, checked=True):
    """Build it, with sanitizers or for speed; return its path."""
    made = boot.work() / "bench" / f"host-{bits}{'' if checked else '-fast'}"
    subprocess.run([boot.SCRIPTS / "need", *NEEDS], check=True)
    with boot.lock(made / ".lock"):
        subprocess.run(
            ["make", "-s", "-C", ROOT, "-f", "tests/bench/Makefile",
             f"O={made}", f"BITS={bits}",
             *([] if checked else ["SAN=", "OPTIMIZE=-O2"]), name], check=True)
    return made / name
