# SPDX-License-Identifier: GPL-2.0-only
"""The memory that the buddy is exercised on: allocated, used, freed (X1)."""

from boot import Machine
from .case import Case, check
from .shadow import MIB, exercised, in_pool, unloaded, valid

POOL = (0x70000000, 0x74000000)
NAME = "buddy-shadow-pool"
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
	sed -n 's/^region_bytes: //p' $debugfs/summary >>/results/twenty/bytes
	loaded=$(cma_free)
	unload_on_cpu1
	echo "$before $loaded $(cma_free)" >>/results/twenty/cma
done >/results/twenty/exercise
"""

# Ways to have no pool.
NOT_THE_POOL = """
for name in not-reusable plain dangling; do
	load $name region=/buddy-shadow-$name
	unload $name
done
"""
HELD = """
mkdir /results/held
held()
{
	echo "$1 $(cma_free) $(sed -n 's/^region_held: //p' $debugfs/summary)" \
		>>/results/held/cma
}
insmod /buddy-shadow.ko exercise=0
held loaded
sed -n 's/^region: //p' $debugfs/summary >/results/held/kind
echo "torture ops=1000000000" >$debugfs/run &
until grep -q "^running: random operations" $debugfs/result; do usleep 20000; done
held running
cat $debugfs/buddyinfo >/results/held/buddyinfo
echo stop >$debugfs/run
wait
held stopped
rmmod buddy_shadow
"""
# Writes commands by hand, and keeps what each says; -ENODEV and -EBUSY are text, too.
BY_HAND = """
mkdir /results/hand
hand()
{
	echo "> $*" >>/results/hand/said
	{ echo "$*" >$debugfs/run && cat $debugfs/result; } \
		>>/results/hand/said 2>&1
}
insmod /buddy-shadow.ko exercise=0
hand show
hand alloc 3
held by-hand
hand free 0x70002000 1
hand torture
hand free 0x70000000 3
hand reset
held reset
hand alloc 14
rmmod buddy_shadow
echo "gone $(cma_free) no" >>/results/held/cma
dmesg | grep "buddy_shadow: run: " >/results/hand/log
"""
NO_POOL = """
load none
unload none
load less size=256M
command less-again selftest
collect less-again
unload less
"""


def whole_pool(load):
    in_pool(load, NAME, 64 * MIB)
    assert str(128 * MIB) in load.report(), "what was asked for"


def reserved_names_the_pool(load):
    assert load.reserved()[NAME][:2] == POOL


def freed(load):
    """Each self-test had the whole pool, and each load gave it back (X7)."""
    assert load.text("bytes").split() == [str(POOL_KIB << 10)] * LOADS
    lines = load.text("cma").splitlines()
    assert len(lines) == LOADS
    for line in lines:
        before, loaded, after = map(int, line.split())
        assert min(before, after) >= POOL_KIB - LENT_KIB, line
        # The CPU that ran the self-test keeps some of what it freed.
        assert loaded > POOL_KIB // 2, line


def free_pages(load):
    """{when: (KiB of CMA that are free, what the summary says of the region)}"""
    return {when: (int(free), held) for when, free, held in (
        line.split(" ", 2) for line in load.text("cma").splitlines())}


def held_while_it_runs(load):
    """X7: no page of the pool is free while something runs; not else."""
    said = free_pages(load)
    assert said["running"] == (0, "yes")
    # What a CPU has just freed it keeps for a while: see TWENTY.
    assert said["stopped"][0] > 0 and said["stopped"][1] == "no"
    assert said["loaded"][0] >= POOL_KIB - LENT_KIB
    assert said["loaded"][1] == "no"
    assert load.text("kind") == "not-allocated\n"


def by_hand(load):
    """One sees a split and a merge, and why a free is refused; others wait."""
    said = load.result.text("hand/said")
    assert said.count("write error: No such device") == 1
    assert said.count("write error: ") == 2
    assert """
> alloc 3
alloc 3: 0x70000000
  split: order 14 at 0x70000000
  free now: order 13 at 0x72000000
