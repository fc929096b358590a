# SPDX-License-Identifier: GPL-2.0-only
"""The detectors of the debug kernels detect: the kernel's own self-tests say so.

"No report" is worth something only from a kernel that reports.
"""

import re

import boot
from tests.boot.case import check
from .case import StressCase, machine, options

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
        ("echo clear >/sys/kernel/debug/kmemleak; insmod kmemleak-test.ko; "
         "end_watch; cat /results/kmemleak",
         r"(unreferenced object(.|\n)*){5}"),
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
                               r"BUG: KCSAN: data-race in test_kernel_write"),
    },
}
# What may fail. As a module, the tests of KASAN find that it does not guard a
# module's globals. KCSAN samples: a test of it fails where the race was not seen in
# half a second; three of its tests want no report.
KNOWN = {"insmod kasan_test.ko": r"kasan|kasan_global_oob_right",
         "insmod torture.ko; insmod kcsan_test.ko":
             r"(?!test_(zero_size|jiffies|seqlock)\w+)(kcsan|test_\w+|threads=\d+)"}
# Reports that the tests above print must fail any other boot.
PRINTED = (r"sleeping function", r"list_del corruption")


def reported(load, words, known):
    log = load.result.text(load.name)
    assert re.search(words, log), log[-3000:]
    failed = re.findall(r"\bnot ok \d+ (?:- )?(\S+)", log)
    assert not [name for name in failed if not re.fullmatch(known, name)], \
        log[-3000:]


def counted(load):
    """What is printed is among the lines that make any other boot fail."""
    said = "\n".join(load.result.complaints())
    assert not [words for words in PRINTED if not re.search(words, said)]


def modules(kernel):
    """They are built along with the kernel."""
    directory = boot.build(kernel)["Image"].parents[3]
    return {path.name: path for path in directory.rglob("*.ko")}


def case(kernel):
    wanted = DETECTORS[kernel]
    job = "dmesg -c >/results/boot\nbegin_watch\n" + "".join(
        f"detect {number} '{command}'\n"
        for number, (command, _) in enumerate(wanted.values()))
    return StressCase(f"detectors-{kernel}", machine(kernel, 4), job, [
        options(kernel),
        *(check(f"{kernel}: {what}", reported, f"detector-{number}", words,
                KNOWN.get(command, "$^"))
          for number, (what, (command, words)) in enumerate(wanted.items())),
        check(f"{kernel}: what is reported counts as a complaint", counted),
    ], complains=True, files=lambda: modules(kernel))


CASES = [case(kernel) for kernel in boot.DEBUG_KERNELS]
