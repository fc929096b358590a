# SPDX-License-Identifier: GPL-2.0-only
"""The buddy over a whole machine's layout, with descriptors only (X3)."""

import re

from boot import Machine
from .case import Case, check
from .commands import passed
from .layout import AT
from .shadow import Load, exercised, stopped

SEEDS = (1, 2, 0xdeadbeef, 18446744073709551615)
OPS = 200000

SEEDS_JOB = "load main\n" + "".join(
    f"command whole-{seed} 'whole-machine seed={seed} ops={OPS}'\n"
    for seed in SEEDS) + "unload main\n"

# Runs that would take hours are ended as soon as they are under way: by `stop`
# from another shell, and by signals to the one that writes.
ENDED_JOB = """
load main
echo "whole-machine seed=5 ops=1000000000" >/tmp/long

under_way()
{
	until grep -q "^running: random operations, [1-9]" $debugfs/result; do
		usleep 20000
	done
}

keep()
{
	cat $debugfs/result >/results/$1/result
	cat $debugfs/summary >/results/$1/summary
	command $1-after selftest
}

# A writer that tries again when told EINTR would never be done.
wait_for()
{
	for _ in $(seq 15000); do
		kill -0 $1 2>/dev/null || return
		usleep 20000
	done
	kill $1
}

mkdir /results/stop /results/INT /results/TERM
cat /tmp/long 2>/results/stop/write >$debugfs/run &
writer=$!
under_way
cat $debugfs/result >/results/stop/running
cat $debugfs/summary >/results/stop/summary-running
cat $debugfs/report >/results/stop/report-running
before=$(cat $debugfs/result)
while [ "$before" = "$(cat $debugfs/result)" ]; do usleep 20000; done
cat $debugfs/result >>/results/stop/running
echo stop >$debugfs/run
echo $? >/results/stop/status
wait_for $writer
keep stop

for signal in INT TERM; do
	(under_way; kill -$signal $(pidof cat)) &
	cat /tmp/long >$debugfs/run
	echo $? >/results/$signal/status
	wait
	keep $signal
done
unload main
"""

# Descriptions that need more memory than there is -> errno, what the log says.
TOO_LARGE = {
    "wide": ("Cannot allocate memory", "whole-machine needs"),
    "tera": ("Cannot allocate memory", "whole-machine needs"),
    "beyond": ("Cannot allocate memory", "whole-machine needs 27"),
}

PRESSURE_JOB = f"""
available()
{{
	sed -n 's/^MemAvailable: *\\([0-9]*\\) kB$/\\1/p' /proc/meminfo
}}

for name in {' '.join(TOO_LARGE)}; do
	load $name machine={AT}$name
	available >/results/$name/available
	command $name-whole whole-machine
	available >>/results/$name/available
	command $name-after selftest
	unload $name
done
"""


def whole_machine(load):
    """The command was accepted and passed, every clause of it."""
    passed(load, "M4 the free blocks of every order are the plan's at",
           "M4 the free blocks of every order are the plan's after",
           "H3 the heap", "X3 all", "B4 every invariant")


def selftest_passes(load):
    """The module works as before, after what has been done to it."""
    passed(Load(load.result, f"{load.name}-after"), "# selftest")


def progress(load):
    """While a run goes on, result, summary and report say how far it is."""
    done = re.findall(r"^running: random operations, (\d+) of 1000000000$",
                      load.text("running"), re.M)
    first, second = map(int, done)
    assert first < second
    for file in ("summary-running", "report-running"):
        assert "running: random operations" in load.text(file)


def ended(load, status, how):
    """The run is over, its writer told so, and nothing was lost."""
    assert load.text("status").strip() == status
    exercised(load, "interrupted")
    stopped(load.text("result"), how)
    # What was not done is not said to hold.
    assert "1000000000 random operations" not in \
        load.text("result").partition("\nnot ok")[0]
    selftest_passes(load)


def told(load):
    assert load.text("write").strip().endswith("Operation canceled")


def too_large(load, errno, words):
    """Refused in words, nobody is killed, and the module is as it was."""
    result, name = load.result, load.name
    assert result.text(f"{name}-whole/write").strip().endswith(errno)
    log = result.text(f"{name}-whole/log")
    assert words in log
    assert not re.search("oom|Out of memory|Killed process", log), log
    before, after = map(int, load.text("available").split())
    assert after >= before - 4096, "KiB that are available"
    selftest_passes(load)


LARGE_JOB = f"""
load large machine={AT}large
command large-whole 'whole-machine seed=1 ops=1000'
unload large
"""

CASES = [
    # Its allocator takes 3.4 GB, more than kvmalloc() gives.
    Case("400-gib", Machine(memory="14G", tree="described"), LARGE_JOB, [
        check("whole-machine passes over 400 GiB, description 'large'",
              whole_machine, "large-whole")], long=True),
    Case("whole-machine", Machine(), SEEDS_JOB, [
        check(f"whole-machine with seed {seed} passes", whole_machine,
              f"whole-{seed}") for seed in SEEDS]),
    Case("ended", Machine(), ENDED_JOB, [
        check("a run says how far it is", progress, "stop"),
        check("stop ends the run of another", ended, "stop", "0", "stop"),
        check("the writer that is stopped does not try again", told, "stop"),
        check("Ctrl-C ends a run", ended, "INT", "130", "signal"),
        check("kill ends a run", ended, "TERM", "143",
              "signal"),
    ]),
    Case("pressure", Machine(memory="256M", tree="described"), PRESSURE_JOB, [
        check(f"whole-machine, description '{name}': {wanted[0]}, no harm",
              too_large, name, *wanted) for name, wanted in TOO_LARGE.items()]),
]
