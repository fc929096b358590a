# SPDX-License-Identifier: GPL-2.0-only
"""What the program offers stands in its manual page and in the documents."""

import re
import shutil
import subprocess

import pytest

from tests.host import ROOT

from . import layout

pytestmark = pytest.mark.xdist_group("host-64")

MAN = ROOT / "tools/shadow-layout.1"
DOCUMENT = ROOT / "Documentation/shadow-layout.rst"


def test_every_option_is_documented():
    options = re.findall(r"^  --([a-z]+)", layout("--help").stdout, re.MULTILINE)
    assert len(options) > 7
    man = MAN.read_text("utf-8")
    document = DOCUMENT.read_text("utf-8")
    assert [name for name in options if f"\\-\\-{name}" not in man] == []
    assert [name for name in options if f"``--{name}" not in document] == []


def test_the_manual_page_is_clean():
    if not shutil.which("groff"):
        pytest.skip("no groff to read the manual page")
    done = subprocess.run(["groff", "-man", "-ww", "-z", "-Tutf8", MAN], text=True,
                          check=True, capture_output=True)
    assert done.stdout + done.stderr == ""


def test_make_installs_what_it_builds(tmp_path):
    subprocess.run(["env", "-u", "MAKEFLAGS", "make", "-s", "-C", ROOT, "install",
                    f"DESTDIR={tmp_path}", "PREFIX=/usr"], check=True,
                   stdout=subprocess.PIPE)
    tool = tmp_path / "usr/bin/shadow-layout"
    found = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")
                   if path.is_file())
    assert found == ["usr/bin/shadow-layout",
                     "usr/share/man/man1/shadow-layout.1"]
    done = subprocess.run([tool, "--version"], check=True, text=True,
                          capture_output=True)
    assert done.stdout.startswith("shadow-layout ")
