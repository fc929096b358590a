# SPDX-License-Identifier: GPL-2.0-only
"""What a person waits for: each step, in milliseconds.

Inside the guest it is the guest's time, of which a nanosecond is an instruction; what
surrounds it is this machine's own time, and evidence only.
"""

import time

import boot

# What the shell itself takes between two looks at the clock is in `nothing`.
JOB = """
. /lib.sh

now()
{
	sed -n 's/^now at \\([0-9]*\\) nsecs.*/\\1/p' /proc/timer_list
}

# took NAME COMMAND...: what it took in nanoseconds
took()
{
	name=$1
	shift
	before=$(now)
	"$@" >/dev/null || exit 1
	echo "$name $(($(now) - before))" >>/results/waits
}

run()
{
	echo "$1" >$debugfs/run
}

took nothing true
took "insmod exercise=0" insmod /buddy-shadow.ko exercise=0
for command in selftest torture smp whole-machine; do
	took $command run "$command seed=1"
done
took "cat report" cat $debugfs/report
took rmmod rmmod buddy_shadow
took insmod insmod /buddy-shadow.ko seed=1
"""


def guest(kernel):
    """{step: milliseconds}, of instructions."""
    result = boot.boot("bench-waits", boot.Machine(kernel, icount=True), JOB,
                       bootargs="quiet")
    if result.status != 0 or result.complaints():
        raise boot.BootError("a step failed; all about it is in "
                             f"{result.directory}")
    steps = (line.rpartition(" ") for line in
             result.text("waits").splitlines())
    found = {name: int(took) / 1e6 for name, _, took in steps}
    nothing = found.pop("nothing")
    return {name: took - nothing for name, took in found.items()}


def around(kernel):
    """{step: milliseconds} of what `make run` does when all is built."""
    boot.build_module(kernel)
    boot.build_module.cache_clear()
    start = time.monotonic()
    boot.build_module(kernel)
    built = time.monotonic()
    result = boot.boot("bench-waits", boot.Machine(kernel), "true",
                       bootargs="quiet")
    return {"make run: look whether to build": 1000 * (built - start),
            "make run: boot and power off": 1000 * result.seconds}


def table(found):
    return (f"{name:32}{took:10.1f}" for name, took in found.items())
