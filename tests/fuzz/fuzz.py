#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""What a person does with the fuzz targets by hand.

    tests/fuzz/fuzz.py repeat TARGET HEX     run one input
    tests/fuzz/fuzz.py minimise [TARGET...]  keep the fewest inputs that reach all
                                             that is reached, in tests/fuzz/corpus
    tests/fuzz/fuzz.py coverage              of what long runs found, too
    tests/fuzz/fuzz.py total                 how many executions there were so far

`make fuzz` runs all targets.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from tests.fuzz import coverage, programs
from tests.fuzz.programs import FuzzError

TARGETS = {target.name: target for target in programs.TARGETS}
# What the project keeps of a target.
MOST_INPUTS = 300
MOST_CHARACTERS = 100000


def repeat(name, text):
    """Run one input; what the program says is shown as it is."""
    program = programs.build("fuzz", name) / name
    with tempfile.NamedTemporaryFile() as file:
        file.write(bytes.fromhex(text))
        file.flush()
        return subprocess.run([program, file.name], check=False,
                              cwd=ROOT, env=programs.environment()).returncode


def minimise(name):
    """Keep the fewest inputs, of those kept so far and of those found."""
    program = programs.build("fuzz", name) / name
    path = programs.CORPUS / f"{name}.hex"
    kept = programs.fixed(name) if path.is_file() else {}
    with tempfile.TemporaryDirectory() as scratch:
        old = programs.unpack(kept, Path(scratch) / "old")
        new = programs.unpack([], Path(scratch) / "new")
        _, wrong = programs.run(program, "-set_cover_merge=1",
                                f"-max_len={TARGETS[name].most}", new, old,
                                programs.found(name))
        inputs = sorted((file.read_bytes() for file in new.iterdir()),
                        key=lambda data: (len(data), data))
    if not inputs:
        raise FuzzError("\n".join(["libFuzzer kept no input:", *wrong]))
    chosen = [line for line in kept.values() if "#" in line]
    chosen += [data.hex() for data in inputs
               if "#" not in kept.get(data, "")]
    while len(chosen) > MOST_INPUTS or sum(map(len, chosen)) > MOST_CHARACTERS:
        chosen.pop()
    path.write_text("".join(f"{line}\n" for line in chosen))
    print(f"{name}: {len(chosen)} of {len(inputs)} inputs")


def show_coverage():
    for room, (lines, branches, missing) in coverage.measure(True).items():
        print(f"{room}: {lines[0]} of {lines[1]} lines, {branches[0]} of "
              f"{branches[1]} branches", *missing, sep="\n  ")


def show_total():
    numbers = programs.total()
    for name, executions in [*sorted(numbers.items()),
                             ("all", sum(numbers.values()))]:
        print(f"{name:10}{executions:15,}")


def main(command="", *words):
    if command == "repeat" and len(words) == 2 and words[0] in TARGETS:
        return repeat(*words)
    if command == "minimise" and set(words) <= set(TARGETS):
        return [minimise(name) for name in words or TARGETS] and None
    if command in ("coverage", "total") and not words:
        return show_coverage() if command == "coverage" else show_total()
    return f"{__doc__}\nTARGET is one of {', '.join(TARGETS)}."


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except (FuzzError, ValueError, subprocess.CalledProcessError) as error:
        sys.exit(f"fuzz: {error}")
