# SPDX-License-Identifier: GPL-2.0-only
"""What can go wrong before a phone is touched."""

import os
from pathlib import Path

from .. import outcome, steps
from .adbd import Adbd
from .case import Wrong, case, ended, equal


@case("--help says what it does and what the exit status means")
def help_text(bench):
    run = bench.desk.pixel6("--help", yes=False)
    ended(run, 0, "userdebug", "exit status: 0", "--serial", "examples:")


@case("a desk without adb is told which package to install")
def no_adb(bench):
    ended(bench.pixel6("--adb", "no-such-adb"), 2,
          "no program 'no-such-adb'", "Debian's package adb")


@case("an adb that is no program is named")
def bad_adb(bench):
    ended(bench.pixel6("--adb", bench.files), 2, "no program that can be run")


@case("no phone: the sentence says how to connect one")
def no_phone(bench):
    bench.desk.disconnect(bench.adbd)
    try:
        ended(bench.pixel6(), 2, "adb sees no phone", "USB debugging")
    finally:
        bench.desk.connect(bench.adbd)


STATES = {
    "X1 offline usb:1-2": "does not answer",
    "X1 no permissions (no rules?); see [somewhere]": "udev rules",
    "X1 recovery usb:1-2": "adb reboot",
    "X1 bootloader": "fastboot reboot",
    "X1 something new": "a state that adb calls 'something'",
}


@case("a phone that is offline, in recovery, without permission: a sentence "
      "each")
def states(bench):
    for line, words in STATES.items():
        fake = bench.desk.fake_adb(line)
        ended(bench.pixel6("--adb", fake), 2, "the phone X1", words)


@case("a phone that has not allowed this computer: the sentence says where to "
      "tap")
def unauthorized(bench):
    locked = Adbd(bench.guest)
    locked.authorized = False
    locked.start()
    try:
        bench.desk.connect(locked)
        ended(bench.pixel6("--serial", locked.serial), 2,
              "has not allowed this computer", "Allow USB debugging?")
    finally:
        bench.desk.disconnect(locked)
        locked.stop()


@case("two phones: --serial is wanted, and chooses; an unknown one is refused")
def two(bench):
    other = Adbd(bench.guest)
    other.start()
    try:
        bench.desk.connect(other)
        ended(bench.pixel6(), 2, "2 phones", other.serial, bench.adbd.serial,
              "--serial")
        ended(bench.pixel6("-s", "banana"), 2, "serial 'banana'")
        ended(bench.pixel6("-s", other.serial, yes=False), 2,
              f"phone {other.serial}", "no terminal")
    finally:
        bench.desk.disconnect(other)
        other.stop()


@case("what is no module for this phone is refused by name")
def no_module(bench):
    bad = bench.desk.folder / "bad.ko"
    for data, words in ((b"banana", "no kernel module for 64-bit ARM"),
                        (Path(os.__file__).read_bytes(), "64-bit ARM"),
                        (b"\x7fELF\x02\x01" + bytes(12) + b"\xb7\0", "vermagic"),
                        (b"\x7fELF\x02\x01" + bytes(12) + b"\x3e\0", "ARM")):
        bad.write_bytes(data)
        ended(bench.pixel6(module=bad), 2, "bad.ko", words)
    ended(bench.pixel6(module=bench.files / "none.ko"), 2, "none.ko", "LLVM=1")


@case("a folder that holds something is not written to")
def out_exists(bench):
    bench.desk.next_folder().mkdir()
    (bench.desk.next_folder() / "something").touch()
    ended(bench.pixel6(), 2, "exists already", "--out")


@case("a parameter that is not NAME=VALUE is refused")
def bad_parameter(bench):
    ended(bench.pixel6("-p", "banana"), 2, "'banana' is not NAME=VALUE")


LISTING = """\
reserved-memory/vframe/phandle 00 00 00 51
reserved-memory/vstream@1000/phandle 00 00 00 52
./gpu/memory-region 00 00 00 52
./vframe-heap/memory-region 00 00 00 51 00 00 00 52
./broken/memory-region 00
"""


@case("the node that names a pool is found by its phandle")
def find_region(_):
    equal("vframe", steps.find_region(LISTING, "vframe"), "/vframe-heap")
    equal("vstream", steps.find_region(LISTING, "vstream"), "/gpu")
    equal("nothing", steps.find_region(LISTING, "banana"), "")


KTAP = """\
KTAP version 1
    # Subtest: cases
        ok 1 - parameter
        not ok 2 - parameter
    not ok 1 - case
    ok 2 - other # SKIP not here
not ok 1 - suite
ok 2 - single
"""


@case("KTAP is counted by its innermost results")
def ktap(_):
    equal("nested", str(outcome.count(KTAP)), "2 passed, 1 failed, 1 skipped")
    equal("nothing", str(outcome.count("")), "0 passed, 0 failed")
    equal("a suite's own failure",
          outcome.count("    ok 1 - a\nnot ok 1 - suite\n").failed, 1)


@case("a pool that was busy is reported, with what to do")
def busy(bench):
    folder = bench.desk.folder / "busy"
    folder.mkdir()
    for name, text in (("verdict", "OK\n"), ("report", ""), ("result", "ok 1\n"),
                       ("summary", "region: pages\nexercise: passed\n")):
        (folder / name).write_text(text)
    job = steps.Job(None, [], "vframe", "/vframe-heap", kunit_said="no KUnit")
    lines, good = outcome.judge(folder, job)
    if not good or "busy" not in str(lines):
        raise Wrong(f"{good}: {lines}")
