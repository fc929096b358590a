#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""Device trees read twice: by the module in a kernel, and by a desk reader.

    [SEED=N] scripts/dt_diff.py [--quick] [--trees N] [--kernel NAME] [--hex BYTES]

Thousands of odd trees go through both readers: dt_memory.c on the kernel's of_*,
in one boot of the kernel of the tests, and tests/fuzz/dt on libfdt, which was
written from the same clauses (R1 to R6). Ranges, flags, problems, verdict and
figures must be the same, byte for byte. Ends with `N passed, N failed`.

The trees are those of tests/fuzz/corpus/dt*.hex, those of scripts/machines, and
as many out of random bytes as --trees says; SEED=N repeats these. --hex shows
what both make of one.
"""

import argparse
import contextlib
import difflib
import fcntl
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import boot
import devicetree
from kunit_tap import Tap

ROOT = boot.SCRIPTS.parent
CORPUS = ROOT / "tests/fuzz/corpus"
# Trees chosen for what they say, and those that the fuzz target keeps for the
# branches that they reach. `scripts/fuzz.py --minimise` makes only the latter.
CHOSEN, KEPT = CORPUS / "dt-diff.hex", CORPUS / "dt.hex"
KERNEL_PART = ROOT / "tests/fuzz/dt/kernel"
NEEDS = ("clang-19", "device-tree-compiler", "gcc-aarch64-linux-gnu",
         "libclang-rt-19-dev", "libfdt-dev", "make", "qemu-system-arm",
         "xz-utils")
QUICK, FULL = 300, 12000
RECORD = 4096  # bytes; the generator's trees are smaller
LONGEST = 400  # random bytes for a tree
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
TREES_A_SECOND = 5  # at the very least; a guest that takes longer hangs
SHOWN = 3  # trees that differ
# What has to be met at least once, so that none of it goes untried.
KINDS = (
    r"problem /: #address-cells: \d+, expected 1 or 2, what it",
    r"problem /: #size-cells: \d+ bytes, expected 4, what it",
    r"problem /reserved-memory: #address-cells: missing, the root's is",
    r"problem /reserved-memory: #size-cells: missing, the root's is",
    r"problem /reserved-memory/.*: #size-cells: \d+, expected 1 or 2, what",
    r"problem .*: device_type: no NUL ends its \d+ bytes, entry skipped",
    r"problem .*: status: no NUL ends its 0 bytes, entry skipped",
    r"problem .*: compatible: no NUL ends its \d+ bytes, entry skipped",
    r"problem /memory.*: reg: \d+ bytes, expected a multiple of 16 \(2 \+ 2",
    r"problem .*: reg: \d+ bytes, expected a multiple of 8 \(1 \+ 1 cells",
    r"problem .*: reg: \d+ bytes, expected a multiple of 12 \(2 \+ 1 cells",
    r"problem .*: linux,usable-memory: \d+ bytes, expected a multiple",
    r"problem .*: alloc-ranges: \d+ bytes, expected a multiple",
    r"problem /memory.*: reg: range \d+, at 0x[0-9a-f]+, has size 0",
    r"problem .*: alloc-ranges: range \d+, at 0x[0-9a-f]+, has size 0",
    r"problem /memory.*: reg: range \d+, 0x[0-9a-f]+ \+ 0x[0-9a-f]+, goes past",
    r"problem .*: alloc-ranges: range \d+, 0x[0-9a-f]+ \+ .*, goes past 2\^64",
    r"problem /memory.*: reg: missing, entry skipped",
    r"problem /chosen.*: linux,initrd-start: missing, entry skipped",
    r"problem /chosen.*: linux,initrd-end: missing, entry skipped",
    r"problem /chosen.*: linux,initrd-start: \d+ bytes, expected 4 or 8",
    r"problem /chosen.*: linux,initrd-end: \d+ bytes, expected 4 or 8",
    r"problem /chosen.*: linux,initrd-end: 0x.*, expected more than the start",
    r"problem /reserved-.*: reg: missing, and so is size, entry skipped",
    r"problem /reserved-.*: size: \d+ bytes, expected [48], entry skipped",
    r"problem /reserved-.*: size: 0, expected more, entry skipped",
    r"problem /reserved-.*: alignment: \d+ bytes, expected [48], entry left",
    r"problem /reserved-.*: alignment: 0x[0-9a-f]+, expected a power of two",
    r"problem /reserved-.*: size: no room for 0x[0-9a-f]+ bytes aligned to",
    r"entry 0x[0-9a-f]+\.\.0xffffffffffffffff ",
    r"entry \S+ reserved by-rule /reserved-memory/",
    r"entry \S+ reserved reusable by-rule /reserved-memory/",
    r"entry \S+ reserved no-map reusable by-rule /reserved-memory/",
    r"entry \S+ reserved nested by-rule /reserved-memory/",
    r"entry \S+ reserved nested no-map /reserved-memory/\S*/\S*/",
    r"entry \S+ reserved initrd",
    r"verdict OK",
    r"verdict PANIC: No RAM regions found in DTB",
    r"verdict PANIC: All RAM is reserved",
    r"verdict PANIC: Cannot allocate mem_map",
    r"verdict PANIC: Cannot allocate heap",
)


class DiffError(Exception):
    """There is nothing to compare; the message says why."""


def work():
    """The folder for all that this leaves behind."""
    folder = boot.boots().parent / "dt-diff"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def run(command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, **options)
    if done.returncode:
        said = done.stdout.decode("utf-8", "replace").strip().splitlines()
        raise DiffError("\n".join([f"{Path(command[0]).name} ended with "
                                   f"{done.returncode}:", *said[-20:]]))


def build_desk():
    program = work() / "dt-desk"
    run(["make", "-s", "-C", ROOT, "-f", "tests/fuzz/Makefile", "MODE=fuzz",
         f"O={work()}", program])
    return program


def build_module(kernel):
    """The test module, built in a copy of its folder; that of the .ko."""
    image = boot.build(kernel)["Image"]
    tree = next(folder for folder in image.parents
                if (folder / "Module.symvers").exists())
    folder = work() / f"kernel-{kernel}"
    folder.mkdir(exist_ok=True)
    for file in KERNEL_PART.iterdir():
        shutil.copy2(file, folder)
    # Nobody else may build in that kernel's tree meanwhile.
    with open(boot.cache() / "kunit/.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        run(["make", "-s", "-C", tree, f"M={folder}", "ARCH=arm64",
             "CROSS_COMPILE=aarch64-linux-gnu-", f"SHADOW_SOURCE={ROOT}",
             "W=1", "modules"],
            env={name: value for name, value in os.environ.items()
                 if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")})
    return folder / "dt_diff.ko"


def random_inputs(number, seed):
    draw = random.Random(seed)
    return [draw.randbytes(draw.randrange(20, LONGEST)).hex()
            for _ in range(number)]


def machines():
    """The trees of scripts/machines/, over a root like QEMU's, as inputs."""
    for path in sorted(devicetree.MACHINES.glob("*.dts")):
        blob = work() / "machine.dtb"
        run(["dtc", "-q", "-i", path.parent, "-O", "dtb", "-o", blob],
            input=MACHINE.format(path.name).encode())
        yield blob.read_bytes().hex()


