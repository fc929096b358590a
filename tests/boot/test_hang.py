# SPDX-License-Identifier: GPL-2.0-only
"""When a guest hangs: it says nothing for long, whatever the time it takes."""

import subprocess

import boot
import pytest

LIMIT = 3


class Clock:
    """Stands in for the module time, and for what shows the console live."""

    now = pace = 0

    def monotonic(self):
        self.now += self.pace
        return self.now

    def write(self, data):
        self.now += LIMIT - 1
        if b"the last word" in data:
            self.pace = LIMIT + 1

    def flush(self):
        pass


@pytest.fixture(name="clock")
def fixture_clock(monkeypatch):
    monkeypatch.setattr(boot, "time", Clock())
    monkeypatch.setattr(boot, "ENDLESS", 1000)
    return boot.time


def watch(script, tmp_path, live=None, alive=lambda: 0):
    """Let boot watch a shell script instead of QEMU; what it said."""
    with subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE) as qemu, \
            open(tmp_path / "log", "wb", buffering=0) as log:
        try:
            boot._watch(qemu, log, live, LIMIT, alive)
        finally:
            qemu.kill()
    return (tmp_path / "log").read_text()


def test_a_guest_that_goes_on_printing_is_alive(tmp_path, clock):
    said = watch("for i in $(seq 10); do echo $i; sleep 0.2; done", tmp_path,
                 clock)
    assert said.split() == [str(number) for number in range(1, 11)]
    assert clock.now > LIMIT


def test_a_guest_that_gives_another_sign_is_alive(tmp_path, clock):
    def alive():
        clock.now += LIMIT
        return clock.now
    assert watch("sleep 3; echo end", tmp_path, alive=alive) == "end\n"
    assert clock.now > LIMIT


def test_a_silent_guest_is_ended(monkeypatch):
    monkeypatch.setattr(boot, "HANG_TIMEOUT", 8)
    with pytest.raises(boot.BootError, match="the guest hangs"):
        boot.boot("silent", boot.Machine(), "sleep 100000")


def test_the_step_in_which_it_hangs_is_named(tmp_path, clock):
    with pytest.raises(boot.BootError, match="hangs in the step 'insmod x: "
                       "threads, 1 of 2': not a word for"):
        watch("echo '== insmod x'; printf '== insmod x: threads, 1 of 2\\r\\n'; "
              "echo '[1.0] the last word'; sleep 100", tmp_path, clock)


def test_a_guest_without_end_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(boot, "ENDLESS", 1)
    with pytest.raises(boot.BootError, match="the guest hangs"):
        watch("while echo on; do sleep 0.1; done", tmp_path)
