# SPDX-License-Identifier: GPL-2.0-only
"""The first screen of `make run`: verdict, map and figures, in 24 lines of 80."""

import io

import boot
import pytest
import run
import screen

from .expect import NAMES
from .test_text import expected

# Two more are those of the prompt and of how long it took.
MOST_LINES = 22


@pytest.mark.parametrize("machine", NAMES)
def test_it_fits_and_says_what_the_files_say(machine):
    files = {name: text.replace(" $\n", " \n")
             for name, text in expected(machine).items()}
    lines = screen.screen(files)
    assert len(lines) <= MOST_LINES and max(map(len, lines)) <= 80, lines
    assert lines[0] == f"verdict: {files['verdict'].strip()}"
    rows = [line for line in files["map"].partition("\n\n")[0].splitlines()
            if line[0] != " "]
    shown = [line for line in lines if line in rows]
    assert shown == rows[:len(shown)] and (
        len(shown) == len(rows) or
        f"and {len(rows) - len(shown)} more rows" in "\n".join(lines))


def test_figures_have_their_places():
    lines = screen.screen(expected("three-gib"))
    assert "mem_map 18 MiB at 0x40080000; heap 24 MiB at 0x42000000" in lines
    assert any(line.startswith("RAM 3 GiB, free ") for line in lines)


def test_what_has_no_place_is_said():
    assert any("mem_map 59.97 KiB has no place" in line for line in
               screen.screen(expected("no-mem-map")))


def test_results_are_counted():
    files = dict(expected("one-gib"), result="KTAP version 1\nok 1 B1\n1..1\n"
                 "# pass:1 fail:0 skip:0\n")
    assert screen.screen(files)[-1].startswith(
        "exercise none: 1 passed, 0 failed, 0 skipped; seed=")


def test_of_a_console_only_steps_are_shown(capsys):
    steps = run.Steps()
    steps.write(b"== boot\n[ 0.1] noise\n== ins")
    assert capsys.readouterr().out == "== boot\n"
    steps.write(b"mod\n")
    assert capsys.readouterr().out == "== insmod\n"


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
