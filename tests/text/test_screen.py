# SPDX-License-Identifier: GPL-2.0-only
"""The first screen of `make run`: verdict, map and figures, in 24 lines of 80."""

import io
import re
import subprocess

import boot
import pytest
import run
import screen

from .expect import NAMES
from .test_text import expected

# Two more are those of the prompt and of how long it took.
MOST_LINES = 22
RESULT = "KTAP version 1\nok 1 B1\n1..1\n# pass:1 fail:0 skip:0\n"
ROWS = "".join(f"0000{row:x}0000000 |{'.' * 64}|\n" for row in range(16))
HOLE = f"{'':13}hole of 1 GiB\n"


def of_map(text, name="one-gib"):
    """The screen of a machine whose file map is that, after an exercise."""
    return screen.screen(dict(expected(name), result=RESULT, map=text))


def check(lines):
    assert len(lines) <= MOST_LINES and max(map(len, lines)) <= 80, lines


@pytest.mark.parametrize("machine", NAMES)
def test_it_fits_and_says_what_the_files_say(machine):
    files = {name: text.replace(" $\n", " \n")
             for name, text in expected(machine).items()}
    lines = screen.screen(dict(files, result=RESULT))
    check(lines)
    assert lines[0] == f"verdict: {files['verdict'].strip()}"
    rows = files["map"].partition("\n\n")[0].splitlines()
    if len(rows) > 17:
        holes = [row for row in rows if "hole of" in row]
        rows = [row for row in rows if row not in holes]
        rows += [f"{'':13}{len(holes)} holes between these rows"]
    assert [line for line in lines if line in rows] == rows


def test_a_hole_between_sixteen_rows_is_shown():
    lines = of_map(expected("pixel6")["map"], "pixel6")
    assert f"{'':13}hole of 30 GiB" in lines and len(lines) == MOST_LINES


def test_where_there_is_no_room_for_holes_they_are_counted():
    lines = of_map(ROWS.replace("|\n", "|\n" + HOLE, 2) +
                   "\nA cell is 4 MiB, a row 256 MiB.\n")
    check(lines)
    assert lines[1:18] == [*ROWS.splitlines(), f"{'':13}2 holes between these rows"]


@pytest.mark.parametrize("more", [
    "4 more banks from 0x100000000000 on, together 1 GiB",
    "234 more banks from 0xffffffff00000000 on, together 1023.99 GiB"])
def test_holes_are_counted_beside_banks_without_a_row(more):
    lines = of_map(ROWS.replace("|\n", "|\n" + HOLE) + f"{'':13}{more}\n"
                   "\nA cell is 4 MiB, a row 256 MiB.\n")
    check(lines)
    assert lines[1:17] == ROWS.splitlines()
    assert lines[17].strip() == f"{more}; holes: 16"


def test_all_kinds_have_their_meaning_in_a_line():
    kinds = {"!": "overlap", "M": "mem_map", "H": "heap", "K": "image",
             "I": "initrd", "D": "blob", "#": "reserved", "C": "CMA", ".": "free"}
    lines = of_map(ROWS + HOLE + "\nA cell is 512 MiB, a row 32 GiB.\n" + "".join(
        f"{sign} {name:10} 4 KiB at 0x0\n" for sign, name in kinds.items()))
    check(lines)
    assert " ".join(f"{sign} {name}" for sign, name in kinds.items()) in lines
    assert any(line.endswith("; a cell is 512 MiB") for line in lines)


def test_figures_have_their_places():
    lines = screen.screen(expected("three-gib"))
    assert "mem_map 18 MiB at 0x40080000; heap 24 MiB at 0x42000000" in lines
    assert any(line.startswith("RAM 3 GiB, free ") for line in lines)


def test_what_has_no_place_is_said():
    assert any("mem_map 59.97 KiB has no place" in line for line in
               screen.screen(expected("no-mem-map")))


def test_results_are_counted():
    assert of_map(expected("one-gib")["map"])[-1].startswith(
        "exercise none: 1 passed, 0 failed, 0 skipped; seed=")


def test_of_a_console_only_steps_are_shown(capsys):
    steps = run.Steps()
    steps.write(b"== boot\n[ 0.1] noise\n== ins")
    assert capsys.readouterr().out == "== boot\n"
    steps.write(b"mod\n")
    assert capsys.readouterr().out == "== insmod\n"


def test_a_long_step_is_broken_between_words(capsys):
    run.Steps().write(b"== insmod buddy-shadow.ko image=0x40210000,0x1e80000 "
                      b"blob=0x48000000,65536 memreserve=none\r\n")
    assert capsys.readouterr().out == (
        "== insmod buddy-shadow.ko image=0x40210000,0x1e80000 "
        "blob=0x48000000,65536\n   memreserve=none\n")


def test_compilers_are_heard_only_where_they_fail(capsys):
    said = boot._relay(io.StringIO("build-module: building\n  CC [M] a.o\n"))
    assert capsys.readouterr().err == "build-module: building\n"
    assert said == ["build-module: building\n", "  CC [M] a.o\n"]


def test_all_files_of_a_run_can_be_kept(tmp_path, capsys):
    result = boot.Result(tmp_path, 1, "console\n", {"debugfs/map": b"x"})
    run.keep(result, tmp_path / "new" / "out")
    assert (tmp_path / "new/out/debugfs/map").read_bytes() == b"x"
    assert (tmp_path / "new/out/console").read_text() == "console\n"
    assert str(tmp_path / "new/out") in capsys.readouterr().out


def test_the_targets_and_their_options_fit_into_a_terminal():
    done = subprocess.run(["env", "-u", "MAKEFLAGS", "make", "-s", "-C",
                           boot.SCRIPTS.parent, "help"],
                          check=True, capture_output=True, text=True)
    lines = done.stdout.splitlines()
    assert [line for line in lines if len(line) > 80 and "cache: " not in line] == []
    makefile = (boot.SCRIPTS.parent / "Makefile").read_text("utf-8")
    targets = re.findall(r"^([a-z]+):.* ## ", makefile, re.MULTILINE)
    assert [line.split()[1] for line in lines if line.startswith("  make ")] == \
        targets and len(targets) > 20
