# SPDX-License-Identifier: GPL-2.0-only
"""When a guest hangs: it says nothing for long, whatever the time it takes."""

import subprocess

import boot
import pytest


def watch(script, tmp_path, alive=lambda: 0):
    """Let boot watch a shell script instead of QEMU."""
    with subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE) as qemu, \
            open(tmp_path / "log", "wb") as log:
        try:
            boot._watch(qemu, log, None, 3, alive)
        finally:
            qemu.kill()
    return (tmp_path / "log").read_text()


def test_a_guest_that_goes_on_printing_is_alive(tmp_path):
    said = watch("for i in $(seq 10); do echo $i; sleep 0.5; done", tmp_path)
    assert said.split() == [str(number) for number in range(1, 11)]


def test_a_guest_that_gives_another_sign_is_alive(tmp_path):
    assert watch("sleep 5; echo end", tmp_path, boot.time.monotonic) == "end\n"


def test_a_silent_guest_is_ended(monkeypatch):
    monkeypatch.setattr(boot, "HANG_TIMEOUT", 8)
    with pytest.raises(boot.BootError, match="the guest hangs"):
        boot.boot("silent", boot.Machine(), "sleep 100000")


def test_a_guest_without_end_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(boot, "ENDLESS", 1)
    with pytest.raises(boot.BootError, match="no end for"):
        watch("while echo on; do sleep 0.1; done", tmp_path)
