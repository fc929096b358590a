# SPDX-License-Identifier: GPL-2.0-only
"""The adb program, and the one phone that it is to talk to."""

import re
import subprocess
import time
from dataclasses import dataclass

from .error import Gone, Interrupted, PhoneError

# No step takes that long. This only ends one that hangs.
HANG_TIMEOUT = 1800
SETTLE = 60  # seconds that a phone may need to be connected
STATUS = re.compile(r"\nstatus (\d+)\r?\n$")

# State of a device as adb prints it -> what is the matter, what to do.
STATES = {
    "unauthorized": (
        "has not allowed this computer to debug it",
        "Unlock the phone, answer its question 'Allow USB debugging?', then "
        "try again."),
    "offline": (
        "does not answer",
        "Plug the cable out and in again, or restart the phone. "
        "'adb devices' has to show it as 'device'."),
    "no permissions": (
        "may not be opened by your user",
        "Install Debian's package android-sdk-platform-tools-common (udev "
        "rules), become a member of the group plugdev, plug the cable in "
        "again."),
    "recovery": ("is in recovery mode", "Start Android with 'adb reboot'."),
    "sideload": ("is in sideload mode", "Start Android with 'adb reboot'."),
    "rescue": ("is in rescue mode", "Start Android with 'adb reboot'."),
    "bootloader": ("is in its bootloader",
                   "Start Android with 'fastboot reboot'."),
}


@dataclass
class Done:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def said(self):
        return "\n".join(filter(None, (self.err.strip(), self.out.strip())))


@dataclass
class Device:
    """A line of `adb devices -l`."""

    serial: str
    state: str


def run(command):
    """Run a program that a Ctrl-C on this terminal does not reach."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              encoding="utf-8", errors="replace",
                              timeout=HANG_TIMEOUT, start_new_session=True)
    except FileNotFoundError as error:
        raise PhoneError(f"there is no program '{command[0]}' here",
                         "Install Debian's package adb, or name the program with "
                         "--adb.") from error
    except PermissionError as error:
        raise PhoneError(f"'{command[0]}' is no program that can be run",
                         "Name the adb program with --adb.") from error
    except subprocess.TimeoutExpired as error:
        raise Gone(f"'{' '.join(map(str, command[:6]))}' did not end within "
                   f"{HANG_TIMEOUT} s") from error
    return Done(done.returncode, done.stdout, done.stderr)


def devices(program):
    """All that is attached."""
    done = run([program, "devices", "-l"])
    if done.status:
        raise PhoneError(f"'{program} devices' failed: {done.said}",
                         "Try 'adb kill-server' and 'adb devices' by hand.")
    lines = done.out.partition("List of devices attached")[2].splitlines()
    found = []
    for line in filter(str.strip, lines):
        serial, rest = (line.split(None, 1) + [""])[:2]
        state = "no permissions" if rest.startswith("no permissions") \
            else rest.split()[0] if rest else "unknown"
        found.append(Device(serial, state))
    return found


def attached(program):
    """The same, once no phone is just being connected any more."""
    end = time.monotonic() + SETTLE
    found = devices(program)
    while time.monotonic() < end and any(
            device.state in ("authorizing", "connecting") for device in found):
        time.sleep(0.2)
        found = devices(program)
    return found


def choose(found, serial):
    """The one to talk to."""
    names = ", ".join(device.serial for device in found)
    if not found:
        raise PhoneError(
            "adb sees no phone",
            "Connect it by USB, switch on USB debugging (Settings, System, "
            "Developer options), unlock it. 'adb devices' has to show it.")
    if serial:
        found = [device for device in found if device.serial == serial]
        if not found:
            raise PhoneError(f"adb sees no phone with the serial '{serial}'",
                             f"It sees: {names}.")
    if len(found) > 1:
        raise PhoneError(f"adb sees {len(found)} phones: {names}",
                         "Say which one with --serial.")
    device = found[0]
    if device.state != "device":
        what, advice = STATES.get(device.state, (
            f"is in a state that adb calls '{device.state}'",
            "'adb devices' has to show it as 'device'."))
        raise PhoneError(f"the phone {device.serial} {what}", advice)
    return device.serial


class Adb:
    """One phone."""

    def __init__(self, program, serial):
        self.program = program
        self.serial = serial
        # Asked before each command: is it to be done still?
        self.stopped = lambda: False

    def __call__(self, *words):
        """Run `adb -s SERIAL WORDS`."""
        if self.stopped():
            raise Interrupted()
        return run([self.program, "-s", self.serial, *map(str, words)])

    def shell(self, script):
        """Run a shell script on the phone. Raises Gone if its end is not seen.

        The exit status travels as a last line: adb's own status does not tell
        a script that failed from a phone that went away.
        """
        done = self("shell", f"(\n{script}\n)\nprintf '\\nstatus %d\\n' $?")
        end = STATUS.search(done.out)
        if not end:
            raise Gone("the phone went away", done.said)
        return Done(int(end[1]), done.out[:end.start()], done.err)

    def check(self, script, what):
        """The same for a script that is expected to work; its output."""
        done = self.shell(script)
        if done.status:
            raise PhoneError(f"{what} failed: {done.said or done.status}")
        return done.out

    def copy(self, *words):
        """adb push or pull."""
        done = self(*words)
        if not done.status:
            return
        if not self.is_there():
            raise Gone("the phone went away", done.said)
        if "No space left" in done.said:
            raise PhoneError("there is no space left where the files were to be "
                             "copied", "Free a few MiB there (/data of the phone "
                             f"for a push), then try again. adb said: {done.said}")
        raise PhoneError(f"adb {words[0]} failed: {done.said}")

    def is_there(self):
        done = run([self.program, "-s", self.serial, "get-state"])
        return done.status == 0 and done.out.strip() == "device"
