# SPDX-License-Identifier: GPL-2.0-only
"""Build the benchmark's module, run it in a guest, and read what it says.

QEMU counts: a nanosecond of the guest's time is an instruction. It has one CPU, but
two where one of them frees what the other one allocated.
"""

import functools
import re
import subprocess
import sys
from pathlib import Path

import boot
from tests.bench import kept

HERE = Path(__file__).resolve().parent
MODULE = "buddy-bench.ko"
LINE = re.compile(r"bench: (\S+) (\S+) (\d+\.\d+)$", re.M)
# The same places and the same work in every boot.
BOOTARGS = "quiet nokaslr mitigations=off init_on_alloc=0 init_on_free=0 " \
    "audit=0 nohz=off transparent_hugepage=never"
MEMORY = "3G"
JOB = """
. /lib.sh
insmod /buddy-shadow.ko exercise=0 || exit 1
drm_buddy=0
for name in $(cat /drm-order 2>/dev/null); do
	insmod /drm-$name.ko || exit 1
	drm_buddy=1
done
echo "== bench {arguments}"
insmod /buddy-bench.ko drm_buddy=$drm_buddy {arguments} || exit 1
rmmod buddy_bench
rmmod buddy_shadow
"""


def build_name(kernel, *make):
    """What was measured: the kernel and the compiler."""
    release = (boot.cache() / "kernels" / kernel / "release").read_text("ascii")
    return kept.build_of(release.strip(), boot.build_module(kernel, *make) /
                         "buddy-shadow.ko")


def build(kernel, *make):
    """Both modules for a Debian kernel; return the path of the benchmark's.

    `make` is said as the shadow's own module is built, and only then.
    """
    shadow = boot.build_module(kernel, *make)
    headers = boot.cache() / "kernels" / kernel / "build"
    where = boot.work() / "bench" / shadow.name
    with boot.lock(where / ".lock"):
        for old in where.iterdir():
            if old.is_symlink():
                old.unlink()
        for name in HERE.iterdir():
            if name.suffix in (".c", ".h") or name.name == "Kbuild":
                (where / name.name).symlink_to(name)
        done = subprocess.run(
            ["make", "-C", headers, f"M={where}", f"SHADOW={boot.SCRIPTS.parent}",
             "CROSS_COMPILE=aarch64-linux-gnu-", "CONFIG_DEBUG_INFO_BTF_MODULES=",
             f"KBUILD_EXTRA_SYMBOLS={shadow}/Module.symvers",
             "--no-print-directory", "modules"], check=False, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        (where / "build.log").write_text(done.stdout)
        if done.returncode:
            raise boot.BootError(f"the benchmark does not build for kernel "
                                 f"{kernel}:\n{done.stdout}")
    return where / MODULE


@functools.cache
def drm(kernel):
    """The files of drm_buddy, as boot.boot() takes them."""
    status = subprocess.run([boot.SCRIPTS / "fetch-drm", kernel],
                            check=False).returncode
    where = boot.cache() / "kernels" / kernel / "drm"
    if status:
        print("bench: drm_buddy of this kernel cannot be had", file=sys.stderr)
    return {f"drm-{path.name}": path for path in where.glob("*")}


def run(kernel, arguments="", make=(), *, peers=False, cpus=1, memory=MEMORY):
    """{case: {peer: count}} of one boot, and its Result.

    With `peers` drm_buddy is looked for: that may need the archive.
    """
    module = build(kernel, *make)
    machine = boot.Machine(kernel=kernel, memory=memory, cpus=cpus, icount=True,
                           make=make)
    result = boot.boot("bench", machine, JOB.format(arguments=arguments),
                       {MODULE: module, **(drm(kernel) if peers else {})},
                       bootargs=BOOTARGS)
    if result.status != 0 or result.complaints():
        raise boot.BootError(f"the benchmark failed; all about it is in "
                             f"{result.directory}")
    counts = {}
    for case, peer, count in LINE.findall(result.text("dmesg")):
        counts.setdefault(case, {})[peer] = float(count)
    return counts, result
