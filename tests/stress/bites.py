# SPDX-License-Identifier: GPL-2.0-only
"""Each detector of the debug kernels notices what it is there for.

tests/stress/bite has a module that commits a bug on demand. A report of KASAN
switches lockdep off, so bugs with locks come first.
"""

import re

import boot
from tests.boot import shadow
from tests.boot.case import Check
from .case import StressCase, has_options, machine

LOCKS = {
    "lock-order": r"possible circular locking dependency detected",
    "sleep-in-atomic": r"BUG: sleeping function called from invalid context",
}
LIFETIMES = {
    "list": r"list_del corruption",
    "leak": "",  # is not in the log: see leak()
}
# Fault -> what the kernel's log says of it.
FAULTS = {
    boot.KASAN_KERNEL: {
        **LOCKS, **LIFETIMES,
        "live-timer": r"ODEBUG: free active .*timer_list",
        "page-after-free": r"pagealloc: (memory corruption|single bit error)",
        "redzone": r"BUG shadow_bite \(.*overwritten",
        "use-after-free": r"BUG: KASAN: use-after-free in bite_use_after_free",
        "out-of-bounds":
            r"BUG: KASAN: slab-out-of-bounds in bite_out_of_bounds",
        "vmalloc-out-of-bounds": r"BUG: KASAN: vmalloc-out-of-bounds in bite_",
        "array-bounds": r"UBSAN: array-index-out-of-bounds",
        "shift": r"UBSAN: shift-out-of-bounds",
    },
    boot.KCSAN_KERNEL: {
        **LOCKS, **LIFETIMES,
        "data-race": r"BUG: KCSAN: data-race in .*\[buddy_shadow_bite\]",
    },
}


def reported(fault, words):
    def holds(result):
        log = result.text(f"{fault}/log")
        shadow.equal("insmod", result.text(f"{fault}/insmod"), "")
        shadow.true(f"the log does not say '{words}':\n{log[:2000]}",
                    re.search(words, log))
    return holds


def counted(words):
    """The line is one of those that make any other boot fail."""
    def holds(result):
        shadow.true("not among the complaints of the kernel: "
                    f"{result.complaints()[:20]}",
                    any(re.search(words, line)
                        for line in result.complaints()))
    return holds


def leak(result):
    shadow.true("kmemleak does not name bite_leak:\n"
                f"{result.text('kmemleak')[:2000]}",
                "bite_leak" in result.text("kmemleak"))


def cleared(result):
    shadow.true(f"the log: {result.text('cleared/log')}",
                "the freed page is clear" in result.text("cleared/log"))


def checks(kernel):
    yield Check(f"{kernel}: the kernel has all of kunit/{kernel}.config",
                has_options(kernel))
    for fault, words in FAULTS[kernel].items():
        if not words:
            continue
        yield Check(f"{kernel}: {fault} is reported", reported(fault, words))
        yield Check(f"{kernel}: {fault} counts as a complaint",
                    counted(words))
    yield Check(f"{kernel}: leak is reported", leak)
    if kernel == boot.KCSAN_KERNEL:
        yield Check(f"{kernel}: freed pages are cleared", cleared)


class BiteCase(StressCase):
    """The module with the faults is built along with the kernel."""

    def run(self, live=None):
        image = boot.build(self.kernel)["Image"]
        module = image.parents[3] / "bite" / "buddy-shadow-bite.ko"
        self.files = {"buddy-shadow-bite.ko": module}
        return super().run(live)


def case(kernel):
    job = "".join(f"bite {fault}\n" for fault in FAULTS[kernel])
    if kernel == boot.KCSAN_KERNEL:
        job += "bite cleared\n"
    return BiteCase(f"bites-{kernel}", machine(kernel, 2), f"begin_watch\n{job}",
                    list(checks(kernel)), complains=True)


CASES = [case(kernel) for kernel in boot.DEBUG_KERNELS]
