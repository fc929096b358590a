# SPDX-License-Identifier: GPL-2.0-only
"""shadow-layout --format json: one object that says what the files say."""

import json
import re

import pytest

from tests.oracle.trees import Node, cell_props, flatten, pairs
from tests.text.expect import NAMES, blob

from . import layout

pytestmark = pytest.mark.xdist_group("host-64")

LINE = re.compile(r" *\d+: (0x\w+)\.\.(0x\w+) (\S+|free, with the heap)"
                  r"(?: \((.*)\))?")
NESTED = re.compile(r"( *)(\w+)-(\w+) : (.*)")


def lines(text, form):
    found = [form.fullmatch(line) for line in text.splitlines()]
    assert all(found), text
    return found


def listed(text):
    return [{"start": f"{int(line[1], 16):#x}", "last": f"{int(line[2], 16):#x}",
             "name": line[3], "remarks": line[4].split(", ") if line[4] else []}
            for line in lines(text, LINE)]


def nested(text):
    return [{"start": f"{int(line[2], 16):#x}", "last": f"{int(line[3], 16):#x}",
             "depth": len(line[1]) // 2, "name": line[4]}
            for line in lines(text, NESTED)]


def figures(text):
    return {name: int(value) if value.isdecimal() else value for name, value in
            re.findall("^(.*?): (.*)$", text, re.MULTILINE)}


def texts(text, name):
    """The lines below that name; what goes on in the next one is put together."""
    lines = []
    for line in text.partition(f"\n  {name} ")[2].splitlines()[1:]:
        if line.startswith("    /"):
            lines.append(line[4:])
        elif lines and line.startswith("      "):
            lines[-1] += line[5:]
        else:
            break
    return lines


@pytest.mark.parametrize("name", NAMES)
def test_the_object_has_what_the_files_have(tmp_path, name):
    path = tmp_path / f"{name}.dtb"
    path.write_bytes(blob(name))
    done = layout("--format", "json", path)
    shown = {each: layout("--format", each, path).stdout for each in (
        "summary", "pagetables", "memory", "reserved", "free", "layout",
        "buddyinfo", "text")}
    assert done.returncode == layout(path).returncode and done.stderr == ""
    assert json.loads(done.stdout) == {
        **figures(shown["summary"]), **figures(shown["pagetables"]),
        **{each: listed(shown[each]) for each in ("memory", "reserved", "free")},
        "layout": nested(shown["layout"]),
        "buddyinfo": [int(count) for count in
                      shown["buddyinfo"].partition("plan")[2].split()],
        "warnings": texts(shown["text"], "warnings"),
        "hint_texts": texts(shown["text"], "hints")}


@pytest.mark.parametrize("name, said", [
    (b'a"b\\c', 'a"b\\c'), (b"a\tb\x01\x7f", "a\tb\x01\x7f"),
    ("\u2014\u00e9\U0001f600".encode(), "\u2014\u00e9\U0001f600"),
    (b"\xff", "\ufffd"), (b"\xc0\x80", "\ufffd\ufffd"), (b"\xe2\x80", "\ufffd\ufffd"),
    (b"\xed\xa0\x80", "\ufffd\ufffd\ufffd"), (b"\xf4\x90\x80\x80", "\ufffd" * 4),
    (b"x(y)", "x(y)")])
def test_names_of_any_bytes_give_an_object(tmp_path, name, said):
    """libfdt looks at no name; nobody's reader may break on one."""
    root = Node("", *cell_props((2, 2)))
    root.children.append(Node("NAME", ("device_type", b"memory\0"),
                              ("reg", pairs([(1 << 30, 1 << 30)], (2, 2)))))
    data = flatten(root)
    # As long as the name, and then some: node names are padded to 4 bytes.
    name, said = name + b"_" * (12 - len(name)), said + "_" * (12 - len(name))
    root.children[0].name = "N" * 12
    data = flatten(root).replace(b"N" * 12, name)
    path = tmp_path / "a.dtb"
    path.write_bytes(data)
    found = json.loads(layout("--format", "json", path).stdout)
    assert [each["name"] for each in found["memory"]] == [said]
