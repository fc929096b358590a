# SPDX-License-Identifier: GPL-2.0-only
"""No tree of the project with nodes without an address is forgotten (R2)."""

import subprocess

import devicetree
from tests.oracle.discover import RULE
from tests.oracle.oracle import Oracle

from . import placing
from .case import HERE

# What is added to QEMU's machine, as far as it matters here.
VIRT = """/dts-v1/;
/ {
	#address-cells = <2>;
	#size-cells = <2>;
	memory@40000000 {
		device_type = "memory";
		reg = <0x0 0x40000000 0x0 0x40000000>;
	};
};
"""


def has_dynamic(path):
    text = path.read_text("utf-8")
    tree = subprocess.run(
        ["dtc", "-q", "-f", "-i", path.parent, "-i", devicetree.MACHINES,
         "-O", "dtb"], input=(text if "/dts-v1/" in text else VIRT + text).encode(),
        stdout=subprocess.PIPE, check=False).stdout
    return tree and any(RULE in flags for *_, flags in Oracle(tree).reserved)


def test_each_such_tree_is_booted_or_listed():
    found = {path for path in (*devicetree.MACHINES.glob("*.dts"),
                               *HERE.parent.rglob("*.dts")) if has_dynamic(path)}
    booted = {*(devicetree.MACHINES / f"{name}.dts" for name in placing.BOARDS),
              *placing.WRITTEN.values(), *placing.OTHERS.values()}
    assert found == booted | set(placing.UNFIT)
