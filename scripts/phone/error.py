# SPDX-License-Identifier: GPL-2.0-only
"""Failures that a person is told about, and the exit status that they mean."""

OK, NOT_OK, COULD_NOT_RUN = 0, 1, 2


class PhoneError(Exception):
    """What happened, what to do about it, and the exit status."""

    def __init__(self, what, advice="", status=COULD_NOT_RUN):
        super().__init__(what)
        self.what = what
        self.advice = advice
        self.status = status

    def __str__(self):
        return f"{self.what}\n{self.advice}" if self.advice else self.what


class Gone(PhoneError):
    """The phone does not answer any more."""


class Interrupted(PhoneError):
    """The person wants an end."""

    def __init__(self):
        super().__init__("interrupted")
