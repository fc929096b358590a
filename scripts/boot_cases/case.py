# SPDX-License-Identifier: GPL-2.0-only
"""What a case is: one boot, and the checks of what it left behind."""

from dataclasses import dataclass, replace
from typing import Callable

import boot


@dataclass
class Check:
    """A sentence that can be false, and the function that finds out.

    `holds` gets the boot's Result and raises shadow.Wrong where it does not.
    """

    sentence: str
    holds: Callable


@dataclass
class Case:
    """A boot: machine, script for the guest, and what must be seen."""

    name: str
    machine: boot.Machine
    job: str
    checks: list
    panics: bool = False  # the guest is to panic instead of ending its script
    complains: bool = False  # its kernel is meant to complain
    bootargs: str = ""
    make_dtb: Callable = None  # returns the path of the machine's dtb

    @property
    def kernel(self):
        return self.machine.kernel

    def run(self):
        machine = self.machine
        if self.make_dtb:
            machine = replace(machine, dtb=str(self.make_dtb()))
        return boot.boot(self.name, machine, ". /lib.sh\n" + self.job,
                         bootargs=self.bootargs)


@dataclass
class DeskCase:
    """Something that is tried without a boot."""

    name: str
    attempt: Callable  # returns a Result
    checks: list
    kernel: str = "6.1"

    def run(self):
        return self.attempt()
