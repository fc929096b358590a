# SPDX-License-Identifier: GPL-2.0-only
"""What shadow-map is asked, and what its pictures say."""

import os
import subprocess
import xml.etree.ElementTree as xml

from tests.host import ROOT, program
from tests.oracle.picture import PAGE

from . import compile_trees, layout

SVG = "{http://www.w3.org/2000/svg}"
# Not tools/shadow-map: beside it `make tools` leaves a shadow-layout, which may be an
# old one or, while another test calls it, half of one. What is tested is in PATH.
PROGRAM = ("/usr/bin/python3", "-B", "-c",
           "import sys; from shadow_map.main import main; sys.exit(main())")


def shadow_map(*arguments, data=b""):
    place = program("shadow-layout").parent
    done = subprocess.run([*PROGRAM, *arguments], check=False, input=data,
                          capture_output=True, timeout=120,
                          env={**os.environ, "PYTHONPATH": str(ROOT / "tools"),
                               "PATH": f"{place}:{os.environ['PATH']}"})
    done.stdout, done.stderr = (text.decode("utf-8") for text in
                                (done.stdout, done.stderr))
    return done


def json_of(path, *options):
    """What shadow-layout says of a tree, in bytes."""
    done = layout("--format", "json", *options, path)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout.encode()


def picture(data, *options):
    """A picture that was drawn of that JSON."""
    done = shadow_map(*options, data=data)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return Drawn(done.stdout)


def plot(text, *options):
    """What --frag draws of those lines."""
    done = shadow_map("--frag", "-", *options, data=text.encode())
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return xml.fromstring(done.stdout)


def text_of(rows):
    """Lines for it, of (step, used, counts)."""
    names = " ".join(f"n{order}" for order in range(21))
    return "\n".join([f"step used {names}", *(
        " ".join(map(str, (step, used, *counts)))
        for step, used, counts in rows)]) + "\n"


def frag_of(command, where, name="one-gib"):
    """The file after a command, on a machine of tests/text."""
    blob = where / f"{name}.dtb"
    compile_trees([ROOT / f"tests/text/{name}.dts"], where)
    done = subprocess.run([program("files"), "--run", command, blob, "frag"],
                          check=True, stdout=subprocess.PIPE, text=True)
    assert done.stdout.startswith("== frag\n")
    return done.stdout.partition("\n")[2]


class Drawn:
    """A map, read back."""

    def __init__(self, text):
        self.text = text
        self.svg = xml.fromstring(text)
        self.left, self.bar = (float(self.svg.get(f"data-{name}"))
                               for name in ("left", "bar"))
        self.rows = [int(one.get("data-row"), 16)
                     for one in self.svg.iter(f"{SVG}text")
                     if one.get("data-row")]
        self.scale = int(self.svg.find(f".//{SVG}text[@data-scale]")
                         .get("data-scale"))

    def groups(self, *kinds):
        return [one for one in self.svg.iter(f"{SVG}g")
                if one.get("data-kind") in kinds]

    def ranges(self, *kinds):
        return [(int(one.get("data-start"), 16), int(one.get("data-last"), 16))
                for one in self.groups(*kinds)]

    def numbers(self, attribute, value):
        return {one.get(f"data-{attribute}"): int(one.get(f"data-{value}"))
                for one in self.svg.iter(f"{SVG}text")
                if one.get(f"data-{attribute}")}

    def lines(self):
        return ["".join(one.itertext()) for one in self.svg.iter(f"{SVG}text")]

    def boxes(self, start, last):
        """Where a range must be drawn: {row: (x, width)}."""
        start, end = start // PAGE * PAGE, (last // PAGE + 1) * PAGE
        found = {}
        for at, base in enumerate(self.rows):
            first, behind = max(start, base), min(end, base + self.scale)
            if first < behind:
                found[at] = (self.left + (first - base) * self.bar / self.scale,
                             (behind - first) * self.bar / self.scale)
        return found

    def check_geometry(self):
        """All is to scale; what is too narrow to be seen is 2 wide instead."""
        left, top, width, height = map(float, self.svg.get("viewBox").split())
        width, height = width + left, height + top
        for group in self.svg.iter(f"{SVG}g"):
            if not group.get("data-start"):
                continue
            wanted = self.boxes(int(group.get("data-start"), 16),
                                int(group.get("data-last"), 16))
            found = {int(one.get("data-row")): one for one in
                     group.iter(f"{SVG}rect")}
            assert {*found} == {*wanted}
            for row, box in found.items():
                x, wide = float(box.get("x")), float(box.get("width"))
                assert abs(wide - max(wanted[row][1], 2)) < 0.011
                assert abs(x + wide / 2 - sum(wanted[row]) + wanted[row][1] / 2) \
                    < (0.011 if wanted[row][1] >= 2 else 2)
                assert self.left - 0.011 <= x <= x + wide <= \
                    self.left + self.bar + 0.011 <= width
                y = float(box.get("y"))
                assert 0 <= y <= y + float(box.get("height")) <= height
