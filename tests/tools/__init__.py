# SPDX-License-Identifier: GPL-2.0-only
"""Programs for a person: what they print, and what they refuse."""

import re
import subprocess

import pytest
from tests.host import ROOT, program
from tests.oracle.trees import compiled_file


def layout(*arguments, data=b""):
    """Run shadow-layout, built with sanitizers; standard input is @data."""
    done = subprocess.run([program("shadow-layout"), *arguments], check=False,
                          input=data, capture_output=True, timeout=60)
    done.stdout, done.stderr = (text.decode("utf-8") for text in
                                (done.stdout, done.stderr))
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
