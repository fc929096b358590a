# SPDX-License-Identifier: GPL-2.0-only
"""The longest stretch with interrupts off, as the kernel's own tracer sees it."""

import re

from boot import IRQSOFF_KERNEL, Machine
from .case import Case, check
from .shadow import passes

GIB = 1 << 30
# A microsecond of a guest with -icount is a thousand instructions.
MOST_US = 1000
COMMANDS = ("selftest seed=1 time=100000", "smp seed=2 ops=5000 time=100000",
            "whole-machine seed=3 ops=20000 time=100000")
# The tracer begins when all is loaded: what a console does with interrupts off
# would be longer.
JOB = """
tracing=/sys/kernel/tracing
mount -t tracefs nodev $tracing || exit 1
insmod /buddy-shadow.ko exercise=0 size=1G image=none || exit 1
echo irqsoff >$tracing/current_tracer || exit 1
""" + "".join(f"""
mkdir /results/{command.split()[0]}
echo 0 >$tracing/tracing_max_latency
echo "{command}" >$debugfs/run
cat $tracing/tracing_max_latency >/results/{command.split()[0]}/latency
cat $debugfs/result >/results/{command.split()[0]}/result
cat $debugfs/summary >/results/{command.split()[0]}/summary
""" for command in COMMANDS) + """
cat $tracing/trace >/results/trace
"""


def short(load):
    """The command passed over 1 GiB, and the tracer saw something short."""
    passes(load.text("result"))
    assert load.number("region_bytes") == GIB
    latency = int(load.text("latency"))
    assert 0 < latency <= MOST_US, re.findall(
        "started at: .*|ended at: .*", load.result.text("trace"))


CASES = [
    Case("irqsoff", Machine(IRQSOFF_KERNEL, memory="3G", tree="no-pool",
                            icount=True), JOB, [
        check(f"{command.split()[0]}: interrupts are off for at most "
              f"{MOST_US // 1000} million instructions", short,
              command.split()[0]) for command in COMMANDS
    ], bootargs="cma=1100M quiet", long=True),
]
