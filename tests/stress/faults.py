# SPDX-License-Identifier: GPL-2.0-only
"""Every allocation of the module fails once (insmod, files, commands, rmmod)."""

import boot
from tests.boot.case import check
from tests.boot.lifecycle import whole_pool
from .case import StressCase, compile_for_guest, watched

FILES = ("verdict", "report", "summary", "memory", "reserved", "free",
         "layout", "map", "buddyinfo", "pagetables", "result", "frag")
COMMANDS = ("torture ops=10", "smp ops=20", "whole-machine ops=10",
            "selftest ops=10")
# The module's parameters.
LOADS = {
    "plain": "size=256K exercise=0",
    "exercised": "size=16K",
    "region": "size=256K exercise=0 region=/buddy-shadow",
    "as-described": "size=256K exercise=0 machine=/",
    "malformed": "size=256K exercise=0 "
                 "machine=/buddy-shadow-machines/malformed",
    "dead": "machine=/buddy-shadow-machines/no-heap",
}
# "bare": as everywhere in debugfs, files that cannot be made are missing. EINVAL
# is what the kernel says where it has no memory for a device's name.
LOAD_OUTCOMES = {"ENOMEM", "EINVAL", "bare"}
# The second is what the kernel says where it cannot make a thread, the third what
# the module says without a region.
REFUSED = {"Cannot allocate memory", "Resource temporarily unavailable",
           "No such device"}
ROLLS = 25
# A is for all slabs that may fail. Not those with which the kernel watches itself,
# for it takes the loss without a word; nor that of vmalloc(), which would warn.
SLABS = ("FZPUA;FZPU,kmemleak_object,kmemleak_scan_area,debug_objects_cache,"
         "vmap_area")


def jobs():
    """Yield (name, what may come of it besides "ok", what fault.c is told)."""
    for name, parameters in LOADS.items():
        yield f"load-{name}", LOAD_OUTCOMES, f"load $ko '{parameters}'"
    yield "unload", set(), "unload $ko 'size=256K exercise=0'"
    for file in FILES:
        yield f"read-{file}", {"ENOMEM"}, f"read $debugfs/{file} ''"
    for command in COMMANDS:
        # Without memory for a region there is none to exercise on.
        yield (f"run-{command.split()[0]}", {"ENOMEM", "ENODEV"},
               f"write $debugfs/run '{command}'")


def job():
    lines = [f"inject {name} {words}" for name, _, words in jobs()]
    outside = [line for line in lines if " $debugfs/" not in line]
    inside = [line for line in lines if " $debugfs/" in line]
    return "\n".join([
        "begin_watch", ". /faults.sh", "allow_faults", "ko=/buddy-shadow.ko",
        *outside, "insmod $ko size=256K", *inside,
        f"roll_threads threads {ROLLS} 2 smp ops=20",
        f"roll_ours ours {ROLLS} 3 selftest ops=20",
        f"roll_ours whole {ROLLS} 3 whole-machine ops=20",
        "command after selftest", "rmmod buddy_shadow",
        "load last", "unload last", "end_watch", ""])


def clean(load, allowed):
    """Each fault came to "ok" or to what is allowed, and one was noticed."""
    text = load.text("outcomes")
    assert text, load.text("said")
    found = {word: int(count) for word, count in
             map(str.split, text.splitlines())}
    assert found.pop("faults"), "nothing failed"
    assert not set(found) - {"ok"} - allowed, found
    assert not allowed or found.get("ENOMEM"), found


def rolled(load):
    """Refused for want of memory or run to a good end, and both were seen."""
    said = load.result.text(load.name).splitlines()
    assert len(said) == ROLLS
    assert not set(said) - {"0", *REFUSED}
    assert "0" in said and set(said) & REFUSED


CASES = [
    StressCase("faults", boot.Machine(boot.KASAN_KERNEL, memory="1G", cpus=2,
                                      tree="described"), job(), [
        *(check(f"faults: {name}: each is noticed or does no harm", clean, name,
                allowed) for name, allowed, _ in jobs()),
        check("faults: without threads smp is refused", rolled, "threads"),
        check("faults: with faults by chance selftest is refused or passes",
              rolled, "ours"),
        check("faults: with faults by chance whole-machine is refused or "
              "passes", rolled, "whole"),
        check("faults: then the whole pool is there and passes", whole_pool,
              "last"),
        *watched(boot.KASAN_KERNEL),
    ], bootargs=f"cma=0 slub_debug={SLABS}", patience=3600,
       files=lambda: compile_for_guest("fault"),
       # The kernel shows a stack where an allocation fails.
       harmless=".*Call trace:$"),
]
