# SPDX-License-Identifier: GPL-2.0-only
"""Trace events: what the buddy and the plan write into a kernel's own trace."""

import re
import subprocess
from collections import Counter
from pathlib import Path

import boot
from boot import Machine
from .case import Case, check
from .shadow import passes

NAMES = {"alloc", "free", "merge", "plan", "refuse", "split"}
# As `trace` prints one: buddy_shadow: has no part in it.
LINE = re.compile(r".*? (\w+): (\w+=.*)")
# Words are the last field.
FIELD = re.compile(r"(reason|verdict)=(.*)|(\w+)=(\S+)")
POOL = 0x7c000000
TOP = 14  # the pool is one block of this order
SEED = 5

JOB = f"""
mkdir /results/events
tracing=/sys/kernel/tracing
mount -t tracefs tracefs $tracing
# A clock by which one event of any CPU comes after another.
echo counter >$tracing/trace_clock
echo 16384 >$tracing/buffer_size_kb
events()
{{
	echo "$1" >$tracing/events/buddy_shadow/enable
}}
# recorded NAME COMMAND...: what was traced while these were written.
recorded()
{{
	local name=$1
	shift
	echo >$tracing/trace
	for command; do
		echo "$command" >$debugfs/run
	done
	cat $tracing/trace >/results/events/$name
}}
load main exercise=0
cat $tracing/events/buddy_shadow/alloc/format >/results/events/ours
cat $tracing/events/kmem/mm_page_alloc/format >/results/events/kmem
events 1
recorded hand "alloc 1" "free {POOL:#x} 0" "free {POOL:#x} 1" "alloc 20" reset 2>/dev/null
recorded torture "torture seed={SEED} ops=1000"
collect torture
recorded smp "smp seed={SEED} ops=200"
command after torture
echo 0 >$tracing/events/buddy_shadow/enable
recorded off "torture seed={SEED} ops=1000"
mkdir /results/off
cat $debugfs/result >/results/off/result
echo 'order > 3' >$tracing/events/buddy_shadow/alloc/filter
echo 1 >$tracing/events/buddy_shadow/alloc/enable
recorded filtered "torture seed={SEED} ops=1000"
# An event that is on does not keep the module from leaving.
unload main
"""

# As Documentation/events.rst shows it, but for the words with which these run here.
TRACERS_JOB = f"""
mkdir /results/tracers
mount -t tracefs tracefs /sys/kernel/tracing
cd /tmp
tracer()
{{
	ld-linux-aarch64.so.1 --library-path /bin /bin/"$@"
}}
load main exercise=0
tracer trace-cmd record -q -e buddy_shadow \\
	sh -c "echo 'torture seed={SEED} ops=200' >$debugfs/run"
tracer trace-cmd report >/results/tracers/trace-cmd
tracer perf record -q -g -e 'buddy_shadow:*' -o data \\
	sh -c "echo 'torture seed={SEED} ops=200' >$debugfs/run"
tracer perf script -i data -F event,trace >/results/tracers/perf
tracer perf script -i data -F event,ip,sym >/results/tracers/graph
tracer perf stat -x, -e buddy_shadow:split,buddy_shadow:merge \\
	sh -c "echo 'torture seed={SEED} ops=200' >$debugfs/run" 2>/results/tracers/stat
unload main
"""
NEEDED = re.compile(r"\(NEEDED\).*\[(.*)\]")


def tracers():
    """trace-cmd, perf and the libraries that they ask for, for the guest's bin/."""
    done = subprocess.run([boot.SCRIPTS / "fetch-tracers"], check=True, text=True,
                          stdout=subprocess.PIPE)
    where = Path(done.stdout.splitlines()[-1])
    found, todo = {}, ["ld-linux-aarch64.so.1", "perf", "trace-cmd"]
    while todo:
        name = todo.pop()
        if name not in found:
            found[name] = where / name
            said = subprocess.run(["readelf", "-d", where / name], check=True,
                                  text=True, stdout=subprocess.PIPE).stdout
            todo += NEEDED.findall(said)
    return {f"bin/{name}": path for name, path in found.items()}


def traced(load, name):
    """[(event, its fields)] of what was traced under a name."""
    found = []
    for line in load.result.text(f"events/{name}").splitlines():
        if line.startswith("#"):
            continue
        event = LINE.fullmatch(line)
        assert event and event[1] in NAMES, line
        found.append((event[1], {
            word or field: words if word else int(number, 0)
            for word, words, field, number in FIELD.findall(event[2])}))
    return found


def blocks(load, name):
    """The same without the plans, each as one tuple."""
    return [(event, *fields.values()) for event, fields in traced(load, name)
            if event != "plan"]


def fields(load, name):
    """{field: its type} of an event's format."""
    return {field: kind for kind, field in re.findall(
        r"field:([\w ]+) (\w+);", load.result.text(f"events/{name}"))}


