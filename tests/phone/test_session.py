# SPDX-License-Identifier: GPL-2.0-only
"""Sessions that go well, and what they bring."""

import os
import re
import shutil

import pytest

from .rig import ended

FILES = {"verdict", "report", "summary", "memory", "reserved", "free",
         "layout", "map", "buddyinfo", "pagetables", "result", "frag"}
NO_RAM = ["-p", "machine=/buddy-shadow-machines/no-ram"]


def test_a_session_brings_all_files_and_leaves_the_phone_as_it_was(rig):
    rig.guest.play(uid=2000)
    rig.guest.sh("umount /sys/kernel/debug")
    run = rig.session(
        0, "verdict OK", "region cma, 16777216 bytes", "exercise passed",
        "buddy-shadow-pool", str(rig.host.next_directory()),
        "region=/buddy-shadow size=16M", "seed=42 image=0x",
        "no buddy-shadow-kunit.ko",
        args=["--pool", "buddy-shadow-pool", "-p", "seed=42"])
    assert run.files() == FILES | {"dmesg", "phone"}
    for name in FILES:
        assert run.text(name) == rig.guest.sh(f"cat /phone/seen/{name}")
    assert "buddy_shadow: " in run.text("dmesg")
    report = run.text("report")
    assert re.search("^    image +0x.*, as given$", report, re.M)
    assert "    memreserve  none, as given\n" in report
    assert "ro.product.model: Pixel 6" in run.text("phone")


@pytest.mark.long
def test_debugfs_stays_mounted_and_adbd_stays_root(rig):
    rig.session(1, "verdict OK", "exercise none",
                args=["--region", "/buddy-shadow", "-p", "exercise=0"])


@pytest.mark.long
def test_a_phone_without_that_pool_gets_the_modules_own_choice(rig):
    rig.session(0, "no node of the phone's device tree refers to a pool "
                "'vframe'", "1048576 bytes", args=["--size", "1M"])


def test_a_target_that_would_panic_has_its_line_as_verdict(rig):
    run = rig.session(1, "verdict PANIC: No RAM regions found in DTB",
                      args=NO_RAM)
    assert run.text("verdict") == "PANIC: No RAM regions found in DTB\n"


@pytest.mark.long
def test_on_panic_fail_is_a_result_too(rig):
    rig.session(1, "PANIC: No RAM regions found in DTB", "on_panic=fail",
                args=[*NO_RAM, "-p", "on_panic=fail"])


def test_a_complaint_of_the_kernel_about_the_module_is_exit_status_1(rig):
    rig.guest.play(insmod="echo 'WARNING: CPU: 0 at x.c:1 y+0x1/0x2 "
                            "[buddy_shadow]' >/dev/kmsg")
    rig.session(1, "verdict OK", "complaint", "WARNING: CPU: 0")


def test_without_a_terminal_and_yes_the_plan_is_told_and_nothing_done(rig):
    run = rig.session(2, "This is what happens", "adb root", "no terminal",
                      "--yes", yes=False)
    assert not run.directory.exists()


def _answer(rig, text):
    person, phone = os.openpty()
    try:
        started = rig.host.start(rig.good, yes=False, stdin=phone)
        os.write(person, text)
        return rig.host.finish(*started)
    finally:
        os.close(person)
        os.close(phone)


def test_a_persons_no_is_heard_and_a_yes_as_well(rig):
    with rig.unchanged():
        ended(_answer(rig, b"\n"), 2, "Go on?", "nothing was done")
        ended(_answer(rig, b"y\n"), 0, "Go on?", "verdict OK")


def _suites(rig, status, *said, without="", **options):
    """A session with the good module and stand-ins for the suites beside it."""
    directory = rig.host.directory / f"modules{without}"
    if not directory.exists():
        shutil.copytree(rig.files / "kunit", directory)
        shutil.copy(rig.good / "buddy-shadow.ko", directory)
        (directory / (without or "none")).unlink(missing_ok=True)
    return rig.session(status, *said, module=directory, **options)


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


def _kunit(rig, enable):
    """Have the kernel hold the stand-in for KUnit beforehand."""
    module = (rig.files / "kunit/kunit.ko").read_bytes()
    rig.guest.write("/phone/kunit.ko", 0o600, [module])
    rig.guest.sh(f"busybox insmod /phone/kunit.ko enable={enable}")


def test_kunit_ko_beside_the_suites_is_loaded_enabled_and_unloaded(rig):
    run = _suites(rig, 0, "KUnit 3 passed, 0 failed, 1 skipped, in 2 suites")
    assert {name for name in run.files() if "kunit" in name} == \
        {"kunit/good", "kunit/other"}
    assert "ok 2 - two" in run.text("kunit/good")


@pytest.mark.long
def test_a_suite_that_fails_is_named_and_exit_status_1(rig):
    rig.guest.play(script=FAILING)
    _suites(rig, 1, "verdict OK", "2 passed, 1 failed", "failed: other")


@pytest.mark.long
def test_disabled_kunit_leaves_the_self_test_and_says_how_to_enable_it(rig):
    _kunit(rig, 0)
    _suites(rig, 0, "KUnit not run", "disabled", "kunit.enable=1",
            "exercise passed")


@pytest.mark.long
def test_kunit_that_is_on_in_the_kernel_is_used(rig):
    _kunit(rig, 1)
    _suites(rig, 0, "KUnit 3 passed")


@pytest.mark.long
def test_without_kunit_the_self_tests_ktap_counts(rig):
    run = _suites(rig, 0, "KUnit not run", "has no KUnit", "exercise passed",
                  without="kunit.ko")
    assert "ok 1 " in run.text("result")
    _suites(rig, 0, "KUnit not run", args=["--no-kunit"])


@pytest.mark.long
def test_suites_that_do_not_load_cost_no_report_but_are_exit_status_1(rig):
    rig.guest.play(insmod="""case $1 in *shadow-kunit.ko)
echo 'buddy_shadow_kunit: Unknown symbol kunit_log (err -2)' >/dev/kmsg
echo 'insmod: failed to load it: No such file or directory' >&2; exit 1
esac""")
    run = _suites(rig, 1, "verdict OK", "KUnit not run",
                  "lacks functions of KUnit: kunit_log", "--no-kunit")
    assert FILES <= run.files()
