# SPDX-License-Identifier: GPL-2.0-only
"""What Documentation/replay.rst shows is what comes of it."""

import re
import shutil
import subprocess

import pytest

from tests.host import ROOT, program
from . import commands, compile_trees

pytestmark = pytest.mark.xdist_group("host-64")

TRACES = ROOT / "tests/tools/traces"
TREES = [*TRACES.glob("*.dts"), ROOT / "tests/tools/examples/virt-1g.dts"]
TEXT = (ROOT / "Documentation/replay.rst").read_text("utf-8")
C = """#include <stdio.h>
static const struct {{
    char call; int order; unsigned long long address; const char *refused;
}} golden[] = {{
{rows}}};
int main(void)
{{
    for (unsigned int i = 0; i < sizeof(golden) / sizeof(golden[0]); i++)
        if (golden[i].call == 'f')
            printf("free 0x%016llx %d%s%s\\n", golden[i].address, golden[i].order,
                   golden[i].refused ? " refused: " : "",
                   golden[i].refused ? golden[i].refused : "");
        else if (golden[i].address == ~0ULL)
            printf("alloc %d none\\n", golden[i].order);
        else
            printf("alloc %d 0x%016llx\\n", golden[i].order, golden[i].address);
}}
"""


@pytest.fixture(name="room")
def fixture_room(tmp_path):
    """A directory with the traces, the trees compiled, and the program."""
    compile_trees(TREES, tmp_path)
    for path in TRACES.glob("*.log"):
        shutil.copy(path, tmp_path)
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools/shadow-layout").symlink_to(program("shadow-layout"))
    return tmp_path


@pytest.mark.parametrize("command, printed", commands(TEXT))
def test_a_command_prints_what_is_shown(room, command, printed):
    done = subprocess.run(command, shell=True, cwd=room, capture_output=True,
                          text=True, check=False, timeout=60)
    assert done.stderr == "" and done.stdout.strip("\n") == printed


def test_every_trace_is_shown():
    for path in TRACES.iterdir():
        assert f" {path.stem}." in TEXT, path


def test_a_sequence_becomes_an_array(room):
    """The lines of sed, and a target's test that prints what it has."""
    script = re.search(r"code-block:: sh\n\n((?:\t.*\n)+)", TEXT)[1]
    trace = subprocess.run(["tools/shadow-layout", "--sequence", "3,400",
                            "virt-1g.dtb"], cwd=room, check=True, text=True,
                           capture_output=True).stdout
    rows = subprocess.run(["sh", "-c", script], input=trace, check=True, text=True,
                          capture_output=True).stdout
    (room / "test.c").write_text(C.format(rows=rows))
    subprocess.run(["gcc", "-Wall", "-Wextra", "-Werror", "-o", room / "test",
                    room / "test.c"], check=True)
    printed = subprocess.run([room / "test"], check=True, text=True,
                             capture_output=True).stdout
    assert printed.splitlines() == [line for line in trace.splitlines()
                                    if line[0] != "#"]
    assert " none\n" in printed and " refused: " in printed
