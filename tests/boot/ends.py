# SPDX-License-Identifier: GPL-2.0-only
"""A run ends, costs what it may, and notices what it is for (B7, X6)."""

import re
import subprocess

import boot
from boot import Machine
from .case import HERE, Case, check
from .shadow import MIB, as_the_oracle, passes, stopped, valid

# The kernel is told not to take any time from a real-time task.
SPINNER = """
echo -1 >/proc/sys/kernel/sched_rt_runtime_us

start_spinner()
{
	taskset 2 spin &
	spinner=$!
	until grep -q "^policy *: *1$" /proc/$spinner/sched; do
		kill -0 $spinner || exit 1
	done
}

end_spinner()
{
	kill $spinner
	wait $spinner
}

# HOW: end what $writer waits for by stop or KILL, keep what it said.
end_writer()
{
	mkdir -p /results/$1
	cat $debugfs/result >/results/$1/running
	case $1 in
	stop) echo stop >$debugfs/run ;;
	KILL) kill -KILL $writer ;;
	esac
	wait $writer
	cat $debugfs/result >/results/$1/result
}
"""
BUSY_JOB = SPINNER + """
export debugfs
start_spinner
load main
command smp "smp ops=500"
for how in stop KILL; do
	echo "smp ops=1000000000 time=100000" >$debugfs/run &
	writer=$!
	until grep -q "^running: .*CPU, 1 of 2" $debugfs/result; do
		usleep 20000
	done
	end_writer $how
done
# While it is loaded, too.
echo "smp ops=1000000000 time=100000" >$debugfs/run &
writer=$!
until grep -q "^running: operations of all contexts, [1-9]" $debugfs/result; do
	usleep 20000
done
echo stop >$debugfs/run
wait $writer
mkdir /results/later
cat $debugfs/result >/results/later/result
taskset 1 sh -c 'echo "smp ops=500 time=600" >$debugfs/run'
mkdir /results/own
cat $debugfs/result >/results/own/result
# The kernel itself waits for that CPU as a module goes.
end_spinner
rmmod buddy_shadow
start_spinner
insmod /buddy-shadow.ko time=100000 &
loader=$!
# Whoever looks once something runs finds the files.
until cat /proc/[0-9]*/comm 2>/dev/null | grep -q ^buddy_shadow/; do
	usleep 20000
done
[ -e $debugfs/result ] || exit 1
until grep -q "^running: .*CPU" $debugfs/result; do usleep 20000; done
kill -KILL $loader
wait $loader
collect killed
end_spinner
command killed-after "selftest ops=500 time=600"
unload main
"""
# To free pages of a pool the kernel waits for a CPU that spin.c keeps to itself.
BUSY_POOL_JOB = SPINNER + """
until_waits()
{
	until grep -q "^running: bytes of the region" $debugfs/result; do
		usleep 20000
	done
	# An allocation that waits for no CPU would be through by then.
	usleep 1000000
}

thread()
{
	grep -l "^buddy_shadow$" /proc/[0-9]*/comm
}

torture()
{
	echo "torture ops=500" >$debugfs/run &
	writer=$!
	until_waits
}

start_spinner
insmod /buddy-shadow.ko &
writer=$!
until [ -e $debugfs/result ]; do usleep 20000; done
until_waits
end_writer KILL
mkdir /results/insmod
mv /results/KILL/* /results/insmod
for how in stop KILL; do
	torture
	end_writer $how
done
[ $(cma_free) -lt 32768 ] || exit 1
end_spinner
# What nobody waits for is freed as soon as it is allocated.
tries=0
until [ $(cma_free) -gt 32768 ]; do
	usleep 20000
	[ $((tries += 1)) -lt 500 ] || exit 1
done
mkdir /results/freed
sed -n 's/^region_held: //p' $debugfs/summary >/results/freed/held
command after "selftest ops=500 time=600"
# Or it is for the next run.
start_spinner
mkdir /results/next
torture
end_writer stop
thread >/results/next/left
torture
thread >/results/next/found
end_spinner
wait $writer
cat $debugfs/result >/results/next/result
rmmod buddy_shadow || exit 1
"""
ALONE_JOB = SPINNER + """
start_spinner
load main
command torture torture
end_spinner
unload main
"""
MANY = 9
COST_JOB = """
mark()
{
	echo "mark: $1" >/dev/kmsg
}
mark begin
insmod /buddy-shadow.ko || exit 1
mark end
collect main
dmesg >/results/log
"""
# On one CPU, with a pool of 64 MiB.
MOST_INSTRUCTIONS = 120e6
LOADS = 20
UNLOCKED_JOB = f"""
mkdir /results/unlocked
for nr in $(seq {LOADS}); do
	insmod /unlocked.ko || exit 1
	cat $debugfs/result >/results/unlocked/$nr
	cat $debugfs/summary >/results/unlocked/summary-$nr
	rmmod buddy_shadow || exit 1
	if grep -q "^not ok" /results/unlocked/$nr; then
		[ "$1" = all ] || break
	fi
done
"""


def skipped(load):
    """The load took its end, tested what it could, and says what it skipped."""
    valid(load)
    assert load.summary["exercise"] == "passed"
    result = load.text("result")
    passes(result)
    assert "# CPU 1 had no time for a thread\n" in result
    assert "while another CPU was at work" not in result
    assert ("smp: CPU 1 had no time for a thread, so smp begins without it"
            in load.result.console)


def said_why(load):
    """Who reads meanwhile learns what is waited for."""
    assert load.text("running") == \
        "running: threads that got their CPU, 1 of 2\n"


def ended(load, how):
    said_why(load)
    stopped(load.text("result"), how)