def as_kmem(load):
    ours, theirs = fields(load, "ours"), fields(load, "kmem")
    own = {name for name in ours if not name.startswith("common_")}
    assert own == {"pfn", "order"}
    assert all(ours[name] == theirs[name] for name in own)


def by_hand(load):
    """An alloc splits down to its order; a free merges up again; refusals say why."""
    pfn = POOL >> 12
    assert blocks(load, "hand") == [
        *(("split", pfn, order) for order in range(TOP, 1, -1)),
        ("alloc", pfn, 1),
        ("refuse", pfn, 0, POOL, "wrong order"),
        ("free", pfn, 1),
        *(("merge", pfn, order) for order in range(2, TOP + 1)),
        ("refuse", (1 << 52) - 1, 20, (1 << 64) - 1, "no free block is that large"),
    ]


def plans(load, name, count):
    """So many were traced under a name, with the figures of `summary`."""
    found = [fields for event, fields in traced(load, name) if event == "plan"]
    assert len(found) == count
    for plan in found:
        assert {name: str(value) for name, value in plan.items()} == {
            name: str(int(text, 0)) if name != "verdict" else text
            for name, text in load.summary.items() if name in plan}


def replayed(load, name, at_least):
    """Each event is one that free and allocated blocks allow; all is free at the end."""
    fresh = {(POOL >> 12, TOP)}
    free, held, count = set(fresh), set(), 0
    for event, pfn, order, *_ in blocks(load, name):
        whole, half = (pfn, order), 1 << order >> 1
        halves = {(pfn, order - 1), (pfn + half, order - 1)}
        taken, left, come, stay = {
            "alloc": (free, {whole}, held, {whole}),
            "free": (held, {whole}, free, {whole}),
            "split": (free, {whole}, free, halves),
            "merge": (free, halves, free, {whole}),
            "refuse": (free, set(), free, set()),
        }[event]
        assert left <= taken, f"{event} {pfn:#x} {order}: {left - taken} is not there"
        taken -= left
        come |= stay
        count += 1
    assert free == fresh and not held
    assert count >= at_least


def all_passes(load):
    passes(load.text("result"))


def silent(load):
    all_passes(load)
    assert not traced(load, "off")


def chosen(load):
    """A filter lets through what it says, and events that are off stay off."""
    found = blocks(load, "filtered")
    assert found
    assert all(event == "alloc" and order > 3 for event, _, order in found)


def left(load):
    """An event that is on does not keep the module in the kernel."""
    assert not load.text("rmmod")


def read_by(load, name, line):
    """{event: how often} of a tracer's lines, each of which has that form."""
    found = map(re.compile(line).fullmatch,
                load.result.text(f"tracers/{name}").splitlines())
    return Counter(event[1] for event in found if event)


def graph_leads_to_who_asked(load):
    allocs = [text.split() for text in load.result.text("tracers/graph").split("\n\n")
              if text.split()[:1] == ["buddy_shadow:alloc:"]]
    assert allocs
    assert all({"shadow_buddy_alloc", "vfs_write"} < {*words} for words in allocs)


def tracers_agree(load):
    """trace-cmd and perf read the same events of the same run, and perf counts them."""
    by_trace_cmd = read_by(load, "trace-cmd", r".*: (\w+): +\w+=.*")
    by_perf = read_by(load, "perf", r" *buddy_shadow:(\w+): +\w+=.*")
    counted = {name: int(number) for number, name in re.findall(
        r"^(\d+),,buddy_shadow:(\w+),", load.result.text("tracers/stat"), re.M)}
    assert by_trace_cmd == by_perf
    assert by_perf["plan"] == 1 and by_perf["alloc"] == by_perf["free"] > 200
    assert counted == {name: by_perf[name] for name in ("merge", "split")}


CASES = [Case("events-tracers", Machine(memory="2G"), TRACERS_JOB, [
    check("trace-cmd and perf read the events", tracers_agree),
    check("perf's call graph leads from a block to who asked", graph_leads_to_who_asked),
], files=tracers, seconds=60, long=True), Case("events", Machine(cpus=2), JOB, [
    check("an event's fields are those of kmem:mm_page_alloc", as_kmem),
    check("a block by hand, as the trace tells of it", by_hand),
    check("a plan's event, one a command, has the figures of summary", plans, "main",
          "hand", 5),
    check("B: torture's events are steps of a buddy", replayed, "main", "torture",
          3000),
    check("B7: from several contexts, too, in their order", replayed, "main",
          "smp", 400),
    check("with all events on, torture passes", all_passes, "after"),
    check("off, nothing is traced", silent, "off"),
    check("one alone, through a filter", chosen),
    check("the module leaves while an event is on", left),
], seconds=30)]
