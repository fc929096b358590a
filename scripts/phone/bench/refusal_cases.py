# SPDX-License-Identifier: GPL-2.0-only
"""Phones and kernels that refuse, and phones that go away."""

import signal

from .case import Wrong, case, ended, equal, until

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


@case("a user build is refused: what to flash")
def user_build(bench):
    bench.guest.play(uid=2000, ro_debuggable="0", ro_build_type="user",
                     bench_root="adbd cannot run as root in production builds")
    with bench.unchanged():
        run = bench.pixel6()
    ended(run, 2, "user build", "aosp_oriole-userdebug")
    equal("asked", "This is what happens" in run.out, False)


@case("a phone that gives no root: adb's own words, and the setting")
def no_root(bench):
    bench.guest.play(uid=2000, bench_root="root access is disabled by setting")
    with bench.unchanged():
        ended(bench.pixel6(), 2, "root access is disabled by setting",
              "Rooted debugging")


@case("a symbol that the kernel lacks is named")
def unknown_symbol(bench):
    with bench.unchanged():
        run = bench.pixel6(module=bench.files / "missing")
    ended(run, 2, "does not have what buddy-shadow.ko needs: shadow_of_nothing",
          "make kmi")
    equal("the log is kept", "Unknown symbol" in run.text("dmesg"), True)


@case("a module for another kernel is refused, with --force by the kernel")
def other_kernel(bench):
    module = bench.files / "6.12"
    with bench.unchanged():
        run = bench.pixel6(module=module)
        ended(run, 2, "was built for kernel 6.12", "the phone runs 6.1", "clang",
              "--force")
        equal("asked", "This is what happens" in run.out, False)
        ended(bench.pixel6("--force", module=module), 2,
              "warning: buddy-shadow.ko was built for kernel 6.12",
              "Build it")


@case("every way in which the kernel refuses is a sentence of its own")
def refusals(bench):
    for log, said, words in PLAYED:
        bench.guest.play(insmod=f"[ -z '{log}' ] || echo '{log}' >/dev/kmsg\n"
                         f"echo 'insmod: failed to load x.ko: {said}' >&2\n"
                         "exit 1")
        with bench.unchanged():
            # A small file: the played insmod does not look at it.
            run = bench.pixel6(module=bench.files / "missing")
        ended(run, 2, *words)


@case("a parameter that the module refuses is named, with what it expects")
def bad_parameters(bench):
    with bench.unchanged():
        ended(bench.pixel6("--size", "banana"), 2, "size=banana: expected",
              "--size")
        ended(bench.pixel6("--region", "/no/such/node"), 2,
              "region=/no/such/node: expected")


@case("a module that is loaded already stays loaded, and is named")
def loaded(bench):
    bench.guest.sh("busybox insmod /buddy-shadow.ko exercise=0")
    with bench.unchanged():
        ended(bench.pixel6(), 2, "buddy_shadow is loaded on the phone already",
              "adb shell rmmod buddy_shadow")


@case("no space on the phone: a sentence, and nothing is left")
def no_space(bench):
    bench.guest.sh("mount -o remount,size=64k /data/local/tmp")
    with bench.unchanged():
        ended(bench.pixel6(), 2, "no space left", "/data")


@case("no debugfs in the kernel: a sentence, and nothing is left")
def no_debugfs(bench):
    bench.guest.sh("umount /sys/kernel/debug")
    bench.guest.play(script="mount() { echo 'No such device' >&2; return 1; }")
    with bench.unchanged():
        ended(bench.pixel6(module=bench.files / "missing"), 2,
              "debugfs cannot be mounted", "CONFIG_DEBUG_FS")


def _started(bench, *words, module=None):
    """pixel6 in the middle of its insmod, which waits for `_go_on`."""
    bench.guest.play(insmod="touch /phone/waiting\n"
                     "while [ ! -e /phone/go ]; do usleep 20000; done")
    folder, pixel6 = bench.desk.start(module or bench.good, *words)
    until("insmod", lambda: pixel6.poll() is not None or
          _exists(bench, "/phone/waiting"))
    if pixel6.poll() is not None:
        raise Wrong(bench.desk.finish(folder, pixel6).err)
    return folder, pixel6


def _exists(bench, path):
    return bench.guest.sh(f"ls {path} 2>/dev/null || true") != ""


def _is_loaded(bench):
    return "live" in bench.guest.sh(
        "cat /sys/module/buddy_shadow/initstate 2>/dev/null || true")


def _go_on(bench):
    bench.guest.sh("touch /phone/go")


@case("Ctrl-C in the middle of insmod: the step is finished, the phone put "
      "back")
def interrupted(bench):
    for number in (signal.SIGINT, signal.SIGTERM):
        bench.guest.reset()
        with bench.unchanged():
            folder, pixel6 = _started(bench)
            pixel6.send_signal(number)
            _go_on(bench)
            run = bench.desk.finish(folder, pixel6)
        ended(run, 2, "interrupted: this step is finished",
              "putting the phone back")


@case("Ctrl-C twice: it ends at once and says that the phone may not be clean")
def interrupted_twice(bench):
    folder, pixel6 = _started(bench)
    pixel6.send_signal(signal.SIGINT)
    until("the first answer", lambda: "interrupted" in pixel6.stderr.readline())
    pixel6.send_signal(signal.SIGINT)
    run = bench.desk.finish(folder, pixel6)
    ended(run, 2, "may not be as it was")
    _go_on(bench)
    until("insmod's end", lambda: _is_loaded(bench))
    bench.guest.sh("rmmod buddy_shadow")
    ended(bench.pixel6(), 0, "is left from another run")


@case("a phone that goes away and does not come back: what is left on it")
def gone(bench):
    folder, pixel6 = _started(bench, "--wait", "1")
    bench.adbd.stop()
    run = bench.desk.finish(folder, pixel6)
    ended(run, 2, "the phone went away", "did not come back within 1 s",
          "left behind: buddy_shadow is still loaded", "left behind: the folder")
    _go_on(bench)
    until("insmod's end", lambda: _is_loaded(bench))
    bench.adbd.start()
    bench.desk.disconnect(bench.adbd)
    bench.desk.connect(bench.adbd)


def _comes_back(bench, folder, pixel6):
    bench.adbd.stop()
    until("the wait", lambda: "waiting" in pixel6.stderr.readline())
    _go_on(bench)
    bench.adbd.start()
    bench.desk.disconnect(bench.adbd)
    bench.desk.connect(bench.adbd)
    return bench.desk.finish(folder, pixel6)


@case("a phone that goes away and comes back is put back as it was")
def comes_back(bench):
    with bench.unchanged():
        run = _comes_back(bench, *_started(bench))
    ended(run, 2, "the phone went away")
    equal("left behind", "left behind" in run.err, False)


@case("a phone that rebooted: where its last words are, the folder removed")
def rebooted(bench):
    started = _started(bench, module=bench.files / "missing")
    bench.guest.sh("echo another >/phone/boot; mount --bind /phone/boot "
                   "/proc/sys/kernel/random/boot_id")
    run = _comes_back(bench, *started)
    ended(run, 2, "the phone rebooted", "/sys/fs/pstore")
    equal("left behind", "left behind" in run.err, False)
    equal("the folder", bench.guest.sh("ls /data/local/tmp"), "")
