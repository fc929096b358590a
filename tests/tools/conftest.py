# SPDX-License-Identifier: GPL-2.0-only
"""What tests here share: nearly all compile device trees."""

import subprocess

import pytest

from tests.host import ROOT
from tests.text.expect import blob

from . import layout


@pytest.fixture(scope="session", autouse=True)
def needs():
    subprocess.run([ROOT / "scripts/need", "device-tree-compiler"], check=True)


@pytest.fixture(name="replay")
def fixture_replay(tmp_path):
    """A function: what the program says of a trace on a machine."""
    def replay(name, trace):
        path, log = tmp_path / "tree.dtb", tmp_path / "trace"
        path.write_bytes(blob(name))
        log.write_bytes(trace if isinstance(trace, bytes) else
                        trace.encode("utf-8"))
        done = layout("--replay", log, path)
        assert bool(done.stderr) == (done.returncode == 2)
        return done.returncode, done.stdout + done.stderr
    return replay
