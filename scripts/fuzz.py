#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""Fuzz the core: arbitrary calls against naive models, with ASan and UBSan.

Each target first runs the inputs that the project keeps, then new ones. A quick
run executes a fixed number with a fixed seed and measures the coverage that the
kept inputs alone reach; without --quick each target gets a part of MINUTES (10
when not set), or RUNS executions. At last the device trees that the project keeps,
and random ones, go through the kernel's reader too (scripts/dt_diff.py).
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import dt_diff
import fuzz_coverage
import fuzz_programs as programs
from fuzz_programs import FuzzError, Outcome
from kunit_tap import Tap

# What the project keeps of a target.
MOST_INPUTS = 300
MOST_CHARACTERS = 100000


def arguments():
    names = [target.name for target in programs.TARGETS]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--quick", action="store_true",
                      help="a fixed number of executions, and the coverage")
    what.add_argument("--coverage", action="store_true",
                      help="only the coverage; of what was found, too")
    what.add_argument("--total", action="store_true",
                      help="print how many executions there were so far")
    what.add_argument("--minimise", action="store_true",
                      help="keep the fewest inputs that reach all that is "
                      "reached, in tests/fuzz/corpus")
    what.add_argument("--repeat", nargs=2, metavar=("TARGET", "HEX"),
                      help="run one input of one target")
    parser.add_argument("target", nargs="*",
                        help=f"one of {', '.join(names)}; default: all")
    options = parser.parse_args()
    if options.repeat:
        options.target = options.repeat[:1]
    for name in options.target:
        if name not in names:
            parser.error(f"{name}: expected {', '.join(names)}")
    return options


def number(name, default):
    """A positive number from the environment."""
    text = os.environ.get(name) or str(default)
    if not text.isdecimal() or not int(text):
        raise FuzzError(f"{name}={text}: expected a number above 0")
    return int(text)


def limits(targets, quick):
    """For each target: what ends its run, and where new inputs go."""
    runs = os.environ.get("RUNS") and number("RUNS", 0)
    seconds = 60 * number("MINUTES", 10)
    shares = sum(target.share for target in targets)
    for target in targets:
        if quick:
            yield target, ["-seed=1", f"-runs={target.quick}"]
        elif runs:
            yield target, [f"-runs={runs}"]
        else:
            part = max(1, seconds * target.share // shares)
            yield target, [f"-max_total_time={part}"]


def fuzz(target, program, limit, quick):
    """Run the kept inputs, then new ones; return what happened."""
    with tempfile.TemporaryDirectory() as scratch:
        kept = programs.unpack(programs.fixed(target.name),
                               Path(scratch) / "kept")
        first = programs.run(program, "-runs=0", kept)
        if first.details:
            return first
        new = programs.unpack([], Path(scratch) / "new") if quick else \
            programs.found(target.name)
        done = programs.run(program, *limit, f"-max_len={target.most}", "-len_control=0", new,
                            kept)
    return Outcome(first.executions + done.executions, done.details)


def fuzz_all(tap, targets, quick):
    where = programs.build("fuzz", [target.name for target in targets])
    for target, limit in limits(targets, quick):
        done = fuzz(target, where / target.name, limit, quick)
        programs.count(target.name, done.executions)
        tap.result(not done.details, f"{target.name}: {target.what}",
                   [f"{done.executions} executions", *done.details])
        sys.stdout.flush()


def repeat(target, text):
    """Run one input; what the program says is shown as it is."""
    try:
        data = bytes.fromhex(text)
    except ValueError:
        raise FuzzError(f"--repeat {target.name} {text}: expected hexadecimal digits, two a "
                        "byte") from None
    program = programs.build("fuzz", [target.name]) / target.name
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "input"
        path.write_bytes(data)
        return subprocess.run([program, path], check=False, cwd=programs.ROOT,
                              env=programs.environment()).returncode


def minimise(target):
    """Keep the fewest inputs, of those kept so far and of those found."""
    program = programs.build("fuzz", [target.name]) / target.name
    path = programs.CORPUS / f"{target.name}.hex"
    kept = programs.fixed(target.name) if path.is_file() else {}
    with tempfile.TemporaryDirectory() as scratch:
        old = programs.unpack(kept, Path(scratch) / "old")
        new = programs.unpack([], Path(scratch) / "new")
        done = programs.run(program, "-set_cover_merge=1",
                            f"-max_len={target.most}", new, old,
                            programs.found(target.name))
        inputs = sorted((file.read_bytes() for file in new.iterdir()),
                        key=lambda data: (len(data), data))
    if not inputs:
        raise FuzzError("\n".join(["libFuzzer kept no input:", *done.details]))
    chosen = [line for line in kept.values() if "#" in line]
    chosen += [data.hex() for data in inputs
               if "#" not in kept.get(data, "")]
    while len(chosen) > MOST_INPUTS or sum(map(len, chosen)) > MOST_CHARACTERS:
        chosen.pop()
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in chosen))
    print(f"{target.name}: {len(chosen)} of {len(inputs)} inputs")


def show_total():
    numbers = programs.total()
    for name, executions in sorted(numbers.items()):
        print(f"{name:10}{executions:15,}")
    print(f"{'all':10}{sum(numbers.values()):15,}")


def main():
    options = arguments()
    targets = [target for target in programs.TARGETS
               if target.name in (options.target or [target.name])]
    if options.total:
        return show_total()
    subprocess.run([programs.ROOT / "scripts/need", *programs.PACKAGES],
                   check=True)
    if options.repeat:
        return repeat(targets[0], options.repeat[1])
    if options.minimise:
        return [minimise(target) for target in targets] and None
    tap = Tap()
    if not options.coverage:
        fuzz_all(tap, targets, options.quick)
    if options.coverage or options.quick and not options.target:
        fuzz_coverage.measure(tap, targets, options.coverage)
    if not options.target and not options.coverage:
        dt_diff.both_readers(tap, options.quick)
    return tap.close()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (FuzzError, subprocess.CalledProcessError) as error:
        sys.exit(f"fuzz: {error}")
