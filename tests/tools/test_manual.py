# SPDX-License-Identifier: GPL-2.0-only
"""What program and module offer stands in their manual pages and in the documents."""

import re
import subprocess

import pytest

from tests.check import docs
from tests.host import ROOT

from . import layout
from .shadow_map import shadow_map
from .test_map import tree

pytestmark = pytest.mark.xdist_group("host-64")

PROGRAMS = {"shadow-layout": layout, "shadow-map": shadow_map}
MODULE = ROOT / "packaging/buddy_shadow.4"


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_option_is_documented(name):
    options = re.findall(r"^  --([a-z]+)", PROGRAMS[name]("--help").stdout,
                         re.MULTILINE)
    assert len(options) > 6
    man = ROOT.joinpath(f"tools/{name}.1").read_text("utf-8")
    document = ROOT.joinpath(f"Documentation/{name}.rst").read_text("utf-8")
    assert [name for name in options if f"\\-\\-{name}" not in man] == []
    assert [name for name in options if f"``--{name}" not in document] == []


@pytest.mark.parametrize("kind, before", (("module parameter", r"^\.BI {}= "),
                                          ("exercise", r"^\.B {}$"),
                                          ("debugfs file", r"^\.IR? (?:.* )?{}\b")))
def test_the_page_of_the_module_has_all_that_it_offers(kind, before):
    page = MODULE.read_text("utf-8").replace("\\-", "-")
    names, _ = docs.offered()[kind]
    assert len(names) > 2
    assert [name for name in names
            if not re.search(before.format(name), page, re.MULTILINE)] == []


def test_the_page_of_the_module_has_nothing_else():
    parameters = re.findall(r"^\.BI (\w+)= ", MODULE.read_text(
        "utf-8").partition(".SH FILES")[0], re.MULTILINE)
    assert sorted(parameters) == sorted(docs.offered()["module parameter"][0])


@pytest.mark.parametrize("page", [
    path.relative_to(ROOT) for path in sorted(ROOT.glob("*/*.[1-8]"))], ids=str)
def test_a_manual_page_is_clean(page):
    subprocess.run([ROOT / "scripts/need", "groff-base"], check=True)
    done = subprocess.run(["groff", "-man", "-ww", "-z", "-Tutf8", ROOT / page],
                          text=True, check=True, capture_output=True)
    assert done.stdout + done.stderr == ""


def test_make_installs_what_it_builds(tmp_path):
    subprocess.run(["make", "-s", "-C", ROOT, "install", f"DESTDIR={tmp_path}",
                    "PREFIX=/usr"], check=True, stdout=subprocess.PIPE)
    found = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")
                   if path.is_file())
    modules = sorted(path.name for path in ROOT.glob("tools/shadow_map/*.py"))
    assert found == [
        "usr/bin/shadow-layout", "usr/bin/shadow-map",
        *(f"usr/share/buddy-shadow/shadow_map/{name}" for name in modules),
        "usr/share/buddy-shadow/version.h",
        "usr/share/man/man1/shadow-layout.1", "usr/share/man/man1/shadow-map.1",
        "usr/share/man/man4/buddy_shadow.4"]
    for path in (tmp_path / "usr/bin").iterdir():
        assert shows_version(path)


def shows_version(program):
    """As report/version.h has it."""
    done = subprocess.run([program, "--version"], check=True, text=True,
                          capture_output=True, env={})
    wanted = re.search('SHADOW_VERSION "(.*)"',
                       (ROOT / "report/version.h").read_text("utf-8"))[1]
    return done.stdout == f"{program.name} {wanted}\n"


def test_in_the_sources_it_has_the_version_too():
    assert shows_version(ROOT / "tools/shadow-map")


def test_installed_it_reads_a_tree_with_the_program_beside_it(tmp_path):
    subprocess.run(["make", "-s", "-C", ROOT, "install", f"PREFIX={tmp_path}"],
                   check=True, stdout=subprocess.PIPE)
    path = tmp_path / "tree.dtb"
    path.write_bytes(tree([(0x40000000, 1 << 30)]))
    done = subprocess.run([tmp_path / "bin/shadow-map", path], check=True,
                          capture_output=True, env={})
    assert b">RAM 1 GiB<" in done.stdout
    assert [*tmp_path.rglob("__pycache__")] == []
