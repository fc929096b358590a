# SPDX-License-Identifier: GPL-2.0-only
"""DTB=file: trees of other machines, and files that are none."""

import os
import random
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import boot
import devicetree
import fdt
from . import shadow
from .case import Case, Check, DeskCase
from .layout import MAIN, complete, holds, memory
from .pixel6 import EIGHT, FIXED, IN_5_10, LOW, reserved
from .shadow import MIB
from .spoilt import DAMAGE, TREES, put

# As a phone's bootloader passes it: with much that QEMU's machine has not.
PHONE = """/dts-v1/;
/memreserve/ 0x87000000 0x10000;
/ {
	model = "A phone";
	interrupt-parent = <&gic>;

	chosen {
		bootargs = "console=null quiet";
		linux,initrd-start = <0x0 0x84000000>;
	};

	memory@40000000 {
	};

	cpus {
		#address-cells = <1>;
		#size-cells = <0>;

		cpu@100 {
			device_type = "cpu";
			reg = <0x100>;
		};
	};

	gic: interrupt-controller@10400000 {
		compatible = "arm,gic-v3";
		#interrupt-cells = <3>;
		reg = <0x0 0x10400000 0x10000>;
	};

	video {
		memory-region = <&vframe>;
	};
};
/include/ "pixel6-5.10.dts"
"""

# One cell each: all lies below 4 GiB, and so must QEMU's devices.
SMALL = """/dts-v1/;
/ {
	#address-cells = <1>;
	#size-cells = <1>;

	memory {
		device_type = "memory";
		reg = <0x80000000 0x18000000 0x40000000 0x10000000>;
	};

	reserved-memory {
		#address-cells = <1>;
		#size-cells = <1>;
		ranges;

		coherent@50000000 {
			compatible = "shared-dma-pool";
			no-map;
			reg = <0x80000000 0x100000>;
		};

		pool {
			compatible = "shared-dma-pool";
			reusable;
			size = <0x2000000>;
		};
	};
};
"""


def blob(name, text):
    """The path of a blob that dtc makes of the text."""
    path = boot.boots() / f"{name}.dtb"
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["dtc", "-q", "-i", devicetree.MACHINES, "-O", "dtb",
                    "-o", path], input=text, text=True, check=True)
    return path


def small_pool(load):
    shadow.equal("region", load.summary.get("region"), "cma")
    shadow.equal("region_pool", load.summary.get("region_pool"), "pool")
    shadow.figures(load, region_bytes=32 * MIB)


class Bench:
    """Calls of run.py with a QEMU that only notes that it was started."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.started = self.folder / "started"
        stub = self.folder / "qemu-system-aarch64"
        stub.write_text(
            f"#!/bin/sh\ncase $* in *dumpdtb=*) exec "
            f"{shutil.which(stub.name)} \"$@\" ;; esac\n: >{self.started}\n")
        stub.chmod(0o755)

    def run(self, path):
        """(exit status, standard error, was QEMU started?)"""
        self.started.unlink(missing_ok=True)
        run = subprocess.run(
            [boot.SCRIPTS / "run.py", "--dtb", path], check=False,
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            env={**os.environ, "PATH": f"{self.folder}:{os.environ['PATH']}"})
        return run.returncode, run.stderr, self.started.exists()

    def write(self, name, data):
        path = self.folder / f"{name.replace(' ', '-')}.dtb"
        path.write_bytes(data)
        return path


def try_all():
    """Run run.py on each bad file; keep what it said."""
    start, files = time.monotonic(), {}
    good = blob("small", SMALL).read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder)
        paths = {"no such file": bench.folder / "none.dtb",
                 "a folder": bench.folder,
                 "a path through a file": bench.write("file", b"") / "x.dtb"}
        for name, (spoil, _) in DAMAGE.items():
            paths[name] = bench.write(name, spoil(good))
        for name, (text, _) in TREES.items():
            paths[name] = blob("spoilt", text).rename(
                bench.folder / f"{name.replace(' ', '-')}.dtb")
        for name, path in paths.items():
            status, said, started = bench.run(path)
            said = said.replace(f"{path}", "THE-FILE")
            files[name] = f"{status} {started} {said}".encode()
    return boot.Result(boot.boots(), time.monotonic() - start, "", files)


def refused(name, words):
    def holds_(result):
        status, started, said = result.text(name).split(" ", 2)
        # build-module speaks too: the file itself was sound.
        lines = [line for line in said.splitlines() if line.startswith("run: ")]
        shadow.equal("exit status", status, "2")
        shadow.equal("was QEMU started", started, "False")
        shadow.true(f"it said:\n{said}", len(lines) == 1 and
                    "Traceback" not in said)
        for word in ("THE-FILE", words):
            shadow.true(f"it does not say '{word}':\n{said}", word in lines[0])
    return Check(f"DTB=, {name}: one clear line, status 2, nothing started",
                 holds_)


def spoil_at_random(_):
    """Whatever is changed, the reader finds a tree or says why not."""
    good = blob("small", SMALL).read_bytes()
    rng = random.Random(6)
    for _ in range(3000):
        data = bytearray(good)
        for _ in range(rng.randint(1, 3)):
            put(data, 4 * rng.randrange(len(data) // 4), rng.choice(
                (0, 1, 2, 3, 4, 9, 0x7fffffff, 0xffffffff,
                 rng.getrandbits(32), rng.randrange(len(data)))))
        try:
            fdt.text(fdt.read(bytes(data[:rng.randint(0, 2 * len(data))])))
        except fdt.FdtError:
            pass


REFUSED = {"no such file": "No such file", "a folder": "Is a directory",
           "a path through a file": "Not a directory",
           **{name: words for name, (_, words) in [*DAMAGE.items(),
                                                   *TREES.items()]}}

CASES = [
    Case("dtb-phone", boot.Machine(), MAIN.replace(
        "unload", "cat /sys/kernel/debug/memblock/reserved "
        ">/results/main/memblock\nunload"), [
        Check("DTB=, a phone's: loads, passes, unloads", holds(complete)),
        Check("DTB=, a phone's: figures", holds(shadow.figures, **EIGHT)),
        Check("DTB=, a phone's: banks",
              holds(memory, LOW, (0x880000000, 0xa00000000))),
        Check("DTB=, a phone's: reserved memory",
              holds(reserved, {**FIXED, **IN_5_10})),
    ], make_dtb=lambda: blob("phone", PHONE)),
    Case("dtb-small", boot.Machine(), MAIN, [
        Check("DTB=, root cells 1/1: loads, passes, unloads", holds(complete)),
        Check("DTB=, root cells 1/1: banks", holds(
            memory, (0x40000000, 0x50000000), (0x80000000, 0x98000000))),
        Check("DTB=, root cells 1/1: the region comes from its pool",
              holds(small_pool)),
    ], make_dtb=lambda: blob("small-boot", SMALL)),
    DeskCase("dtb-spoilt", try_all, [
        *(refused(name, words) for name, words in REFUSED.items()),
        Check("DTB=, 3000 trees spoilt at random: read or refused in words",
              spoil_at_random),
    ]),
]
