# SPDX-License-Identifier: GPL-2.0-only
"""Phones and kernels that refuse, and phones that go away."""

import signal

import pytest

from . import modules
from .host import HANG_TIMEOUT, until
from .rig import ended

# What the kernel logs and what insmod says, where this guest's kernel cannot be
# made to -> words of the sentence that a person reads.
PLAYED = (
    ("buddy_shadow: Protected symbol: dma_alloc_attrs (err -13)",
     "Permission denied", ("signed modules: dma_alloc_attrs", "make kmi")),
    ("", "Permission denied", ("-EACCES", "SELinux")),
    ("buddy_shadow: disagrees about version of symbol module_layout",
     "Exec format error", ("other declarations", "module_layout")),
    ("buddy_shadow: Unknown symbol __kunit_abort (err -2)",
     "No such file or directory", ("functions of KUnit: __kunit_abort",)),
    ("Loading of unsigned module is rejected", "Key was rejected by service",
     ("takes signed modules only",)),
    ("", "Required key not available", ("takes signed modules only",)),
    ("", "Operation not permitted", ("modules_disabled",)),
    ("", "Cannot allocate memory", ("no memory", "--size")),
    ("", "File exists", ("in the phone's kernel already",)),
    ("buddy_shadow: something odd", "Bad address",
     ("insmod failed", "Bad address", "something odd")),
)


def test_a_user_build_is_refused_with_what_to_flash(rig):
    rig.guest.play(uid=2000, ro_debuggable="0", ro_build_type="user",
                   rig_root="adbd cannot run as root in production builds")
    run = rig.session(2, "user build", "aosp_oriole-userdebug")
    assert "This is what happens" not in run.out


def test_no_root_is_told_in_adbs_own_words_with_the_setting(rig):
    rig.guest.play(uid=2000, rig_root="root access is disabled by setting")
    rig.session(2, "root access is disabled by setting", "Rooted debugging")


def test_a_symbol_that_the_kernel_lacks_is_named(rig):
    run = rig.session(
        2, "does not have what buddy-shadow.ko needs: shadow_of_nothing",
        "make kmi", module=rig.files / "missing")
    assert "Unknown symbol" in run.text("dmesg")


@pytest.mark.long
def test_another_version_of_a_symbol_is_not_taken_for_a_missing_symbol(rig):
    run = rig.session(2, "built against other declarations", "seq_printf",
                      "Module.symvers", module=rig.files / "version")
    assert "Unknown symbol seq_printf (err -22)" in run.text("dmesg")
    assert "does not have" not in run.err


def test_a_module_for_another_kernel_is_refused(rig):
    module = modules.of_kernel("6.12-16k", rig.files)
    run = rig.session(2, "was built for kernel 6.12", "the phone runs 6.1",
                      "clang", "--force", module=module)
    assert "This is what happens" not in run.out


@pytest.mark.long
def test_with_force_a_module_for_another_kernel_is_refused_by_the_kernel(rig):
    module = modules.of_kernel("6.12-16k", rig.files)
    rig.session(2, "warning: buddy-shadow.ko was built for kernel 6.12",
                "Build it", args=["--force"], module=module)


# In `make test` the first of them.
@pytest.mark.parametrize("log, said, words", [
    pytest.param(*played, marks=pytest.mark.long if number else ())
    for number, played in enumerate(PLAYED)])
def test_every_refusal_of_the_kernel_is_a_sentence_of_its_own(
        rig, log, said, words):
    rig.guest.play(insmod=f"[ -z '{log}' ] || echo '{log}' >/dev/kmsg\n"
                   f"echo 'insmod: failed to load x.ko: {said}' >&2\n"
                   "exit 1")
    # A small file: the played insmod does not look at it.
    rig.session(2, *words, module=rig.files / "missing")


def test_a_parameter_that_the_module_refuses_is_named(rig):
    rig.session(2, "size=banana: expected", "--size", args=["--size", "banana"])


@pytest.mark.long
def test_a_node_that_the_module_refuses_is_named(rig):
    rig.session(2, "region=/no/such/node: expected",
                args=["--region", "/no/such/node"])


