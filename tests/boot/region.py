# SPDX-License-Identifier: GPL-2.0-only
"""The memory that the buddy is exercised on: allocated, used, freed (X1)."""

from boot import Machine
from . import shadow
from .case import Case, Check
from .shadow import MIB, Load

POOL = 0x70000000
POOL_KIB = 64 * 1024
LOADS = 20
# At any time the kernel lends a few free pages of the pool to processes, and a
# CPU keeps the last it freed: some 30 KiB have been seen. No page is lost: each
# load allocates the whole pool, to the last page.
LENT_KIB = 256

IN_POOL = """
load fixed
unload fixed
load half size=32M
unload half
load too-large size=128M
unload too-large
"""

# What a CPU frees stays on a list of that CPU for a while, for the next process
# there that wants a page, and does not count as free. So the second CPU is there
# only for unloading, and its list is emptied when it goes. The first load is not
# counted: it gets back what the kernel lent to others while it booted.
TWENTY = f"""
cpu1=/sys/devices/system/cpu/cpu1/online
unload_on_cpu1()
{{
	echo 1 >$cpu1 || exit 1
	taskset 2 rmmod buddy_shadow || exit 1
	echo 0 >$cpu1 || exit 1
}}
taskset -p 1 $$
echo 0 >$cpu1
insmod /buddy-shadow.ko || exit 1
unload_on_cpu1
mkdir /results/twenty
for i in $(seq {LOADS}); do
	before=$(cma_free)
	insmod /buddy-shadow.ko || exit 1
	sed -n 's/^exercise: //p' $debugfs/summary
	during=$(cma_free)
	unload_on_cpu1
	echo "$before $during $(cma_free)" >>/results/twenty/cma
done >/results/twenty/exercise
"""

# Ways to have no pool.
NOT_THE_POOL = """
for name in not-reusable plain dangling; do
	load $name region=/buddy-shadow-$name
	unload $name
done
"""


def in_pool(load, size):
    """The region is CMA, of this size, and inside the reserved node."""
    shadow.valid(load)
    shadow.exercise(load, "passed")
    shadow.equal("region", load.summary.get("region"), "cma")
    shadow.figures(load, region_pool_base=POOL, region_pool_bytes=64 * MIB,
                   region_bytes=size)
    base = load.number("region_base")
    shadow.true(f"region at {base:#x} is not inside the pool at {POOL:#x}",
                POOL <= base and base + size <= POOL + 64 * MIB)
    blocks = load.blocks("region")
    shadow.equal("pages in buddyinfo's region",
                 sum(count << order for order, count in enumerate(blocks)),
                 size // shadow.PAGE)


def whole_pool(result):
    load = Load(result, "too-large")
    in_pool(load, 64 * MIB)
    shadow.true("the report does not say what was asked for",
                str(128 * MIB) in load.text("report"))


def reserved_names_the_pool(result):
    names = [name for start, end, name in Load(result, "fixed").ranges(
        "reserved") if (start, end) == (POOL, POOL + 64 * MIB)]
    shadow.true(f"reserved names the pool {names}",
                any("buddy-shadow-pool" in name for name in names))


def freed(result):
    lines = result.text("twenty/cma").splitlines()
    shadow.equal("loads", len(lines), LOADS)
    for line in lines:
        before, during, after = (int(word) for word in line.split())
        shadow.equal("KiB of CmaFree while loaded", during, 0)
        shadow.true(f"CmaFree was {before} KiB, then {after} KiB",
                    min(before, after) >= POOL_KIB - LENT_KIB)


def each_passed(result):
    shadow.equal("exercises", result.text("twenty/exercise").split(),
                 ["passed"] * LOADS)


def without_pool(name, *words):
    """The layout is right, and the report says what became of the region."""
    def holds(result):
        load = Load(result, name)
        shadow.valid(load)
        kind = load.summary.get("region")
        shadow.true(f"region is '{kind}', expected pages or none",
                    kind in ("pages", "none"))
        shadow.exercise(load, "passed" if kind == "pages" else "none")
        for word in words:
            shadow.true(f"the report does not say '{word}'",
                        word in load.text("report"))
        shadow.equal("what rmmod said", load.text("rmmod"), "")
    return holds


def less_than_asked_for(result):
    load = Load(result, "less")
    shadow.valid(load)
    shadow.exercise(load, "passed")
    shadow.equal("region", load.summary.get("region"), "pages")
    note = (f"could not spare {256 * MIB} bytes, allocated "
            f"{load.number('region_bytes')}; ")
    shadow.true(f"the report does not say '{note}'",
                note in load.text("report"))


CASES = [
    Case("pool", Machine(tree="fixed-pool"), IN_POOL, [
        Check("the region is inside the reserved node",
              lambda result: in_pool(Load(result, "fixed"), 64 * MIB)),
        Check("the region is as large as size= says",
              lambda result: in_pool(Load(result, "half"), 32 * MIB)),
        Check("size= larger than the pool: said, the whole pool is allocated",
              whole_pool),
        Check("the pool is listed as reserved, by name",
              reserved_names_the_pool),
    ]),
    # Without CMA of its own, all of the kernel's CmaFree is this pool.
    Case("twenty", Machine(cpus=2, tree="fixed-pool"), TWENTY, [
        Check(f"each of {LOADS} loads allocates the whole pool and frees it",
              freed),
        Check(f"the exercise passes in each of {LOADS} loads", each_passed),
    ], bootargs="cma=0", seconds=25),
    Case("not-the-pool", Machine(tree="fixed-pool"), NOT_THE_POOL, [
        Check("a pool that is not reusable: said, the layout is right",
              without_pool("not-reusable", "coherent@6f000000")),
        Check("a node that is no pool: said, the layout is right",
              without_pool("plain", "plain@6f400000")),
        Check("a pool that does not exist: said, the layout is right",
              without_pool("dangling", "buddy-shadow-dangling")),
    ]),
    Case("no-pool", Machine(tree="no-pool"), """
load none
unload none
load less size=256M
unload less
""", [
        Check("size= larger than there is: said, less is taken",
              less_than_asked_for),
        Check("no node of ours in the tree: said, the layout is right",
              without_pool("none", "buddy-shadow,region")),
    ]),
]