""" in said
    assert "  free now: order 3 at 0x70008000\n> free 0x70002000 1\n" \
        "free 0x70002000 1: refused (B5): inside a block\n" in said
    assert "  merged with: order 13 at 0x72000000\n" \
        "  free now: order 14 at 0x70000000\n" in said
    log = load.result.text("hand/log")
    assert "by hand: no region is held; write alloc ORDER first" in log
    assert "torture: the region is held by hand; write reset" in log


def held_by_hand(load):
    """X7: until the reset, or until the module goes."""
    said = free_pages(load)
    assert said["by-hand"] == (0, "by hand")
    assert said["reset"][0] > 0 and said["reset"][1] == "no"
    assert said["gone"][0] > 0


def each_passed(load):
    assert load.text("exercise").split() == ["passed"] * LOADS


def without_pool(load, word):
    """The layout is right, and the report says what became of the region."""
    valid(load)
    assert load.summary["region"] in ("unknown", "default-cma", "none")
    exercised(load)
    report = load.report()
    assert word in report and "ordinary pages" not in report
    unloaded(load)


def less_than_asked_for(load):
    valid(load)
    exercised(load)
    assert load.summary["region"] == "unknown"
    assert (f"could not spare {256 * MIB} bytes, allocated "
            f"{load.number('region_bytes')}; ") in load.report()


def in_default_cma(load):
    valid(load)
    exercised(load)
    assert load.summary["region"] == "default-cma"
    start, end, _ = load.reserved()["default-pool@70000000"]
    assert start <= load.number("region_base") < end
    report = load.report()
    assert "from the default CMA area, freed" in report
    assert "; allocated from the default CMA area\n" in report


def said_once(load):
    exercised(load)
    assert load.text("result").count("could not spare") == 1


CASES = [
    Case("pool", Machine(tree="fixed-pool"), IN_POOL + NOT_THE_POOL, [
        check("the region is inside the reserved node", in_pool, "fixed", NAME,
              64 * MIB),
        check("the region is as large as size= says", in_pool, "half", NAME,
              32 * MIB),
        check("size= larger than the pool: said, the whole pool is allocated",
              whole_pool, "too-large"),
        check("the pool is listed as reserved, by name", reserved_names_the_pool,
              "fixed"),
        check("a pool that is not reusable: said, the layout is right",
              without_pool, "not-reusable", "coherent@6f000000"),
        check("a node that is no pool: said, the layout is right", without_pool,
              "plain", "plain@6f400000"),
        check("a pool that does not exist: said, the layout is right",
              without_pool, "dangling", "buddy-shadow-dangling"),
    ]),
    # Without CMA of its own, all of the kernel's CmaFree is this pool.
    Case("held", Machine(tree="fixed-pool"), HELD + BY_HAND, [
        check("X7 the pool is held while something runs, and only then",
              held_while_it_runs, "held"),
        check("X7 the pool is held by hand from the first alloc to the reset",
              held_by_hand, "held"),
        check("B2 B4 B5 blocks can be allocated and freed by hand", by_hand,
              "held"),
    ], bootargs="cma=0"),
    Case("twenty", Machine(cpus=2, tree="fixed-pool"), TWENTY, [
        check(f"each of {LOADS} loads allocates the whole pool and frees it",
              freed, "twenty"),
        check(f"the exercise passes in each of {LOADS} loads", each_passed,
              "twenty"),
    ], bootargs="cma=0", long=True),
    Case("default-cma", Machine(tree="default-cma"),
         "load main size=8M\nunload main\n", [
        check("X1 memory of the default CMA area that the tree tells of: said",
              in_default_cma),
    ]),
    Case("no-pool", Machine(tree="no-pool"), NO_POOL, [
        check("size= larger than there is: said, less is allocated",
              less_than_asked_for, "less"),
        check("less is said once, however often it is allocated", said_once,
              "less-again"),
        check("no node of ours in the tree: said, the layout is right",
              without_pool, "none", "buddy-shadow,region"),
    ]),
]
