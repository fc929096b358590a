# SPDX-License-Identifier: GPL-2.0-only
"""host/files: what a blob comes to, and what it does not take for one."""

import subprocess

import pytest
from tests.oracle.trees import compiled

from . import ROOT, program

pytestmark = pytest.mark.xdist_group("host-64")
GIB = 1 << 30


def blob(path, ram=GIB, nested=0):
    """One bank of RAM at 1 GiB, and a container with others in it."""
    text = f"""/dts-v1/; / {{
        #address-cells = <2>; #size-cells = <2>;
        memory@40000000 {{
            device_type = "memory"; reg = <0 {GIB} 0 {ram}>;
        }};
        reserved-memory {{ {"box {" * nested} {"};" * nested} }};
    }};"""
    subprocess.run([ROOT / "scripts/need", "device-tree-compiler"], check=True)
    path.write_bytes(compiled(text))
    return path


def files(*arguments):
    return subprocess.run([program("files"), *arguments], text=True, timeout=60,
                          check=False, capture_output=True)


def test_without_names_all_files_come(tmp_path):
    done = files("--run", "selftest seed=3", blob(tmp_path / "a"))
    names = [line for line in done.stdout.splitlines() if line[:3] == "== "]
    assert done.returncode == 0 and len(names) > 9 and "== run" not in names
    assert "exercise: passed\nseed: 3\n" in done.stdout


def test_a_target_that_dies_is_shown_and_not_exercised(tmp_path):
    done = files("--run", "selftest", "--log",
                 blob(tmp_path / "a", ram=4096), "verdict")
    assert done.returncode == 1 and "run: " in done.stderr
    assert "== verdict\nPANIC: " in done.stdout
    assert ("== log\n<4>buddy_shadow: /reserved-memory: #address-cells: "
            in done.stdout)
    assert "<3>buddy_shadow: PANIC: " in done.stdout


def test_many_blobs_come_one_after_the_other(tmp_path):
    a, b = blob(tmp_path / "a"), blob(tmp_path / "b", ram=2 * GIB)
    bad = tmp_path / "bad"
    done = files("--each", "memory", "verdict", "--", a, bad, b)
    assert done.returncode == 2 and f"{bad}: cannot be read" in done.stderr
    assert done.stdout.replace(str(tmp_path), "") == (
        "=== /a\n== memory\n"
        "   0: 0x0000000040000000..0x000000007fffffff memory@40000000\n"
        "== verdict\nOK\n=== /bad\n=== /b\n== memory\n"
        "   0: 0x0000000040000000..0x00000000bfffffff memory@40000000\n"
        "== verdict\nOK\n")


@pytest.mark.parametrize("harm, said", [
    (lambda data: b"", "FDT_ERR_TRUNCATED"),
    (lambda data: data[:-1], "FDT_ERR_TRUNCATED"),
    (lambda data: b"x" + data[1:], "FDT_ERR_BADMAGIC"),
    (lambda data: data[:64] + b"\0\0\0\7" + data[68:], "FDT_ERR_BADSTRUCTURE"),
], ids=["empty", "cut", "magic", "token"])
def test_what_is_no_blob_is_refused(tmp_path, harm, said):
    path = blob(tmp_path / "a")
    path.write_bytes(harm(path.read_bytes()))
    done = files(path)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"files: {path}: {said}" in done.stderr


@pytest.mark.parametrize("nested, status", [(61, 0), (62, 2)])
def test_nodes_that_the_kernel_would_skip_are_refused(
        tmp_path, nested, status):
    done = files(blob(tmp_path / "a", nested=nested), "verdict")
    assert done.returncode == status
    assert ("deeper" in done.stderr) == bool(status)


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    done = files(blob(tmp_path / "a"), "verdict", "nothing")
    assert done.returncode == 2 and "nothing: error -2" in done.stderr
