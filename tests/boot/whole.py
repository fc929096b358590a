# SPDX-License-Identifier: GPL-2.0-only
"""The buddy over a whole machine's layout, with descriptors only (X3)."""

import re

from boot import Machine
from . import shadow
from .case import Case, Check
from .commands import passed
from .shadow import Load

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
    "beyond": ("Argument list too long", "less than 16 TiB of RAM"),
}

PRESSURE_JOB = f"""
available()
{{
	sed -n 's/^MemAvailable: *\\([0-9]*\\) kB$/\\1/p' /proc/meminfo
}}

at=/buddy-shadow-machines
for name in {' '.join(TOO_LARGE)}; do
	load $name machine=$at/$name
	echo $(available) >/results/$name/available
	command $name-whole whole-machine
	echo $(available) >>/results/$name/available
	command $name-after selftest
	unload $name
done
"""


def whole_machine(sentence, name):
    """The command was accepted and passed, every clause of it."""
    return Check(sentence, passed(
        name, "M4 the free blocks of every order are the plan's at",
        "M4 the free blocks of every order are the plan's after",
        "H3 the heap", "X3 all", "B4 every invariant"))


def progress(result):
    """While a run goes on, result, summary and report say how far it is."""
    load = Load(result, "stop")
    done = [int(found) for found in re.findall(
        r"^running: random operations, (\d+) of 1000000000$",
        load.text("running"), re.M)]
    shadow.true(f"progress went from {done}", len(done) == 2
                and done[0] < done[1])
    for file in ("summary-running", "report-running"):
        shadow.true(f"{file} does not say it:\n{load.text(file)}",
                    "running: random operations" in load.text(file))


def ended(name, status):
    """The run is over, its writer told so, and nothing was lost."""
    def holds(result):
        load = Load(result, name)
        shadow.equal("exit status", load.text("status").strip(), status)
        shadow.exercise(load, "interrupted")
        ktap = load.text("result")
        shadow.true(f"something failed:\n{ktap}", shadow.passes(ktap))
        shadow.true(f"result does not say that it ended early:\n{ktap}",
                    "# ended early" in ktap)
        shadow.true("selftest does not pass afterwards",
                    shadow.passes(Load(result, f"{name}-after").text("result")))
    return holds


def told(result):
    said = Load(result, "stop").text("write").strip()
    shadow.true(f"the writer was told '{said}'",
                said.endswith("Operation canceled"))


def too_large(name, errno, words):
    """Refused in words, nobody is killed, and the module is as it was."""
    def holds(result):
        load = Load(result, f"{name}-whole")
        shadow.true(f"write: '{load.text('write').strip()}'",
                    load.text("write").strip().endswith(errno))
        log = load.text("log")
        shadow.true(f"the log does not say '{words}':\n{log}", words in log)
        for text in ("oom", "Out of memory", "Killed process"):
            shadow.true(f"the kernel ran out of memory:\n{log}",
                        text not in log)
        before, after = map(int, Load(result, name).text("available").split())
        shadow.true(f"{before} KiB were available, then {after} KiB",
                    after >= before - 4096)
        shadow.true("selftest does not pass afterwards",
                    shadow.passes(Load(result, f"{name}-after").text("result")))
    return Check(f"whole-machine, description '{name}': {errno}, no harm",
                 holds)


CASES = [
    Case("whole-machine", Machine(), SEEDS_JOB, [
        whole_machine(f"whole-machine with seed {seed} passes",
                      f"whole-{seed}") for seed in SEEDS]),
    Case("ended", Machine(), ENDED_JOB, [
        Check("a run says how far it is", progress),
        Check("stop ends the run of another", ended("stop", "0")),
        Check("the writer that is stopped does not try again", told),
        Check("Ctrl-C ends a run", ended("INT", "130")),
        Check("kill ends a run", ended("TERM", "143")),
    ]),
    Case("pressure", Machine(memory="256M", tree="described"), PRESSURE_JOB, [
        too_large(name, *wanted) for name, wanted in TOO_LARGE.items()]),
]
