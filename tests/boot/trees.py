# SPDX-License-Identifier: GPL-2.0-only
"""DTB=file: trees of other machines."""

import subprocess

import boot
import devicetree
from . import shadow
from .case import Case, Check
from .layout import MAIN, complete, holds, memory
from .pixel6 import EIGHT, FIXED, IN_5_10, LOW, reserved
from .shadow import MIB

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
]
