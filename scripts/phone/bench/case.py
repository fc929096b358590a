# SPDX-License-Identifier: GPL-2.0-only
"""What the cases share: the bench they run on, and how they find fault."""

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path

from .adbd import Adbd
from .desk import Desk
from .guest import Guest

CASES = []
# Whatever the test waits for takes a second. This only ends a hang.
HANG_TIMEOUT = 120


class Wrong(Exception):
    """The case does not hold; why."""


@dataclass
class Bench:
    """A desk, a phone, and the folder of modules."""

    desk: Desk
    guest: Guest
    adbd: Adbd
    files: Path

    @property
    def good(self):
        """The module, built for the guest's kernel."""
        return self.files / "6.1"

    def pixel6(self, *words, module=None, **options):
        return self.desk.pixel6(module or self.good, *words, **options)

    @contextlib.contextmanager
    def unchanged(self):
        """What is done inside must leave the phone as it was."""
        before = self.guest.state()
        yield
        after = self.guest.state()
        if after != before:
            raise Wrong("the phone is not as it was:\n" + "\n".join(
                sorted(set(before.splitlines()) ^ set(after.splitlines()))))


def case(sentence):
    """Note a function of the bench as the case that this sentence holds."""
    def note(function):
        CASES.append((sentence, function))
        return function
    return note


def ended(run, status, *words):
    """pixel6 ended with this status and said these words."""
    said = f"{run.out}\n{run.err}"
    missing = [word for word in words if word not in " ".join(said.split())]
    if run.status != status or missing or "Traceback" in said:
        raise Wrong(f"status {run.status}, expected {status}; missing in what "
                    f"it said: {missing}\n{said}")


def equal(what, found, wanted):
    if found != wanted:
        raise Wrong(f"{what}: {found!r}, expected {wanted!r}")


def until(what, condition):
    """Wait for something that the guest or pixel6 does."""
    end = time.monotonic() + HANG_TIMEOUT
    while not condition():
        if time.monotonic() > end:
            raise Wrong(f"{what} did not happen within {HANG_TIMEOUT} s")
        time.sleep(0.05)
