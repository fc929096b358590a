# SPDX-License-Identifier: GPL-2.0-only
"""DTB=file: files that are no tree."""

import os
import random
import shutil
import subprocess

import boot
import fdt
import pytest

from .corrupted import DAMAGE, TREES, put
from .trees import SMALL, blob

pytestmark = [pytest.mark.xdist_group("corrupted"), pytest.mark.seconds(12)]
QEMU = "qemu-system-aarch64"
# What the message has to say.
REFUSED = {"no such file": "No such file", "a directory": "Is a directory",
           "a path through a file": "Not a directory",
           **{name: words for name, (_, words) in
              (*DAMAGE.items(), *TREES.items())}}


@pytest.fixture(name="good", scope="module")
def fixture_good():
    return blob("small", SMALL).read_bytes()


def path_of(name, tmp_path, good):
    path = tmp_path / "tree.dtb"
    if name in DAMAGE:
        path.write_bytes(DAMAGE[name][0](good))
    elif name in TREES:
        blob("corrupted", TREES[name][0]).rename(path)
    elif name == "a directory":
        path.mkdir()
    elif name == "a path through a file":
        path.touch()
        path /= "tree.dtb"
    return path


@pytest.mark.parametrize("name", REFUSED)
def test_one_clear_line_and_nothing_is_started(name, tmp_path, good):
    started = tmp_path / "started"
    qemu = tmp_path / QEMU
    # Only run.py's questions about the machine go on to the real one.
    qemu.write_text(f"#!/bin/sh\ncase $* in *dumpdtb=*) exec "
                    f"{shutil.which(QEMU)} \"$@\" ;; esac\n: >{started}\n")
    qemu.chmod(0o755)
    path = path_of(name, tmp_path, good)
    run = subprocess.run(
        [boot.SCRIPTS / "run.py", "--dtb", path], check=False,
        stdin=subprocess.DEVNULL, capture_output=True, text=True,
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"})
    # build-module speaks too: the file itself may be valid.
    lines = [line for line in run.stderr.splitlines()
             if line.startswith("run: ")]
    assert run.returncode == 2, run.stderr
    assert not started.exists()
    assert len(lines) == 1 and "Traceback" not in run.stderr, run.stderr
    assert str(path) in lines[0] and REFUSED[name] in lines[0], run.stderr


def test_trees_corrupted_at_random_are_read_or_refused_in_words(good):
    rng, said = random.Random(6), []
    for _ in range(500):
        data = bytearray(good)
        for _ in range(rng.randint(1, 3)):
            put(data, 4 * rng.randrange(len(data) // 4), rng.choice(
                (0, 1, 2, 3, 4, 9, 0x7fffffff, 0xffffffff,
                 rng.getrandbits(32), rng.randrange(len(data)))))
        try:
            fdt.text(fdt.read(bytes(data[:rng.randint(0, 2 * len(data))])))
            said.append(None)
        except fdt.FdtError as error:
            said.append(str(error))
    assert "" not in said and 0 < said.count(None) < 500
