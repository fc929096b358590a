# SPDX-License-Identifier: GPL-2.0-only
"""What the tests share: the rig they run on, and how they find fault."""

import contextlib
from dataclasses import dataclass
from pathlib import Path

from .adbd import Adbd
from .guest import Guest
from .host import Host


@dataclass
class Rig:
    """This computer, a phone, and the directory of modules."""

    host: Host
    guest: Guest
    adbd: Adbd
    files: Path

    @property
    def good(self):
        """The module, built for the guest's kernel."""
        return self.files / "6.1"

    def pixel6(self, *words, module=None, **options):
        return self.host.pixel6(module or self.good, *words, **options)

    @contextlib.contextmanager
    def unchanged(self):
        """What is done inside must leave the phone as it was."""
        before = self.guest.state()
        yield
        after = self.guest.state()
        assert after == before, "the phone is not as it was:\n" + "\n".join(
            sorted(set(before.splitlines()) ^ set(after.splitlines())))

    def session(self, status, *said, args=(), **options):
        """A run of pixel6 that ends so and leaves the phone as it was."""
        with self.unchanged():
            run = self.pixel6(*args, **options)
        ended(run, status, *said)
        return run

    @contextlib.contextmanager
    def another(self, authorized=True):
        """The same guest as one more phone."""
        with contextlib.ExitStack() as stack:
            other = Adbd(self.guest)
            other.authorized = authorized
            other.start()
            stack.callback(other.stop)
            stack.callback(self.host.disconnect, other)
            self.host.connect(other)
            yield other

    @contextlib.contextmanager
    def unplugged(self):
        """The phone is away inside, and back afterwards."""
        self.adbd.stop()
        try:
            yield
        finally:
            self.adbd.start()
            self.host.disconnect(self.adbd)
            self.host.connect(self.adbd)


@contextlib.contextmanager
def rig(name, files):
    """A phone of that name, connected. Ends all that it started."""
    with contextlib.ExitStack() as stack:
        guest = Guest(name, "described")
        stack.callback(guest.end)
        host = Host()
        stack.callback(host.close)
        guest.wait()
        adbd = Adbd(guest)
        adbd.start()
        stack.callback(adbd.stop)
        host.connect(adbd)
        yield Rig(host, guest, adbd, files)


def ended(run, status, *words):
    """pixel6 ended with this status and said these words."""
    said = f"{run.out}\n{run.err}"
    missing = [word for word in words if word not in " ".join(said.split())]
    assert run.status == status and not missing and "Traceback" not in said, (
        f"status {run.status}, expected {status}; missing in what it said: "
        f"{missing}\n{said}")
