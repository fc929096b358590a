# SPDX-License-Identifier: GPL-2.0-only
"""How much the fuzz targets reach of the hall, dt/, tools/ and the command parser."""

import subprocess
import tempfile
from collections import defaultdict
from pathlib import Path

from tests.check import files

from . import programs
from .programs import FuzzError, ROOT, TARGETS


def tool(*command):
    """Run one of llvm's tools; return what it prints."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, text=True,
                          capture_output=True, check=False)
    if done.returncode:
        raise FuzzError(f"{command[0]} failed: {done.stderr.strip()}")
    return done.stdout


def profile(where, all_inputs):
    """Run the inputs of all targets; return the merged profile."""
    raw = []
    for target in TARGETS:
        raw.append(where / f"{target.name}.profraw")
        with tempfile.TemporaryDirectory() as scratch:
            inputs = [programs.unpack(programs.fixed(target.name),
                                      Path(scratch) / "kept")]
            if all_inputs:
                inputs.append(programs.found(target.name))
            _, wrong = programs.run(where / target.name, "-runs=0", *inputs,
                                    LLVM_PROFILE_FILE=str(raw[-1]))
        if wrong:
            raise FuzzError("\n".join(wrong))
    merged = where / "merged.profdata"
    tool("llvm-profdata-19", "merge", "-o", merged, *raw)
    return merged


def rooms():
    """What is measured: files by room, headers too."""
    names = files.core_mk()
    stems = {"core": [*names["hall"], "exercise/command"],
             "dt": [f"dt/{name}" for name in [*names["dt"], "dt", "reader"]],
             "tools": [f"tools/{name}" for name in names["tools"]]}
    return {room: [path for stem in stems[room] for ending in "ch"
                   if (path := ROOT / f"{stem}.{ending}").is_file()]
            for room in stems}


def reached(where, merged, paths):
    """By file: lines and branches, each with how often it was reached."""
    first, *others = (where / target.name for target in TARGETS)
    options = [word for other in others for word in ("-object", other)]
    found, lines, branches = {}, {}, {}
    for text in tool("llvm-cov-19", "export", "-format=lcov", first, *options,
                     f"-instr-profile={merged}", *paths).splitlines():
        kind, _, value = text.partition(":")
        if kind == "SF":
            lines, branches = defaultdict(int), defaultdict(int)
            found[Path(value)] = lines, branches
        elif kind == "DA":
            line, times = value.split(",")[:2]
            lines[int(line)] += int(times)
        elif kind == "BRDA":
            *place, times = value.split(",")
            branches[tuple(map(int, place))] += \
                0 if times == "-" else int(times)
    return found


def missing(found):
    """Each line and branch that was not reached, with its text."""
    for path, (lines, branches) in sorted(found.items()):
        text = path.read_text("utf-8").splitlines()
        name = path.relative_to(ROOT)
        for line, times in sorted(lines.items()):
            if not times:
                yield f"{name}:{line}: never runs: {text[line - 1].strip()}"
        for (line, _, way), times in sorted(branches.items()):
            if not times and lines.get(line):
                word = "false" if way % 2 else "true"
                yield f"{name}:{line}: never {word}: {text[line - 1].strip()}"


def measure(all_inputs=False):
    """For each room: lines, branches, each (reached, all); what is not."""
    where = programs.build("cover", *(target.name for target in TARGETS))
    result = {}
    with programs.alone("coverage"):
        merged = profile(where, all_inputs)
        for room, paths in rooms().items():
            found = reached(where, merged, paths)
            counts = [[times for file in found.values()
                       for times in file[which].values()] for which in (0, 1)]
            result[room] = [(sum(map(bool, times)), len(times))
                            for times in counts] + [list(missing(found))]
    return result
