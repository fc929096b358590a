# SPDX-License-Identifier: GPL-2.0-only
"""What Documentation/compare.rst shows is what comes of it."""

import re
import shutil
import subprocess

import pytest

from tests.host import ROOT, program
from tests.text.expect import HERE as MACHINES
from tests.text.expect import blob

from . import commands, compile_trees, indented, layout, target

pytestmark = pytest.mark.xdist_group("host-64")

EXAMPLES = ROOT / "tests/tools/examples"
TEXT = (ROOT / "Documentation/compare.rst").read_text("utf-8")
# What a target must have around the lines of the document.
C = """#include <stdio.h>
struct range {{ unsigned long long base, size; }};
struct layout {{
    unsigned long long total_ram, mem_map_bytes, mem_map_base, heap_bytes, heap_base;
    int nr_free;
    struct range free[{nr}];
}};
#define printk printf
{shown}
int main(void)
{{
    struct layout l = {{ {figures}, {nr}, {{ {free} }} }};
    print_memory_layout(&l);
    return 0;
}}
"""
RUST = """pub struct Range {{ base: u64, size: u64 }}
pub struct Layout {{
    total_ram: u64, mem_map_bytes: u64, mem_map_base: u64, heap_bytes: u64,
    heap_base: u64, free: Vec<Range>,
}}
{shown}
fn main() {{
    let f = [{figures}];
    print_memory_layout(&Layout {{
        total_ram: f[0], mem_map_bytes: f[1], mem_map_base: f[2], heap_bytes: f[3],
        heap_base: f[4],
        free: vec![{free}],
    }});
}}
"""
FIGURES = ("total_ram", "mem_map_bytes", "mem_map_base", "heap_bytes", "heap_base")


@pytest.fixture(name="room")
def fixture_room(tmp_path):
    """A directory with the examples, the trees compiled."""
    compile_trees([*EXAMPLES.glob("*.dts"), MACHINES / "pixel6.dts"], tmp_path)
    for path in EXAMPLES.glob("*.log"):
        shutil.copy(path, tmp_path)
    return tmp_path


@pytest.mark.parametrize("command, printed", commands(TEXT))
def test_a_command_prints_what_is_shown(room, command, printed):
    word, *arguments = command.split()
    assert word in ("cat", "tools/shadow-layout")
    if word == "tools/shadow-layout":
        word = program("shadow-layout")
    done = subprocess.run([word, *arguments], cwd=room, capture_output=True,
                          text=True, check=False, timeout=60)
    assert done.stderr == "" and done.stdout.rstrip("\n") == printed


def test_every_example_is_shown():
    for path in EXAMPLES.iterdir():
        assert path.stem in TEXT, path


def shown(language):
    return indented(re.search(rf"code-block:: {language}\n\n((?:(?:\t.*)?\n)+?)(?=\S)",
                              TEXT)[1])


def fill(form, language, free):
    right = target.Target(blob("pixel6"))
    return form.format(
        shown=shown(language), nr=len(right.free),
        figures=", ".join(f"{right.figures[name]:#x}" for name in FIGURES),
        free=", ".join(free.format(start, end - start)
                       for start, end in right.free))


def check(printed, tmp_path):
    """It is what the plan says."""
    path = tmp_path / "tree"
    path.write_bytes(blob("pixel6"))
    done = layout("--compare", "-", path, data=printed)
    assert done.returncode == 0, done.stdout
    assert all(f"  {name} " in done.stdout for name in FIGURES)
    assert "  free: printed " in done.stdout


def test_the_lines_in_c_are_good(tmp_path):
    source = tmp_path / "target.c"
    source.write_text(fill(C, "c", "{{ {:#x}, {:#x} }}"))
    subprocess.run(["gcc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-o",
                    tmp_path / "target", source], check=True)
    check(subprocess.run([tmp_path / "target"], check=True,
                         stdout=subprocess.PIPE).stdout, tmp_path)


@pytest.mark.skipif(not shutil.which("rustc"), reason="no rustc: the lines in Rust "
                                                      "are not compiled")
def test_the_lines_in_rust_are_good(tmp_path):
    source = tmp_path / "target.rs"
    source.write_text(fill(RUST, "rust", "Range {{ base: {:#x}, size: {:#x} }}"))
    subprocess.run(["rustc", "-D", "warnings", "-o", tmp_path / "target", source],
                   check=True, timeout=300)
    check(subprocess.run([tmp_path / "target"], check=True,
                         stdout=subprocess.PIPE).stdout, tmp_path)
