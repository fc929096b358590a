# SPDX-License-Identifier: GPL-2.0-only
"""What can go wrong before a phone is touched."""

import os
import re
from pathlib import Path

import libfdt
import pytest

from phone import explain, module, outcome, steps
from .rig import ended


def test_help_says_what_it_does_and_what_the_exit_status_means(rig):
    run = rig.host.pixel6("--help", yes=False)
    ended(run, 0, "userdebug", "exit status: 0", "--serial", "examples:")


def test_a_computer_without_adb_is_told_which_package_to_install(rig):
    ended(rig.pixel6("--adb", "no-such-adb"), 2,
          "no program 'no-such-adb'", "Debian's package adb")


def test_an_adb_that_is_no_program_is_named(rig):
    ended(rig.pixel6("--adb", rig.files), 2, "no program that can be run")


def test_no_phone_says_how_to_connect_one(rig):
    rig.host.disconnect(rig.adbd)
    try:
        ended(rig.pixel6(), 2, "adb sees no phone", "USB debugging")
    finally:
        rig.host.connect(rig.adbd)


STATES = {
    "X1 offline usb:1-2": "does not answer",
    "X1 no permissions (no rules?); see [somewhere]": "udev rules",
    "X1 recovery usb:1-2": "adb reboot",
    "X1 bootloader": "fastboot reboot",
    "X1 something new": "a state that adb calls 'something'",
}


@pytest.mark.parametrize("line", STATES)
def test_a_phone_in_another_state_is_a_sentence(rig, line):
    fake = rig.host.fake_adb(line)
    ended(rig.pixel6("--adb", fake), 2, "the phone X1", STATES[line])


def test_a_phone_that_has_not_allowed_this_computer_says_where_to_tap(rig):
    with rig.another(authorized=False) as locked:
        ended(rig.pixel6("--serial", locked.serial), 2,
              "has not allowed this computer", "Allow USB debugging?")


def test_two_phones_want_serial_which_chooses(rig):
    with rig.another() as other:
        ended(rig.pixel6(), 2, "2 phones", other.serial, rig.adbd.serial,
              "--serial")
        ended(rig.pixel6("-s", "banana"), 2, "serial 'banana'")
        ended(rig.pixel6("-s", other.serial, yes=False), 2,
              f"phone {other.serial}", "no terminal")


def test_what_is_no_module_for_this_phone_is_refused_by_name(rig):
    bad = rig.host.directory / "bad.ko"
    for data, words in ((b"banana", "no kernel module for 64-bit ARM"),
                        (Path(os.__file__).read_bytes(), "64-bit ARM"),
                        (b"\x7fELF\x02\x01" + bytes(12) + b"\xb7\0", "vermagic"),
                        (b"\x7fELF\x02\x01" + bytes(12) + b"\x3e\0", "ARM")):
        bad.write_bytes(data)
        ended(rig.pixel6(module=bad), 2, "bad.ko", words)
    ended(rig.pixel6(module=rig.files / "none.ko"), 2, "none.ko", "LLVM=1")


def test_a_directory_that_holds_something_is_not_written_to(rig):
    rig.host.next_directory().mkdir()
    (rig.host.next_directory() / "something").touch()
    ended(rig.pixel6(), 2, "exists already", "--out")


def test_a_parameter_that_is_not_name_value_is_refused(rig):
    ended(rig.pixel6("-p", "banana"), 2, "'banana' is not NAME=VALUE")


LISTING = """\
reserved-memory/vframe/phandle 00 00 00 51
reserved-memory/vstream@1000/phandle 00 00 00 52
./gpu/memory-region 00 00 00 52
./vframe-heap/memory-region 00 00 00 51 00 00 00 52
./broken/memory-region 00
"""


def test_the_node_that_names_a_pool_is_found_by_its_phandle():
    assert steps.find_region(LISTING, "vframe") == "/vframe-heap"
    assert steps.find_region(LISTING, "vstream") == "/gpu"
    assert steps.find_region(LISTING, "banana") == ""


def explained(name, said, *log):
    return str(explain.insmod(module.Module(Path(name), "6.6.77", 0), said,
                              log, "6.6.77-android15-8"))


def test_kunit_of_another_build_is_told_so():
    said = explained("kunit.ko", "Permission denied",
                     "kunit: exports protected symbol __kunit_abort")
    assert "its own build only: __kunit_abort" in said and "--no-kunit" in said


def test_another_version_of_a_symbol_is_told_before_the_symbols_that_lack():
    said = explained("buddy-shadow.ko", "Invalid argument",
                     "buddy_shadow: disagrees about version of symbol kfree",
                     "buddy_shadow: Unknown symbol kfree (err -22)",
                     "buddy_shadow: Unknown symbol bsearch (err -2)")
    assert "other declarations" in said and "kfree" in said
    assert "does not have" not in said
IOMEM = """\
  80210000-80feffff : Kernel code
  81300000-816affff : Kernel data
"""


def test_the_image_reaches_from_code_to_data():
    assert steps.find_image(IOMEM) == "image=0x80210000,21626880"
    # Who is not root is shown zeros.
    assert steps.find_image(re.sub("[0-9a-f]{8}", "00000000", IOMEM)) == ""
    assert steps.find_image(IOMEM.replace("data", "bss")) == ""


def test_what_the_blob_reserves_is_read_off_its_header():
    blob = libfdt.FdtSw()
    for entry in ((0x45e00000, 1 << 20), (1 << 40, 1)):
        blob.add_reservemap_entry(*entry)
    blob.finish_reservemap()
    with blob.add_node(""):
        pass
    data = bytes(blob.as_fdt().as_bytearray())
    found = "memreserve=0x45e00000,1048576,0x10000000000,1"
    assert steps.find_memreserve(data.hex(" ", 1)) == found
    end = data.index(bytes(16), 40)
    assert steps.find_memreserve(data[:end + 16].hex()) == found
    # Not all of it, another file, none.
    assert steps.find_memreserve(data[:end + 15].hex()) == ""
    assert steps.find_memreserve(data[4:].hex()) == ""
    assert steps.find_memreserve("\n") == ""
    start = int.from_bytes(data[16:20], "big")
    empty = data[:start] + bytes(16)
    assert steps.find_memreserve(empty.hex()) == "memreserve=none"


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


def test_ktap_is_counted_by_its_innermost_results():
    assert str(outcome.count(KTAP)) == "2 passed, 1 failed, 1 skipped"
    assert str(outcome.count("")) == "0 passed, 0 failed"
    assert outcome.count("    ok 1 - a\nnot ok 1 - suite\n").failed == 1


def test_a_pool_that_was_busy_is_reported_with_what_to_do(tmp_path):
    for name, text in (("verdict", "OK\n"), ("report", ""), ("result", "ok 1\n"),
                       ("summary", "region: unknown\nexercise: passed\n")):
        (tmp_path / name).write_text(text)
    job = steps.Job(None, [], "vframe", "/vframe-heap", kunit_said="no KUnit")
    lines, good = outcome.judge(tmp_path, job)
    assert good and "busy" in str(lines)
