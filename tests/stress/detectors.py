# SPDX-License-Identifier: GPL-2.0-only
"""The detectors of the debug kernels detect: the kernel's own self-tests say so.

"No report" is worth something only from a kernel that reports.
"""

import re

import boot
from tests.boot import shadow
from tests.boot.case import Check
from .case import StressCase, has_options, machine

# What it covers -> command in the guest, what has to be said then. The order counts:
# a report of KASAN switches lockdep off.
BOTH = {
    # DEBUG_LOCKING_API_SELFTESTS, as the kernel starts.
    "locks in a wrong order (lockdep)":
        ("cat /results/boot", r"Good, all +\d+ testcases passed!"),
    # tests/stress/bugs: the kernel has no test for this.
    "sleep where none is allowed (DEBUG_ATOMIC_SLEEP)":
        ("insmod bugs.ko",
         r"BUG: sleeping function called from invalid context"),
    # LKDTM.
    "lists that are corrupt (DEBUG_LIST)":
        ("provoke CORRUPT_LIST_DEL", r"list_del corruption"),
    # DEBUG_KMEMLEAK_TEST.
    "memory that is lost (kmemleak)":
        ("insmod kmemleak-test.ko; end_watch; cat /results/kmemleak",
         r'comm "insmod"(.|\n)*do_init_module'),
}
DETECTORS = {
    boot.KASAN_KERNEL: {
        **BOTH,
        # DEBUG_OBJECTS_SELFTEST, as the kernel starts.
        "objects freed while in use (ODEBUG)": ("cat /results/boot",
                                             r"ODEBUG: selftest passed"),
        # SLUB_KUNIT_TEST.
        "memory around slab objects (SLUB_DEBUG)":
            ("insmod slub_kunit.ko", r"\bok \d+ (- )?slub_test"),
        # tests/stress/bugs: what LKDTM has for this KASAN does not let happen.
        "pages written to after free (PAGE_POISONING)":
            ("cat /results/detector-1",
             r"pagealloc: (memory corruption|single bit error)"),
        # KASAN_KUNIT_TEST: slabs, pages, the stack, vmalloc.
        "memory out of bounds and after free (KASAN)":
            ("insmod kasan_test.ko", r"\bok \d+ kmalloc_oob_right(.|\n)*"
                                     r"\bok \d+ vmalloc_oob"),
        # TEST_UBSAN.
        "array bounds and shifts (UBSAN)":
            ("insmod test_ubsan.ko", r"UBSAN: shift-out-of-bounds(.|\n)*"
                                     r"UBSAN: array-index-out-of-bounds"),
    },
    boot.KCSAN_KERNEL: {
        **BOTH,
        # TEST_MEMINIT.
        "memory cleared when it is freed (INIT_ON_FREE)":
            ("insmod test_meminit.ko", r"all \d+ tests passed!"),
        # KCSAN_KUNIT_TEST.
        "data races (KCSAN)": ("insmod torture.ko; insmod kcsan_test.ko",
                               r"\bok \d+ (- )?kcsan\b"),
    },
}
# As a module, the tests of KASAN find that it does not guard a module's globals.
KNOWN = {"kasan_global_oob_right", "kasan"}
# Reports that the tests above print must fail any other boot.
PRINTED = (r"sleeping function", r"list_del corruption")


def reported(number, words):
    def holds(result):
        log = result.text(f"detector-{number}")
        shadow.true(f"the log does not say '{words}':\n{log[-3000:]}",
                    re.search(words, log))
        failed = re.findall(r"\bnot ok \d+ (?:- )?(\S+)", log)
        shadow.equal("cases that failed", set(failed) - KNOWN, set())
    return holds


def counted(result):
    """What is printed is among the lines that make any other boot fail."""
    for words in PRINTED:
        shadow.true(f"'{words}' is not among the complaints",
                    any(re.search(words, line)
                        for line in result.complaints()))


class DetectorCase(StressCase):
    """The modules are built along with the kernel."""

    def run(self, live=None):
        kernel = boot.build(self.machine.kernel)["Image"].parents[3]
        self.files = {path.name: path for path in kernel.rglob("*.ko")}
        return super().run(live)


def case(kernel):
    job = "dmesg -c >/results/boot\nbegin_watch\n" + "".join(
        f"detect {number} '{command}'\n" for number, (command, _) in
        enumerate(DETECTORS[kernel].values()))
    return DetectorCase(f"detectors-{kernel}", machine(kernel, 4), job, [
        Check(f"{kernel}: the kernel has all of kunit/{kernel}.config",
              has_options(kernel)),
        *(Check(f"{kernel}: {what}", reported(number, words))
          for number, (what, (_, words)) in
          enumerate(DETECTORS[kernel].items())),
        Check(f"{kernel}: what is reported counts as a complaint", counted),
    ], complains=True)


CASES = [case(kernel) for kernel in boot.DEBUG_KERNELS]
