# SPDX-License-Identifier: GPL-2.0-only
"""The device trees that readers are compared over, as files."""

import os
import re
import subprocess

import devicetree
from tests.oracle import trees
from tests.oracle.linux import DEFAULT

from . import programs

PLACING = programs.ROOT / "tests/boot/placing"
# As far as the boards in scripts/machines/ ask for it.
MACHINE = """/dts-v1/;
/ {{
	#address-cells = <2>;
	#size-cells = <2>;

	memory@40000000 {{
		device_type = "memory";
		reg = <0x0 0x40000000 0x0 0x40000000>;
	}};
}};
/include/ "{}"
"""


def kept(where):
    """The trees of the inputs that the fuzz target `dt` keeps."""
    where.mkdir()
    inputs = [data.hex() for data in programs.fixed("dt")]
    subprocess.run([programs.build("fuzz", "dt-read") / "dt-read", "--blobs",
                    where], input="".join(f"{line}\n" for line in inputs),
                   text=True, check=True)
    return sorted(where.iterdir(), key=lambda path: int(path.stem))


def written(where, named):
    """Blobs, each with its name."""
    where.mkdir()
    for name, data in named:
        blob = where / f"{name}.dtb"
        blob.write_bytes(data)
        yield blob


def machines(where):
    """The trees of scripts/machines/, over a root like QEMU's."""
    return written(where, (
        (path.stem, trees.compiled(MACHINE.format(path.name), path.parent))
        for path in sorted(devicetree.MACHINES.glob("*.dts"))))


def by_hand(where):
    """The trees of which the oracle's tests know what must be said."""
    return written(where, ((name, data) for name, _, data in
                           trees.by_hand()))


def random(where, number):
    """So many random trees, which SEED repeats."""
    return written(where, enumerate(
        trees.trees(int(os.environ["SEED"]), number)))


def placing(where):
    """Trees of nodes without an address, with what decides where they lie."""
    return written(where, ((path.stem, trees.compiled_file(path))
                           for path in sorted(PLACING.glob("*.dts"))))


def split(texts):
    """The text of each tree."""
    return re.split(rb"^tree\n", texts, flags=re.M)[1:]


def read(paths, row=DEFAULT):
    """The text that the shipped reader, on this machine, makes of each blob."""
    reader = programs.build("fuzz", "dt-read") / "dt-read"
    texts = []
    for at in range(0, len(paths), 1000):
        done = subprocess.run([reader, row, *paths[at:at + 1000]],
                              check=True, stdout=subprocess.PIPE)
        texts += split(done.stdout)
    assert len(texts) == len(paths)
    return texts
