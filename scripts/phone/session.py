# SPDX-License-Identifier: GPL-2.0-only
"""What was changed on the phone, and how it is put back."""

import time

from .error import Gone, PhoneError

BOOT_ID = "cat /proc/sys/kernel/random/boot_id"


def become_root(adb):
    """Have adbd run as root; True if it did not before."""
    if adb.check("id -u", "id").strip() == "0":
        return False
    done = adb("root")
    # adbd starts anew: the phone is away for a moment.
    adb("wait-for-device")
    if adb.check("id -u", "id").strip() != "0":
        raise PhoneError(
            f"adb does not become root on this phone: {done.said or 'no word'}",
            "It needs a userdebug or eng build. On some of them root must be "
            "allowed first: Settings, System, Developer options, 'Rooted "
            "debugging'.")
    return True


class Session:
    """A stay on the phone: whatever is done has its undoing noted first."""

    def __init__(self, adb, say, patience):
        self.adb = adb
        self.say = say
        self.patience = patience
        self.rooted = False
        self.undo = []
        self.boot = adb.check(BOOT_ID, "reading the boot's number").strip()

    def root(self):
        self.rooted = become_root(self.adb)

    def note(self, script, left, over=False):
        """`script` undoes what follows; `left` says what stays if it fails.

        `over`: a reboot undoes it as well.
        """
        self.undo.append((script, left, over))

    def leave(self, last):
        """Put everything back; return sentences about what is left.

        `last` is called when all but root is undone.
        """
        left, rebooted = [], False
        try:
            rebooted = self._meet_again()
            while self.undo:
                script, sentence, over = self.undo[-1]
                if not (over and rebooted):
                    done = self.adb.shell(script)
                    if done.status:
                        left.append(f"{sentence} ({done.said or 'no word'})")
                self.undo.pop()
            last()
        except PhoneError as error:
            self.say(f"putting the phone back failed: {error.what}")
        left += [sentence for _, sentence, _ in reversed(self.undo)]
        if self.rooted:
            left += self._unroot()
        return left

    def _unroot(self):
        try:
            if self.adb("unroot").status == 0:
                return []
        except PhoneError:
            pass
        return ["adbd runs as root; 'adb unroot' or a reboot ends that"]

    def _meet_again(self):
        """Wait for a phone that went away; True if it came back rebooted."""
        if self.adb.is_there():
            return False
        self.say(f"waiting up to {self.patience} s for the phone to come back")
        end = time.monotonic() + self.patience
        while not self.adb.is_there():
            if time.monotonic() > end:
                raise Gone(f"it did not come back within {self.patience} s")
            time.sleep(1)
        rebooted = self.adb.check(BOOT_ID, "boot_id").strip() != self.boot
        if rebooted:
            self.say("the phone rebooted. A fault in the kernel does that: "
                     "/sys/fs/pstore on the phone holds its last words")
        if self.rooted:
            become_root(self.adb)
        return rebooted
