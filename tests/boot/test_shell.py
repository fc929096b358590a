# SPDX-License-Identifier: GPL-2.0-only
"""`make shell`: a prompt in a guest with the module loaded, at a terminal."""

import os
import pty
import re
import select
import subprocess
import time

import boot
import pytest

pytestmark = pytest.mark.xdist_group("shell")

PROMPT = "buddy_shadow # "
PATIENCE = 300  # seconds without what is waited for; no measure of speed


class Terminal:
    """A program, and all that it has shown."""

    def __init__(self, *command):
        self.ours, theirs = pty.openpty()
        self.shown = ""
        self.program = subprocess.Popen(command, stdin=theirs, stdout=theirs,
                                        stderr=theirs)
        os.close(theirs)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # On SIGTERM it ends its guest; who is killed leaves it.
        self.program.terminate()
        self.program.wait(PATIENCE)
        os.close(self.ours)

    def read(self):
        """What comes next, "" at the end."""
        if not select.select([self.ours], [], [], 1)[0]:
            return None
        try:
            return os.read(self.ours, 65536).decode("utf-8", "replace")
        except OSError:
            return ""

    def wait(self, words):
        """Return what is shown up to the words."""
        begin, end = len(self.shown), time.monotonic() + PATIENCE
        while words not in self.shown[begin:]:
            assert time.monotonic() < end, self.shown
            piece = self.read()
            assert piece != "", self.shown
            self.shown += (piece or "").replace("\r", "")
        return self.shown[begin:]

    def type(self, text):
        os.write(self.ours, text.encode())

    def answer(self, command):
        """What a command shows, after itself, up to the next prompt.

        The shell asks where the cursor is, before or after that is read.
        """
        self.type(command + "\n")
        return self.wait(PROMPT).partition(PROMPT)[0]


def loaded_anew(terminal):
    """insmod at the prompt gives what was given at first, and so the same figures."""
    figures = "grep -E 'reserved|free_' summary"
    before = terminal.answer(figures).partition("\n")[2]
    assert "reserved_pages: " in before
    # The directory that it was in is another one then.
    terminal.answer("rmmod buddy_shadow")
    assert re.search(r"\ninsmod /buddy-shadow.ko exercise=n image=0x[1-9a-f]\w*,"
                     r"\d+ blob=0x[1-9a-f]\w*,\d+ memreserve=none\n",
                     terminal.answer("insmod /buddy-shadow.ko exercise=n"))
    assert terminal.answer(figures).partition("\n")[2] == before
    terminal.answer("rmmod buddy_shadow")
    shown = terminal.answer("insmod /buddy-shadow.ko blob=none")
    assert " image=0x" in shown and " blob=0x" not in shown


@pytest.mark.seconds(20)
def test_blocks_by_hand_at_the_prompt():
    with Terminal("/usr/bin/python3", "-B", boot.SCRIPTS / "run.py",
                  "--shell") as terminal:
        first = terminal.wait(PROMPT)
        assert "\nM mem_map " in first and "\n  alloc ORDER " in first
        shown = terminal.answer("trace alloc 3")
        assert "\nalloc 3: 0x" in shown
        assert re.search(r": split: pfn=0x(\w+) order=4\r?\n.*: alloc: pfn=0x\1 "
                         r"order=3\r?\n", shown)
        assert "\nusage: free ADDRESS ORDER\nusage: alloc ORDER\n" in \
            terminal.answer("free 0x10000; alloc")
        assert ": split: " not in terminal.answer("show")
        assert "write error: Device or resource busy" in terminal.answer("torture")
        assert "given back" in terminal.answer("reset")
        assert "\n# whole-machine seed=3 ops=1\n" in \
            terminal.answer("whole-machine seed=3 ops=1")
        assert "write error: Invalid argument" in \
            terminal.answer("trace whole-machine 1")
        assert "KTAP" not in terminal.answer("stop")
        loaded_anew(terminal)
        shown = terminal.answer("alloc 0; cat verdict")
        assert "\nalloc 0: 0x" in shown and "\nOK\n" in shown
        terminal.type("\x01x")
        terminal.wait("QEMU: Terminated")
        assert terminal.program.wait(PATIENCE) == 0


@pytest.mark.seconds(20)
def test_a_machine_that_there_is_not_gives_no_shell():
    done = subprocess.run(["/usr/bin/python3", "-B", boot.SCRIPTS / "run.py",
                           "--shell", "--machine", "no-such"], check=False,
                          text=True, capture_output=True, timeout=60)
    assert done.returncode == 2 and "no-such" in done.stderr