def desk(program, inputs):
    """What the desk reader makes of each input; its blobs go to a file."""
    trees, texts = work() / "trees", work() / "texts"
    run([program, str(RECORD), trees, texts],
        input="".join(f"{line}\n" for line in inputs).encode())
    return trees, texts.read_bytes()


def split(texts):
    """The text of each tree; b"" for one that was left out."""
    parts = re.split(rb"^(?=tree$|left out: )", texts, flags=re.MULTILINE)
    return [b"" if part.startswith(b"left out") else part
            for part in parts[1:]]


def guest(name, kernel, trees):
    """Let the kernel read the trees; return what came of that boot."""
    job = (boot.SCRIPTS / "guest/dt-diff").read_text(encoding="utf-8")
    machine = boot.Machine(kernel, memory="2G", cpus=2)
    files = {"trees": trees, "dt_diff.ko": build_module(kernel)}
    return boot.boot(name, machine, f"record={RECORD}\n{job}", files,
                     patience=trees.stat().st_size // RECORD // TREES_A_SECOND)


def shown(number, line, ours, theirs):
    """What differs about one tree, and how to see it again."""
    name = "scripts/dt_diff.py --hex"
    yield f"tree {number}; it alone: {name} {line}"
    yield from (f"  {text}" for text in difflib.unified_diff(
        ours.decode("utf-8", "backslashreplace").splitlines(),
        theirs.decode("utf-8", "backslashreplace").splitlines(),
        "desk", "kernel", lineterm="", n=1))


def compare(inputs, ours, theirs):
    """The inputs that fare differently, as lines for a person."""
    read = [(number, line, text)
            for number, (line, text) in enumerate(zip(inputs, ours)) if text]
    if len(read) != len(theirs):
        yield [f"the kernel read {len(theirs)} trees, expected {len(read)}"]
    yield from (list(shown(number, line, text, other))
                for (number, line, text), other in zip(read, theirs)
                if text != other)


def agreement(tap, result, inputs, ours):
    theirs = split(result.files.get("texts", b""))
    different = list(compare(inputs, ours, theirs))
    read = sum(1 for text in ours if text)
    details = [line for lines in different[:SHOWN] for line in lines]
    if len(different) > SHOWN:
        details.append(f"and {len(different) - SHOWN} more")
    tap.result(not different, f"{read} trees are read alike by the module in "
               "the kernel and by the desk reader", details)
    print(f"# {len(inputs) - read} of {len(inputs)} blobs were not sound and "
          f"not given to the kernel; boot: {result.seconds:.0f} s")


def variety(tap, ours):
    """Everything that a reader can say was said at least once."""
    text = b"".join(ours).decode("utf-8", "replace")
    missing = [kind for kind in KINDS
               if not re.search(f"^{kind}", text, re.MULTILINE)]
    tap.result(not missing, f"the corpus has all {len(KINDS)} kinds of "
               "entries, problems and verdicts",
               [f"none is like: {kind}" for kind in missing])


def quiet(tap, result):
    complaints = result.complaints()
    if result.panic:
        complaints.append(f"it panicked: {result.panic}")
    if result.status != 0:
        complaints.append(f"the guest's script ended with {result.status}")
    complaints += result.text("leaks").splitlines()[:10]
    if "leaks" not in result.files:
        complaints.append("kmemleak did not look")
    tap.result(not complaints, "the kernel does not complain and finds no "
               "leak", [*complaints[:20], f"all of that boot: {result.folder}"]
               if complaints else ())


def show_one(program, kernel, line):
    """What both readers make of one input."""
    trees, texts = desk(program, [line])
    ours = split(texts)
    print(texts.decode("utf-8", "backslashreplace"), end="")
    if not ours[0]:
        return 0
    theirs = split(guest("dt-one", kernel, trees).files.get("texts", b""))
    different = list(compare([line], ours, theirs))
    print("\n".join(different[0]) if different else "the kernel says the same")
    return 1 if different else 0


def seed():
    text = os.environ.get("SEED") or str(random.randrange(1 << 32))
    if not text.isdecimal():
        sys.exit(f"dt_diff: SEED={text}: expected a number")
    return int(text)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true",
                        help=f"{QUICK} random trees, not {FULL}")
    parser.add_argument("--trees", type=int, metavar="N",
                        help="how many random trees")
    parser.add_argument("--kernel", default=boot.KUNIT_MODULES_KERNEL,
                        metavar="NAME", help="a kernel of ours with modules")
    parser.add_argument("--hex", metavar="BYTES", help="only this tree")
    return parser.parse_args()


