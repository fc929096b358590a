# SPDX-License-Identifier: GPL-2.0-only
"""A mutant is the project with one bug; a test that is worth its name fails.

NAME.patch holds the bug as a unified diff, after a line with the tests that find
it, as pytest takes them, and a sentence:

    # refuted by: tests/host -k "r1_many_nodes_all_count-64"
    # Of nodes with one name only the first is RAM.

A copy of the project in the cache gets the bug, runs those tests and loses the
bug again. Each worker has a copy of its own, where make builds no more than what
the bug changed. A patch that does not fit or does not compile is an error.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import boot

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PYTEST = [sys.executable, "-B", "-m", "pytest", "-n", "0", "-q"]
# What is said where make, or a script that builds, did not come to its end.
UNBUILT = re.compile(r"make(?:\[\d+\])?: \*\*\* \[|"
                     r"CalledProcessError: Command '\['make'|"
                     r"no such boot: scripts/")
FORM = re.compile(r"# refuted by: (\S+) (.+)\n# (.+)\n"
                  r"--- a/(\S+)\n\+\+\+ b/(\S+)\n((?:[@ +-].*\n)+)")
FAILED = 1  # of pytest: something ran, and failed


class MutantError(Exception):
    """The mutant itself, or its copy of the project, is no good."""


@dataclass(frozen=True)
class Mutant:
    """What a patch says."""

    name: str
    sentence: str
    file: str
    room: str
    options: str
    hunks: tuple

    @property
    def boots(self):
        return self.room == "tests/boot"

    @property
    def command(self):
        """How a person does the same."""
        return (f"patch -p1 -F0 <tests/mutants/{self.name}.patch && "
                f"/usr/bin/python3 -B -m pytest -n 0 {self.room} {self.options}")

    def inject(self, text):
        """Each hunk fits in exactly one place."""
        for hunk in self.hunks:
            old, new = ("".join(line[1:] for line in hunk if line[0] in kept)
                        for kept in (" -", " +"))
            if (found := text.count(old)) != 1:
                raise MutantError(f"{self.name}: fits {found} places of "
                                  f"{self.file}, expected one:\n{old}")
            text = text.replace(old, new)
        return text


def read(path):
    if not (found := FORM.fullmatch(path.read_text("utf-8"))) or \
            found[4] != found[5]:
        raise MutantError(f"{path}: not of the form that mutants.py gives")
    hunks = [tuple(hunk.splitlines(True)[1:])
             for hunk in re.split(r"^(?=@@)", found[6], flags=re.M) if hunk]
    name = str(path.relative_to(HERE).with_suffix(""))
    return Mutant(name, found[3], found[4], found[1], found[2],
                  tuple(hunks))


def mutants():
    """Those of one file after each other: it is built once for two of them."""
    return sorted(map(read, HERE.rglob("*.patch")),
                  key=lambda mutant: (mutant.file, mutant.name))


def sources(root):
    """The paths of all files but hidden ones, from the root on."""
    for at, directories, files in os.walk(root):
        directories[:] = [name for name in directories if name[0] != "." and
                          name != "__pycache__"]
        yield from (os.path.relpath(os.path.join(at, name), root)
                    for name in files if name[0] != ".")


class Copy:
    """A copy of the project for one worker."""

    def __init__(self, worker):
        self.root = boot.work() / "mutants" / worker
        self.root.mkdir(parents=True, exist_ok=True)
        wanted = set(sources(ROOT))
        for name in set(sources(self.root)) - wanted:
            (self.root / name).unlink()
        for name in wanted:
            self.put(name, (ROOT / name).read_bytes())
            shutil.copymode(ROOT / name, self.root / name)

    def put(self, name, data):
        """What is the same stays: make must not take it for new."""
        path = self.root / name
        if not path.exists() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def test(self, room, options):
        """The status of pytest, and what it said."""
        env = {name: value for name, value in os.environ.items()
               if not name.startswith("PYTEST_")}
        done = subprocess.run([*PYTEST, room, *shlex.split(options)], env=env,
                              cwd=self.root, check=False, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        return done.returncode, done.stdout

    def refute(self, mutant):
        """Why the mutant survives; None where its tests fail."""
        text = (ROOT / mutant.file).read_text("utf-8")
        self.put(mutant.file, mutant.inject(text).encode())
        try:
            status, said = self.test(mutant.room, mutant.options)
        finally:
            self.put(mutant.file, text.encode())
        if UNBUILT.search(said):
            raise MutantError(f"{mutant.name} cannot be built:\n{said}")
        return None if status == FAILED else said