def test_a_module_that_is_loaded_already_stays_loaded_and_is_named(rig):
    rig.guest.sh("busybox insmod /buddy-shadow.ko exercise=0")
    rig.session(2, "buddy_shadow is loaded on the phone already",
                "adb shell rmmod buddy_shadow")


@pytest.mark.long
def test_no_space_on_the_phone_is_said_and_nothing_is_left(rig):
    rig.guest.sh("mount -o remount,size=64k /data/local/tmp")
    rig.session(2, "no space left", "/data")


def test_no_debugfs_in_the_kernel_is_said_and_nothing_is_left(rig):
    rig.guest.sh("umount /sys/kernel/debug")
    rig.guest.play(script="mount() { echo 'No such device' >&2; return 1; }")
    rig.session(2, "debugfs cannot be mounted", "CONFIG_DEBUG_FS",
                module=rig.files / "missing")


def _started(rig, *words, module=None, meanwhile=":"):
    """pixel6 in the middle of its insmod, which waits for `_go_on`."""
    rig.guest.play(insmod=f"{meanwhile}\ntouch /phone/waiting\n"
                   "while [ ! -e /phone/go ]; do usleep 20000; done")
    directory, pixel6 = rig.host.start(module or rig.good, *words)
    until("insmod", lambda: pixel6.poll() is not None or
          "waiting" in rig.guest.sh("ls /phone"))
    if pixel6.poll() is not None:
        pytest.fail(rig.host.finish(directory, pixel6).err)
    return directory, pixel6


def _is_loaded(rig):
    return "live" in rig.guest.sh(
        "cat /sys/module/buddy_shadow/initstate 2>/dev/null || true")


def _go_on(rig):
    rig.guest.sh("touch /phone/go")


@pytest.mark.parametrize("number", (
    signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.long)))
def test_ctrl_c_in_insmod_finishes_the_step_and_puts_the_phone_back(
        rig, number):
    with rig.unchanged():
        directory, pixel6 = _started(rig)
        pixel6.send_signal(number)
        _go_on(rig)
        run = rig.host.finish(directory, pixel6)
    ended(run, 2, "interrupted: this step is finished",
          "putting the phone back")


@pytest.mark.long
def test_ctrl_c_twice_ends_at_once_and_says_so(rig):
    directory, pixel6 = _started(rig)
    pixel6.send_signal(signal.SIGINT)
    until("the first answer", lambda: "interrupted" in pixel6.stderr.readline())
    pixel6.send_signal(signal.SIGINT)
    run = rig.host.finish(directory, pixel6)
    ended(run, 2, "may not be as it was")
    _go_on(rig)
    until("insmod's end", lambda: _is_loaded(rig))
    rig.guest.sh("rmmod buddy_shadow")
    ended(rig.pixel6(), 0, "is left from another run")


@pytest.mark.long
def test_what_is_left_on_a_phone_that_stays_away_is_said(rig):
    directory, pixel6 = _started(rig, "--wait", "1")
    with rig.unplugged():
        run = rig.host.finish(directory, pixel6)
        ended(run, 2, "the phone went away", "did not come back within 1 s",
              "left behind: buddy_shadow is still loaded",
              "left behind: the directory")
        _go_on(rig)
        until("insmod's end", lambda: _is_loaded(rig))


def _comes_back(rig, **options):
    directory, pixel6 = _started(rig, "--wait", str(HANG_TIMEOUT), **options)
    with rig.unplugged():
        until("the wait", lambda: "waiting" in pixel6.stderr.readline())
        _go_on(rig)
    return rig.host.finish(directory, pixel6)


def test_a_phone_that_goes_away_and_comes_back_is_put_back(rig):
    with rig.unchanged():
        run = _comes_back(rig)
    ended(run, 2, "the phone went away")
    assert "left behind" not in run.err


@pytest.mark.long
def test_a_phone_that_rebooted_is_said_and_its_directory_removed(rig):
    # pixel6 has asked for the number of this boot by then.
    run = _comes_back(rig, module=rig.files / "missing", meanwhile="""
echo another >/phone/boot
mount --bind /phone/boot /proc/sys/kernel/random/boot_id""")
    ended(run, 2, "the phone rebooted", "/sys/fs/pstore")
    assert "left behind" not in run.err
    assert rig.guest.sh("ls /data/local/tmp") == ""