def differential(tap, number, kernel):
    """The kept trees and so many random ones through both readers."""
    program = build_desk()
    chosen = CHOSEN.read_text(encoding="ascii").split()
    begin = seed()
    print(f"# SEED={begin} repeats the random trees", flush=True)
    inputs = [*chosen, *KEPT.read_text(encoding="ascii").split(),
              *machines(), *random_inputs(number, begin)]
    trees, texts = desk(program, inputs)
    ours = split(texts)
    variety(tap, ours[:len(chosen)])
    result = guest("dt-diff", kernel, trees)
    agreement(tap, result, inputs, ours)
    quiet(tap, result)


def both_readers(tap, quick=False, number=None,
                 kernel=boot.KUNIT_MODULES_KERNEL):
    """Compare them, whatever goes wrong on the way."""
    if number is None:
        number = QUICK if quick else FULL
    try:
        run([boot.SCRIPTS / "need", *NEEDS])
        with alone():
            differential(tap, number, kernel)
    except (boot.BootError, DiffError, OSError) as error:
        tap.result(False, "both readers see the trees",
                   str(error).splitlines())


@contextlib.contextmanager
def alone():
    """Two runs of one checkout do not share their files."""
    with open(work() / "lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main():
    options = arguments()
    if options.hex:
        try:
            run([boot.SCRIPTS / "need", *NEEDS])
            with alone():
                return show_one(build_desk(), options.kernel, options.hex)
        except (boot.BootError, DiffError, OSError) as error:
            sys.exit(f"dt_diff: {error}")
    tap = Tap()
    both_readers(tap, options.quick, options.trees, options.kernel)
    return tap.close()


if __name__ == "__main__":
    sys.exit(main())
