# SPDX-License-Identifier: GPL-2.0-only
"""How much of the core the fuzz targets reach, and what they do not."""

import re
import subprocess
import tempfile
from collections import defaultdict
from pathlib import Path

import fuzz_programs as programs
from fuzz_programs import FuzzError, ROOT

# Parts in a hundred of the core that must be reached.
LINES = 98
BRANCHES = 95
SHOWN = 60


def tool(*command):
    """Run one of llvm's tools; return what it prints."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, text=True,
                          capture_output=True, check=False)
    if done.returncode:
        raise FuzzError(f"{command[0]} failed: {done.stderr.strip()}")
    return done.stdout


def profile(targets, where, all_inputs):
    """Run the inputs of all targets; return the merged profile."""
    raw = []
    for target in targets:
        raw.append(where / f"{target.name}.profraw")
        with tempfile.TemporaryDirectory() as scratch:
            inputs = [programs.unpack(programs.fixed(target.name),
                                      Path(scratch) / "kept")]
            if all_inputs:
                inputs.append(programs.found(target.name))
            done = programs.run(where / target.name, "-runs=0", *inputs,
                                environ={"LLVM_PROFILE_FILE": str(raw[-1])})
        if done.details:
            raise FuzzError("\n".join(done.details))
    merged = where / "merged.profdata"
    tool("llvm-profdata-19", "merge", "-o", merged, *raw)
    return merged


def core():
    """The files of the core, headers too."""
    text = (ROOT / "core.mk").read_text()
    names = re.search(r"^hall := (.*)$", text, re.M).group(1).split()
    return [ROOT / f"{name}.{ending}" for name in [*names, "exercise/command"]
            for ending in "ch" if (ROOT / f"{name}.{ending}").is_file()]


def reached(targets, where, merged):
    """By file: lines and branches, each with how often it was reached."""
    first, *others = (where / target.name for target in targets)
    options = [word for other in others for word in ("-object", other)]
    options += [f"-instr-profile={merged}", *core()]
    (where / "report.txt").write_text(
        tool("llvm-cov-19", "report", "-show-branch-summary", first, *options))
    found, lines, branches = {}, {}, {}
    for text in tool("llvm-cov-19", "export", "-format=lcov", first,
                     *options).splitlines():
        kind, _, value = text.partition(":")
        if kind == "SF":
            lines, branches = defaultdict(int), defaultdict(int)
            found[value.rpartition("/")[2]] = lines, branches
        elif kind == "DA":
            line, times = value.split(",")[:2]
            lines[int(line)] += int(times)
        elif kind == "BRDA":
            *place, times = value.split(",")
            branches[tuple(map(int, place))] += \
                0 if times == "-" else int(times)
    return found


def part(counts):
    """How many of them were reached, and how many there are."""
    return sum(map(bool, counts)), len(counts)


def source(name):
    """The file of the core with that name."""
    return next(path for path in core() if path.name == name)


def missing(found):
    """Each line and branch that was not reached, with its text."""
    for name, (lines, branches) in sorted(found.items()):
        text = source(name).read_text().splitlines()
        for line, times in sorted(lines.items()):
            if not times:
                yield f"{name}:{line}: never runs: {text[line - 1].strip()}"
        for (line, _, way), times in sorted(branches.items()):
            if not times and lines.get(line):
                word = "false" if way % 2 else "true"
                yield f"{name}:{line}: never {word}: {text[line - 1].strip()}"


def measure(tap, targets, all_inputs):
    """Report and judge the coverage of the core."""
    where = programs.build("cover", [target.name for target in targets])
    with programs.alone("coverage"):
        found = reached(targets, where, profile(targets, where, all_inputs))
    gaps = list(missing(found))
    for kind, least, which in (("lines", LINES, 0), ("branches", BRANCHES, 1)):
        hit, every = part([times for counts in found.values()
                           for times in counts[which].values()])
        details = [f"{hit} of {every}, {100 * hit / every:.2f} %; the report "
                   f"is {where / 'report.txt'}"]
        if which:
            details += gaps[:SHOWN]
        tap.result(hit * 100 >= least * every,
                   f"coverage: at least {least} % of the {kind} of the core",
                   details)
