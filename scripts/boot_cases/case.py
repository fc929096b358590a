# SPDX-License-Identifier: GPL-2.0-only
"""What a case is: one boot, and the checks of what it left behind."""

from dataclasses import dataclass
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
    bootargs: str = ""

    def run(self):
        return boot.boot(self.name, self.machine, ". /lib.sh\n" + self.job,
                         bootargs=self.bootargs)
