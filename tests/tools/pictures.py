# SPDX-License-Identifier: GPL-2.0-only
"""The pictures in the documents, and a page.

    /usr/bin/python3 -B tests/tools/pictures.py

draws them again, after a change of shadow-map or of the figures.
"""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from tests.text.expect import blob
from tests.tools import layout
from tests.tools.shadow_map import frag_of, json_of, shadow_map
from tests.tools.test_map import MIB, tree

PLACE = ROOT / "Documentation/pictures"


def overlap():
    """A firmware's two nodes, and a boot loader's initrd and blob."""
    return tree([(0x40000000, 256 * MIB)],
                ("secure@47000000", [(0x47000000, 12 * MIB)], "no-map"),
                ("dsp@47800000", [(0x47800000, 16 * MIB)]))


def aged(directory):
    """How a machine of 1 GiB ages: of the later lines each eighth."""
    text = frag_of("whole-machine seed=3 ops=20000", directory)
    first, run, fresh, *lines, _ = text.splitlines(keepends=True)
    return "".join([first, run, fresh, *lines[:-1:8], lines[-1]])


MAPS = {
    "pixel6": (lambda: blob("pixel6"), "Pixel 6, 8 GiB", []),
    "three-gib": (lambda: blob("three-gib"), "3 GiB on QEMU's virt",
                  ["--image", "0x40200000,24M", "--blob", "0x48000000,64K"]),
    "overlap": (overlap, "A firmware's mistake, and a boot loader's",
                ["--image", "0x40080000,24M", "--initrd", "0x44000000,8M",
                 "--blob", "0x447f0000,128K"]),
}
PICTURES = [*MAPS, "aged"]
# The map that there is a page of, and what a target has printed there.
PAGE = "overlap"
LOG = """\
memory-layout begin
total_ram: 268435456
mem_map_bytes: 1572864
mem_map_base: 0x41880000
heap_bytes: 16777216
heap_base: 0x47000000
memory-layout end
"""


def page(directory):
    """With what the target made of it; where the page was drawn is not in it."""
    data, title, options = MAPS[PAGE]
    path, log, said = (Path(directory, name) for name in (
        f"{PAGE}.dtb", "serial.log", "said"))
    path.write_bytes(data())
    log.write_text(LOG, "utf-8")
    said.write_text(layout("--compare", log, *options, path).stdout, "utf-8")
    done = shadow_map("--html", "-", "--title", title, "--differences", said,
                      data=json_of(path, *options).replace(
                          str(path).encode(), path.name.encode()))
    assert done.returncode == 0, done.stderr
    return done.stdout


def draw(name, directory):
    """The picture of that name; what it is of is written to the directory."""
    directory = Path(directory)
    if name == "aged":
        done = shadow_map("--title", "A machine of 1 GiB that ages", "--frag", "-",
                          data=aged(directory).encode())
    else:
        data, title, options = MAPS[name]
        path = directory / f"{name}.dtb"
        path.write_bytes(data())
        done = shadow_map("--title", title, data=json_of(path, *options))
    assert done.returncode == 0, done.stderr
    return done.stdout


def main():
    with tempfile.TemporaryDirectory() as directory:
        for name in PICTURES:
            PLACE.joinpath(f"{name}.svg").write_text(draw(name, directory),
                                                     "utf-8")
        PLACE.joinpath(f"{PAGE}.html").write_text(page(directory), "utf-8")


if __name__ == "__main__":
    main()
