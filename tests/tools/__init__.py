# SPDX-License-Identifier: GPL-2.0-only
"""Programs for a person: what they print, and what they refuse."""

import re
import subprocess

import pytest
from tests.host import ROOT, program
from tests.oracle.trees import compiled_file


WRAPPED = ("--compare", "--design", "--replay")


def unwrapped(text):
    """The lines of a text before those of over 80 columns were broken."""
    found, lead, width = [], 0, 0
    for line in text.splitlines(True):
        rest = line.lstrip(" ")
        word = rest.partition(" ")[0]
        if '"' in word:    # from there on nothing is broken
            word = rest.rstrip("\n")
        if len(line) - len(rest) == lead + 4 and width + 1 + len(word) > 80 and \
                word[0] not in "!>":
            found[-1] = found[-1].rstrip("\n") + " " + rest
        else:
            found.append(line)
            lead = len(line) - len(line.lstrip(" !>"))
        width = len(line.rstrip("\n"))
    return "".join(found)


def layout(*arguments, data=b""):
    """Run shadow-layout, built with sanitizers; standard input is @data.

    What it printed is `shown`, and `stdout` without its breaks in long lines.
    """
    done = subprocess.run([program("shadow-layout"), *arguments], check=False,
                          input=data, capture_output=True, timeout=60)
    done.stdout, done.stderr = (text.decode("utf-8") for text in
                                (done.stdout, done.stderr))
    done.shown = done.stdout
    if any(str(word).startswith(WRAPPED) for word in arguments):
        done.stdout = unwrapped(done.shown)
    return done


def indented(text):
    """Without the tab before each line."""
    return re.sub(r"^\t", "", text, flags=re.M).strip("\n") + "\n"


def commands(document):
    """Each command that it shows, and what that prints."""
    for block in re.findall(r"::\n\n((?:\t\$ .*\n)(?:(?:\t.*)?\n)*)", document):
        for part in re.split(r"^\$ ", indented(block), flags=re.M)[1:]:
            command, _, printed = part.partition("\n")
            yield pytest.param(command, printed.rstrip("\n"), id=command)


def compile_trees(paths, directory):
    """A blob in the directory for each tree."""
    subprocess.run([ROOT / "scripts/need", "device-tree-compiler"], check=True)
    for path in paths:
        directory.joinpath(f"{path.stem}.dtb").write_bytes(compiled_file(path))
