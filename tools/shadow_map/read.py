# SPDX-License-Identifier: GPL-2.0-only
"""A machine from shadow-layout's JSON, from a directory of the module's files in
debugfs, or from a device tree blob, which shadow-layout reads."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from .machine import ORDERS, PAGE, Machine, Range
from .words import Wrong

LISTS = ("memory", "reserved", "free", "layout")
# Lists in which all stands in whole pages.
PAGES = ("free", "layout")
BLOB = b"\xd0\x0d\xfe\xed"
MOST_BYTES = 64 << 20
LISTED = re.compile(r" *\d+: (0x[\da-f]{1,16})\.\.(0x[\da-f]{1,16}) (.*)")
NESTED = re.compile(r" *([\da-f]{1,16})-([\da-f]{1,16}) : (.*)")
REMARKED = re.compile(r"(.+) \((.*)\)")


def read_bytes(path):
    try:
        if str(path) == "-":
            data = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with open(path, "rb") as file:
                data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Wrong(error.strerror or str(error)) from None
    if len(data) > MOST_BYTES:
        raise Wrong(f"more than {MOST_BYTES >> 20} MiB")
    return data


def read_text(path):
    return read_bytes(path).decode("utf-8", "replace")


def a_number(value, what):
    """An address of the JSON: a string in hexadecimal."""
    if not isinstance(value, str) or \
            not re.fullmatch(r"0x[\da-fA-F]{1,16}", value):
        raise Wrong(f"{what}: expected an address in hexadecimal, not {value!r}")
    return int(value, 16)


def add_range(ranges, what, found):
    """@found: (start, last, name, remarks); checked."""
    start, last, name, remarks = found
    if start > last:
        raise Wrong(f"{what}: start {start:#x} is above last {last:#x}")
    if what.partition("[")[0] in PAGES and (start % PAGE or (last + 1) % PAGE):
        raise Wrong(f"{what}: {start:#x}..{last:#x} is not in whole pages")
    ranges.append(Range(start, last, name, remarks))


def strings(value, what):
    if not isinstance(value, list) or \
            not all(isinstance(one, str) for one in value):
        raise Wrong(f"{what}: expected a list of strings")
    return value


def json_range(ranges, entry, what):
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        raise Wrong(f"{what}: expected an object with a name")
    if "start" not in entry:
        # The rest of a name that has a line's end in it.
        if not ranges:
            raise Wrong(f"{what}: start: missing")
        ranges[-1].name += "\n" + entry["name"]
        return
    add_range(ranges, what, (
        a_number(entry["start"], f"{what}: start"),
        a_number(entry.get("last"), f"{what}: last"), entry["name"],
        strings(entry.get("remarks", []), f"{what}: remarks")))


def from_json(text):
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        if text.strip()[:1] not in ("", "{", "["):
            raise Wrong("neither a device tree blob nor shadow-layout's JSON") \
                from None
        raise Wrong(f"no JSON: {error}") from None
    if not isinstance(found, dict):
        raise Wrong("expected a JSON object, as shadow-layout --format json has it")
    files = {}
    for name in LISTS:
        entries = found.get(name)
        if not isinstance(entries, list):
            raise Wrong(f"{name}: expected a list, as shadow-layout --format json "
                        "has it")
        files[name] = []
        for at, entry in enumerate(entries):
            json_range(files[name], entry, f"{name}[{at}]")
    for name in ("warnings", "hint_texts"):
        files[name] = strings(found.get(name, []), name)
    files["buddyinfo"] = counts(found.get("buddyinfo"))
    files["figures"] = {name: value for name, value in found.items()
                        if not isinstance(value, (list, dict))}
    return files


def counts(found):
    if not isinstance(found, list) or len(found) != ORDERS or \
            not all(type(one) is int and one >= 0 for one in found):
        raise Wrong(f"buddyinfo: expected {ORDERS} numbers")
    return found


def text_ranges(name, text):
    form, ranges = NESTED if name == "layout" else LISTED, []
    for at, line in enumerate(text.split("\n")[:-1]):
        what = f"{name}[{at}]"
        match = form.fullmatch(line)
        if not match:
            json_range(ranges, {"name": line}, what)
            continue
        label, remarks = match[3], []
        remarked = REMARKED.fullmatch(label) if name != "layout" else None
        if remarked:
            label, remarks = remarked[1], remarked[2].split(", ")
        add_range(ranges, what, (int(match[1], 16), int(match[2], 16), label,
                                 remarks))
    return ranges


def text_figures(text):
    return {name: int(value) if re.fullmatch("[0-9]{1,20}", value) else value
            for name, value in re.findall("^(.*?): (.*)$", text, re.MULTILINE)}


def said(report, name):
    """The lines of the report below that name; long ones go on further in."""
    found = re.search(rf"^  {name} +\d+\n((?:    (?:/|  \S).*\n)*)", report,
                      re.MULTILINE)
    return [line[4:] for line in found[1].replace("\n      ", " ").splitlines()] \
        if found else []


def debugfs_of(directory):
    """What `make run OUT=` keeps has the files one below."""
    below = directory / "debugfs"
    return below if not (directory / "summary").exists() and \
        (below / "summary").exists() else directory


def from_directory(directory):
    """The files by their names; report and pagetables may be missing."""
    def text(name, needed=True):
        if not needed and not (directory / name).exists():
            return ""
        try:
            return read_text(directory / name)
        except Wrong as error:
            raise Wrong(f"{name}: {error}") from None
    files = {name: text_ranges(name, text(name)) for name in LISTS}
    files["figures"] = {**text_figures(text("summary")),
                        **text_figures(text("pagetables", False))}
    plan = re.search(r"^plan((?: +\d{1,20})+) *$", text("buddyinfo"), re.MULTILINE)
    files["buddyinfo"] = counts([int(word) for word in plan[1].split()]
                                if plan else None)
    report = text("report", False)
    files["warnings"] = said(report, "warnings")
    files["hint_texts"] = said(report, "hints")
    return files


def shadow_layout(*arguments, allowed):
    """What it prints; it lies beside this program or in PATH."""
    beside = Path(sys.argv[0]).resolve().parent / "shadow-layout"
    program = str(beside) if beside.is_file() else shutil.which("shadow-layout")
    if not program:
        raise Wrong("shadow-layout is needed to read a device tree: make tools")
    done = subprocess.run([program, *map(str, arguments)], capture_output=True,
                          stdin=subprocess.DEVNULL, check=False)
    if done.returncode not in allowed:
        raise Wrong(done.stderr.decode("utf-8", "replace").strip()
                    or f"shadow-layout ended with {done.returncode}")
    return done.stdout.decode("utf-8", "replace")


def is_tree(path):
    """A blob, or a directory as /proc/device-tree is one."""
    path = Path(path)
    if path.is_dir():
        return (path / "#address-cells").exists()
    try:
        with open(path, "rb") as file:
            return path.is_file() and file.read(4) == BLOB
    except OSError:
        return False


def read(path):
    """The machine of a file, a directory or, for `-`, of standard input."""
    if str(path) != "-" and is_tree(path):
        files = from_json(shadow_layout("--format", "json", path,
                                        allowed=(0, 1)))
    elif str(path) != "-" and Path(path).is_dir():
        files = from_directory(debugfs_of(Path(path)))
    else:
        data = read_bytes(path)
        if data[:4] == BLOB:
            raise Wrong("a blob on standard input: shadow-layout --format json "
                        "reads it")
        files = from_json(data.decode("utf-8", "replace"))
    return Machine(files)
