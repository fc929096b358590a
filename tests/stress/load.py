# SPDX-License-Identifier: GPL-2.0-only
"""Load held: 10^8 operations from all contexts on all CPUs at once.

On Debian's own kernel: what is asked for here is endurance, and a debug kernel
would take a day. The contexts rest between bursts, so one boot leaves a machine
idle for much of the time: there are several. A run is cut into parts, so that what
was lost would be seen soon; each part has a seed of its own.
"""

import re

import boot
from tests.boot.case import check
from tests.boot.lifecycle import whole_pool
from .case import StressCase, say, seed

CPUS = 4
CONTEXTS = 3
BOOTS, PARTS = 3, 7
OPERATIONS = 10 ** 8
PER_BOOT = -(-OPERATIONS // BOOTS)
# In each context on each CPU, in one part.
OPS = -(-PER_BOOT // (PARTS * CPUS * CONTEXTS))
HOURS = 3600
DONE = re.compile(r"^soak: round (\d+) smp .* (passed|failed) (\d+) operations",
                  re.M)

JOB = f"""
seed={{seed}}
: >/results/failed
insmod /buddy-shadow.ko exercise=0
round=1
while [ $round -le {PARTS} ]; do
	tried "smp ops={OPS} time=100000"
	round=$((round + 1))
done
rmmod buddy_shadow
load last
unload last
"""


def nothing_lost(load):
    """Every part passed, and they come to what was asked for."""
    result = load.result
    assert result.text("failed") == ""
    parts = DONE.findall(result.console)
    assert [int(number) for number, outcome, _ in parts
            if outcome == "passed"] == [*range(1, PARTS + 1)]
    done = sum(int(operations) for _, _, operations in parts)
    assert done >= PER_BOOT
    say(f"{done} operations in {result.seconds:.0f} s")


CASES = [StressCase(
    f"load-{number}", boot.Machine(cpus=CPUS),
    JOB.format(seed=seed() + number * 1000), [
        check(f"{PER_BOOT} operations from all contexts on {CPUS} CPUs at "
              "once lose nothing", nothing_lost),
        check("after that the whole pool is there and passes", whole_pool, "last"),
    ], bootargs="cma=0", patience=2 * HOURS) for number in range(1, BOOTS + 1)]