def memory_left(load, how):
    """It was ended before it had any memory, and says so."""
    waits_for = f"0 of {64 * MIB}"
    assert load.text("running") == f"running: bytes of the region, {waits_for}\n"
    assert load.text("result").endswith(
        f"\nnot ok 1 stopped by {how} after {waits_for} bytes of the region\n"
        "1..1\n# pass:0 fail:1 skip:0\n")


def own_affinity(load):
    result = load.text("result")
    passes(result)
    assert len(re.findall("^ok .* B7 .* on 1 CPU$", result, re.M)) == 3


def killed(load):
    """insmod was killed in its self-test: the module is there, and says so."""
    assert load.summary["exercise"] == "interrupted"
    stopped(load.text("result"), "signal")


def freed(load):
    """The job waited until most of the pool was free."""
    assert load.text("held") == "no\n"


def the_next_ones(load):
    assert load.text("found") == load.text("left") != ""
    passes(load.text("result"))


def without_memory(load):
    """The load took its end, and says why it exercised nothing."""
    valid(load)
    assert load.summary["exercise"] == "passed"
    assert load.summary["region"] == "none"
    note = f"the kernel did not allocate {64 * MIB} bytes in 30 s"
    assert f"region: {note}\n" in load.text("result")
    assert f"no memory to exercise on: {note}" in load.result.console


def needs_memory(load):
    assert "No such device" in load.text("write")
    assert load.text("result").endswith(
        "\nnot ok 1 ended by -ENODEV after 0 of 0 descriptors of the region\n"
        "1..1\n# pass:0 fail:1 skip:0\n")


def many(load):
    valid(load)
    assert load.summary["exercise"] == "passed"
    assert f"context on {MANY} CPUs, " in load.text("result")


def cheap(load):
    """In a guest with -icount a nanosecond is an instruction."""
    as_the_oracle(load)
    assert load.summary["exercise"] == "passed"
    begin, end = (float(re.search(rf"\[ *([\d.]+)\] mark: {mark}",
                                  load.result.text("log"))[1])
                  for mark in ("begin", "end"))
    assert (end - begin) * 1e9 <= MOST_INSTRUCTIONS


def spin():
    """spin.c for the guest."""
    program = boot.work() / "guest" / "spin"
    program.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["aarch64-linux-gnu-gcc", "-Wall", "-Wextra", "-Werror", "-O2",
                    "-ffreestanding", "-nostdlib", "-static", HERE / "spin.c",
                    "-o", program], check=True)
    return {"bin/spin": program}


def unlocked():
    """The module with a buddy that does not keep other CPUs out."""
    return {"unlocked.ko": boot.build_module(
        "6.1", "KCFLAGS=-include $(KBUILD_EXTMOD)/tests/boot/unlocked.h")
        / "buddy-shadow.ko"}


def noticed(load, times):
    """So many loads have a result that is not ok, of B or X."""
    results = [load.text(str(number)) for number in range(1, LOADS + 1)]
    assert all(re.search(r"^1\.\.\d+$", text, re.M) for text in results if text)
    bad = [text for text in results
           if re.search(r"^not ok \d+ [BX]\d", text, re.M)]
    assert len(bad) >= times
    assert "verdict OK; self-test FAILED, see above; " in load.result.console


CASES = [
    # Without CMA: with a pool the memory is waited for, see busy-pool.
    Case("busy", Machine(cpus=2, tree="no-pool"), BUSY_JOB, [
        check("X6 a load ends although another task keeps a CPU to itself",
              skipped),
        check("X6 stop ends a run that waits for a CPU, and it says so", ended,
              "stop", "stop"),
        check("X6 a signal ends a run that waits for a CPU", ended, "KILL",
              "signal"),
        check("X6 without that CPU a run goes on, and ends on stop",
              lambda load: stopped(load.text("result"), "stop"), "later"),
        check("B7 threads go to the CPUs of the caller's own affinity",
              own_affinity, "own"),
        check("X6 an insmod that is killed in its self-test ends", killed,
              "killed"),
        check("selftest passes after all that",
              lambda load: passes(load.text("result")), "killed-after"),
    ], files=spin, bootargs="cma=0", seconds=40),
    Case("busy-pool", Machine(cpus=2, tree="fixed-pool"), BUSY_POOL_JOB, [
        check("X6 a signal ends an insmod that waits for memory", memory_left,
              "insmod", "signal"),
        check("X6 stop ends a run that waits for memory", memory_left,
              "stop", "stop"),
        check("X6 a signal ends a run that waits for memory", memory_left,
              "KILL", "signal"),
        check("X7 memory that no run waits for is freed", freed, "freed"),
        check("selftest passes after all that",
              lambda load: passes(load.text("result")), "after"),
        check("X6 memory that a run did not wait for is the next one's",
              the_next_ones, "next"),
    ], files=spin, bootargs="cma=0", seconds=15),
    Case("busy-load", Machine(cpus=2, tree="fixed-pool"), ALONE_JOB, [
        check("X6 a load ends although its memory cannot be had",
              without_memory),
        check("X6 a run that needs that memory ends, and says so", needs_memory,
              "torture"),
    ], files=spin, bootargs="cma=0", long=True),
    Case("nine-cpus", Machine(cpus=MANY), "load main\nunload main\n", [
        check(f"X6 a load ends on {MANY} emulated CPUs", many),
    ], long=True),
    Case("cost", Machine(tree="fixed-pool", icount=True), COST_JOB, [
        check(f"insmod with self-test takes at most {MOST_INSTRUCTIONS / 1e6:.0f} "
              "million instructions", cheap),
    ]),
    Case("unlocked", Machine(cpus=2), UNLOCKED_JOB, [
        check(f"B7 one of {LOADS} self-tests at load notices a buddy without a "
              "lock", noticed, "unlocked", 1),
    ], files=unlocked),
]
