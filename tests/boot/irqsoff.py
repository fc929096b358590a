# SPDX-License-Identifier: GPL-2.0-only
"""The longest stretch with interrupts off at 8 GiB, as the kernel's tracers see it.

The tracer irqsoff finds the longest one of all. Then the kernel's events show each one
of the module's own: with one of its locks, or in its timer in a hard interrupt.
"""

import re

from boot import IRQSOFF_KERNEL, Machine
from .case import Case, check
from .shadow import GIB, passes

PAGES = 8 * GIB // 4096
# A microsecond of a guest with -icount is a thousand instructions.
MOST_US = 100
COMMANDS = ("whole-machine seed=3 ops=20000 time=100000",
            "smp seed=2 ops=5000 time=100000", "selftest seed=1 time=100000")
# Of this one each stretch is kept.
OWN = COMMANDS[1]
# A page of the region, wherever in its pool that lies.
MIDDLE_PFN = (0x260000000 + 4 * GIB) // 4096
# Two things of the kernel's own are longer. It gives pages back by the thousand,
# unless it is told to take fewer at once. And CMA goes through its bitmap, a bit for
# each page of 8 GiB: the tracer is off while a region is found, and when one is given
# back, from the middle page on. The tracer begins when all is loaded: what a console
# does would be longer.
JOB = rf"""
pfn={MIDDLE_PFN}""" + r"""
tracing=/sys/kernel/tracing
events=$tracing/events
mount -t tracefs nodev $tracing || exit 1
echo 1000000 >/proc/sys/vm/percpu_pagelist_high_fraction || exit 1
echo traceoff >$events/cma/cma_alloc_start/trigger || exit 1
echo traceon >$events/cma/cma_alloc_finish/trigger || exit 1
echo "traceoff if pfn == $pfn" >$events/kmem/mm_page_free/trigger || exit 1
echo traceon >$events/cma/cma_release/trigger || exit 1
insmod /buddy-shadow.ko exercise=0 size=8G image=none || exit 1

# run NAME COMMAND
run()
{
	mkdir /results/$1
	echo "$2" >$debugfs/run
	cat $debugfs/result >/results/$1/result
	cat $debugfs/summary >/results/$1/summary
}

echo irqsoff >$tracing/current_tracer || exit 1
""" + "".join(f"""
echo 0 >$tracing/tracing_max_latency
run {command.split()[0]} "{command}"
cat $tracing/tracing_max_latency >/results/{command.split()[0]}/latency
cat $tracing/tracing_on >/results/{command.split()[0]}/on
cat $tracing/trace >/results/{command.split()[0]}/trace
""" for command in COMMANDS) + r"""
# address NAME: of a symbol, without the bits that all have; events have distances
# from _stext.
address()
{
	sed -n "s/^ffff\([0-9a-f]*\) . $1\(\t.*\)*$/0x\1/p" /proc/kallsyms
}

text=$(cat /sys/module/buddy_shadow/sections/.text)
start=$((0x${text#0xffff} - $(address _stext)))
end=$((start + $(sed -n 's/^buddy_shadow \([0-9]*\) .*/\1/p' /proc/modules)))
timer=$(address fire_hard)
echo nop >$tracing/current_tracer
echo 32768 >$tracing/buffer_size_kb
for event in irq_disable irq_enable; do
	echo "parent_offs >= $start && parent_offs < $end" \
		>$events/preemptirq/$event/filter || exit 1
	echo 1 >$events/preemptirq/$event/enable || exit 1
done
echo "function == 0xffff${timer#0x}" >$events/timer/hrtimer_expire_entry/filter ||
	exit 1
echo 1 >$events/timer/hrtimer_expire_entry/enable
echo 1 >$events/timer/hrtimer_expire_exit/enable
""" + f"""
run own "{OWN}"
echo 0 >$tracing/tracing_on
cat $tracing/trace >/results/own/trace
"""
EVENT = re.compile(r" (\d+)\.(\d{6}): (\w+): (.*)")


def short(load):
    """The command passed over 8 GiB, and the tracer saw nothing long."""
    passes(load.text("result"))
    pages = re.search(r"X3 all (\d+) pages", load.text("result"))
    covered = int(pages[1]) if pages else load.number("region_bytes") // 4096
    assert covered >= PAGES
    print(load.text("trace"))
    # Nobody turned it off but for CMA.
    assert load.text("on") == "1\n"
    assert 0 < int(load.text("latency")) <= MOST_US


def stretches(trace):
    """(where it ended, microseconds) of each stretch of the module's own."""
    began = {}
    for seconds, micro, event, what in EVENT.findall(trace):
        now = int(seconds + micro)
        timer = re.search(r"hrtimer=(\S+)", what)
        key = timer and timer[1]
        if event in ("irq_disable", "hrtimer_expire_entry"):
            began[key] = now
        elif key in began:
            where = re.search(r"parent=(\w+)", what)
            yield where[1] if where else "timer", now - began.pop(key)


def own(load):
    """Each lock and the timer were seen, and no stretch was long."""
    passes(load.text("result"))
    longest = {}
    for where, took in stretches(load.text("trace")):
        longest[where] = max(took, longest.get(where, 0))
    print(longest)
    assert {"shadow_buddy_alloc", "shadow_buddy_free", "timer"} <= longest.keys()
    assert max(longest.values()) <= MOST_US


CASES = [
    Case("irqsoff", Machine(IRQSOFF_KERNEL, icount=True), JOB, [
        *(check(f"{command.split()[0]}, 8 GiB: interrupts are off for at most "
                f"{MOST_US} thousand instructions", short, command.split()[0])
          for command in COMMANDS),
        check("and so are they for the module's own locks and timer", own, "own")
    ], bootargs="quiet", dts="irqsoff.dts", seconds=240, patience=3000, long=True),
]
