# SPDX-License-Identifier: GPL-2.0-only
"""Visits that go well, and what they bring."""

import os
import shutil

from .case import Wrong, case, ended, equal

FILES = {"verdict", "report", "summary", "memory", "reserved", "free",
         "layout", "buddyinfo", "pagetables", "result"}
POOL = ("--pool", "buddy-shadow-pool")


@case("a visit brings all files as the phone shows them and leaves the phone "
      "as it was")
def visit(bench):
    bench.guest.play(uid=2000)
    bench.guest.sh("umount /sys/kernel/debug")
    with bench.unchanged():
        run = bench.pixel6(*POOL, "-p", "seed=42")
    ended(run, 0, "verdict OK", "region cma, 16777216 bytes", "exercise passed",
          "buddy-shadow-pool", str(run.folder), "region=/buddy-shadow size=16M",
          "seed=42", "no buddy-shadow-kunit.ko")
    equal("files", run.files(), FILES | {"dmesg", "phone"})
    for name in FILES:
        equal(name, run.text(name), bench.guest.sh(f"cat /phone/seen/{name}"))
    if "buddy_shadow: " not in run.text("dmesg"):
        raise Wrong(f"dmesg: {run.text('dmesg')}")
    if "ro.product.model: Pixel 6" not in run.text("phone"):
        raise Wrong(f"phone: {run.text('phone')}")


@case("debugfs that was mounted stays mounted, adbd that was root stays root")
def mounted(bench):
    with bench.unchanged():
        run = bench.pixel6("--region", "/buddy-shadow", "-p", "exercise=0")
    ended(run, 1, "verdict OK", "exercise none")


@case("a phone without that pool: a note, and the module's own choice")
def no_pool(bench):
    with bench.unchanged():
        run = bench.pixel6("--size", "1M")
    ended(run, 0, "no node of the phone's device tree refers to a pool "
          "'vframe'", "1048576 bytes")


@case("a target that would die: its line is the verdict, exit status 1")
def dies(bench):
    with bench.unchanged():
        run = bench.pixel6("-p", "machine=/buddy-shadow-machines/no-ram")
    ended(run, 1, "verdict PANIC: No RAM regions found in DTB")
    equal("verdict", run.text("verdict"),
          "PANIC: No RAM regions found in DTB\n")


@case("the same with on_panic=fail: a result too, said as one sentence")
def fails(bench):
    with bench.unchanged():
        run = bench.pixel6("-p", "machine=/buddy-shadow-machines/no-ram", "-p",
                           "on_panic=fail")
    ended(run, 1, "PANIC: No RAM regions found in DTB", "on_panic=fail")


@case("a complaint of the kernel about the module: exit status 1")
def complaint(bench):
    bench.guest.play(insmod="echo 'WARNING: CPU: 0 at x.c:1 y+0x1/0x2 "
                            "[buddy_shadow]' >/dev/kmsg")
    with bench.unchanged():
        run = bench.pixel6()
    ended(run, 1, "verdict OK", "complaint", "WARNING: CPU: 0")


@case("without a terminal and without --yes: the plan is told, nothing done")
def no_terminal(bench):
    with bench.unchanged():
        run = bench.pixel6(yes=False)
    ended(run, 2, "This is what happens", "adb root", "no terminal", "--yes")
    equal("a folder", run.folder.exists(), False)


def _answer(bench, text):
    desk, phone = os.openpty()
    try:
        started = bench.desk.start(bench.good, yes=False, stdin=phone)
        os.write(desk, text)
        return bench.desk.finish(*started)
    finally:
        os.close(desk)
        os.close(phone)


@case("a person's no is heard, a yes as well")
def asks(bench):
    with bench.unchanged():
        ended(_answer(bench, b"\n"), 2, "Go on?", "nothing was done")
        ended(_answer(bench, b"y\n"), 0, "Go on?", "verdict OK")


def _suites(bench, *words, without=""):
    """pixel6 with the good module and stand-ins for the suites beside it."""
    folder = bench.desk.folder / f"modules{without}"
    if not folder.exists():
        shutil.copytree(bench.files / "kunit", folder)
        shutil.copy(bench.good / "buddy-shadow.ko", folder)
        (folder / (without or "none")).unlink(missing_ok=True)
    with bench.unchanged():
        return bench.pixel6(*words, module=folder)


# As insmod, but the stand-in for the suites gets a parameter.
FAILING = """
insmod()
{
	case $1 in
	*shadow-kunit.ko) busybox insmod "$@" fail=1 ;;
	*) busybox insmod "$@" ;;
	esac
}
"""


def _kunit(bench, enable):
    """Have the kernel hold the stand-in for KUnit beforehand."""
    module = (bench.files / "kunit/kunit.ko").read_bytes()
    bench.guest.write("/phone/kunit.ko", 0o600, [module])
    bench.guest.sh(f"busybox insmod /phone/kunit.ko enable={enable}")


@case("kunit.ko beside the suites is loaded enabled, and unloaded")
def kunit_module(bench):
    run = _suites(bench)
    ended(run, 0, "KUnit 3 passed, 0 failed, 1 skipped, in 2 suites")
    equal("suites", {name for name in run.files() if "kunit" in name},
          {"kunit/good", "kunit/other"})
    if "ok 2 - two" not in run.text("kunit/good"):
        raise Wrong(run.text("kunit/good"))


@case("a suite that fails: named, exit status 1")
def kunit_fails(bench):
    bench.guest.play(script=FAILING)
    ended(_suites(bench), 1, "verdict OK", "2 passed, 1 failed",
          "failed: other")


@case("KUnit that is disabled: the self-test counts, and how to enable it")
def kunit_off(bench):
    _kunit(bench, 0)
    ended(_suites(bench), 0, "KUnit not run", "disabled", "kunit.enable=1",
          "exercise passed")


@case("KUnit that is on in the kernel is used")
def kunit_on(bench):
    _kunit(bench, 1)
    ended(_suites(bench), 0, "KUnit 3 passed")


@case("no KUnit in the kernel: the self-test's KTAP counts")
def kunit_absent(bench):
    run = _suites(bench, without="kunit.ko")
    ended(run, 0, "KUnit not run", "has no KUnit", "exercise passed")
    if "ok 1 " not in run.text("result"):
        raise Wrong(run.text("result"))
    ended(_suites(bench, "--no-kunit"), 0, "KUnit not run")


@case("suites that do not load cost no report, but the exit status is 1")
def kunit_refused(bench):
    bench.guest.play(insmod="""case $1 in *shadow-kunit.ko)
echo 'buddy_shadow_kunit: Unknown symbol kunit_log (err -2)' >/dev/kmsg
echo 'insmod: failed to load it: No such file or directory' >&2; exit 1
esac""")
    run = _suites(bench)
    ended(run, 1, "verdict OK", "KUnit not run",
          "lacks functions of KUnit: kunit_log", "--no-kunit")
    equal("files", FILES - run.files(), set())
