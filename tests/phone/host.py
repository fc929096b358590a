# SPDX-License-Identifier: GPL-2.0-only
"""An adb server of its own, on a private port, and runs of pixel6."""

import os
import re
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import boot

# A run takes some ten seconds. This only ends one that hangs.
HANG_TIMEOUT = 3600


@dataclass
class Run:
    """How a run of pixel6 ended."""

    status: int
    out: str
    err: str
    directory: Path

    def text(self, name):
        return (self.directory / name).read_text()

    def files(self):
        return {str(path.relative_to(self.directory))
                for path in self.directory.rglob("*") if path.is_file()}


def until(what, condition):
    """Wait for something that the guest or pixel6 does."""
    end = time.monotonic() + HANG_TIMEOUT
    while not condition():
        assert time.monotonic() < end, \
            f"{what} did not happen within {HANG_TIMEOUT} s"
        time.sleep(0.05)


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


class Host:
    """Neither the user's adb server nor his keys are touched."""

    def __init__(self):
        self.home = tempfile.TemporaryDirectory(prefix="buddy-shadow-")
        self.directory = Path(self.home.name)
        self.environment = {
            **os.environ, "HOME": self.home.name,
            "ANDROID_ADB_SERVER_PORT": str(_free_port()),
            # No emulators and no telephones of the user.
            "ADB_LOCAL_TRANSPORT_MAX_PORT": "5553", "ADB_MDNS": "0",
            "ADB_MDNS_AUTO_CONNECT": "0", "ADB_EMU": "0", "ADB_USB": "0"}
        for name in ("ANDROID_SERIAL", "ADB_SERVER_SOCKET", "ADB_VENDOR_KEYS",
                     "ADB_TRACE", "ANDROID_ADB_SERVER_ADDRESS"):
            self.environment.pop(name, None)
        self.runs = 0
        self.started = []

    def adb(self, *words):
        """What adb printed; its status does not say much."""
        done = subprocess.run(["adb", *words], env=self.environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True,
                              timeout=HANG_TIMEOUT, check=False)
        return done.stdout

    def connect(self, adbd):
        """Until it can be used, or with one that never can once."""
        def online():
            self.adb("connect", adbd.serial)
            return not adbd.authorized or \
                f"{adbd.serial}\tdevice\n" in self.adb("devices")
        until("the connection", online)

    def disconnect(self, adbd):
        return self.adb("disconnect", adbd.serial)

    def next_directory(self):
        """Where the next run's report will go."""
        return self.directory / f"report-{self.runs}"

    def start(self, *words, yes=True, stdin=subprocess.DEVNULL):
        """Start pixel6. Its report goes to a new directory."""
        directory = self.next_directory()
        self.runs += 1
        command = [boot.SCRIPTS / "pixel6", *words, "--out", directory,
                   *(["--yes"] if yes else [])]
        pixel6 = subprocess.Popen(
            command, env=self.environment, stdin=stdin,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.started.append(pixel6)
        return directory, pixel6

    def finish(self, directory, pixel6):
        try:
            out, err = pixel6.communicate(timeout=HANG_TIMEOUT)
        except subprocess.TimeoutExpired as error:
            pixel6.kill()
            raise RuntimeError(f"pixel6 did not end within {HANG_TIMEOUT} "
                               "s") from error
        return Run(pixel6.returncode, out,
                   re.sub("^pixel6: ", "", err, flags=re.M), directory)

    def pixel6(self, *words, **options):
        return self.finish(*self.start(*words, **options))

    def fake_adb(self, line):
        """A program that lists one device as adb would."""
        path = self.directory / "adb"
        path.write_text("#!/bin/sh\necho 'List of devices attached'\n"
                        f"echo '{line}'\n")
        path.chmod(0o755)
        return path

    def close(self):
        for pixel6 in self.started:
            if pixel6.poll() is None:
                pixel6.kill()
                pixel6.wait()
        self.adb("kill-server")
        self.home.cleanup()
