# SPDX-License-Identifier: GPL-2.0-only
"""What scripts/drgn-buddy reads of a core itself: the kernel's own note in it."""

import struct

import buddy_core
import pytest

INFO = b"""OSRELEASE=6.1.0
PAGESIZE=4096
SYMBOL(swapper_pg_dir)=ffffffc008a08000
NUMBER(VA_BITS)=39
NUMBER(kimage_voffset)=0xffffffbfc8000000
"""


def note(name, data):
    name += b"\0"
    return struct.pack("<III", len(name), len(data), 0) + \
        name.ljust(len(name) + 3 & ~3, b"\0") + data.ljust(len(data) + 3 & ~3, b"\0")


def core(path, notes, kind=4):
    """An ELF core with one load segment and one of notes."""
    header = b"\x7fELF\x02\x01\x01".ljust(16, b"\0") + struct.pack(
        "<HHIQQQIHHHHHH", 4, 183, 1, 0, 64, 0, 0, 64, 56, 2, 0, 0, 0)
    load = struct.pack("<IIQQQQQQ", 1, 0, 0, 0, 1 << 30, 0, 0, 0)
    named = struct.pack("<IIQQQQQQ", kind, 0, 176, 0, 0, len(notes), 0, 0)
    path.write_bytes(header + load + named + notes)
    return path


def test_the_topmost_page_table_of_a_dump_is_found(tmp_path):
    path = core(tmp_path / "core", note(b"CORE", b"x" * 37) +
                note(b"VMCOREINFO", INFO) + note(b"QEMU", b""))
    assert buddy_core.vmcoreinfo(path)["NUMBER(VA_BITS)"] == "39"
    assert buddy_core.arm64_tables(path) == buddy_core.Tables(
        0xffffffc008a08000, 0x40a08000, 4096)


@pytest.mark.parametrize("notes", [
    b"", b"\xff" * 64, note(b"CORE", INFO), note(b"VMCOREINFO", b""),
    note(b"VMCOREINFO", INFO.replace(b"kimage_voffset", b"phys_base")),
    note(b"VMCOREINFO", INFO.replace(b"ffffffc008a08000", b"nothing")),
    note(b"VMCOREINFO", INFO.replace(b"=", b" ")),
])
def test_a_core_that_does_not_say_is_no_error(tmp_path, notes):
    assert buddy_core.arm64_tables(core(tmp_path / "core", notes)) is None


def test_only_notes_are_read_as_such(tmp_path):
    path = core(tmp_path / "core", note(b"VMCOREINFO", INFO), kind=1)
    assert buddy_core.vmcoreinfo(path) == {}


@pytest.mark.parametrize("data", [b"", b"KDUMP   " * 20, b"\x7fELF\x02\x01",
                                  b"\x7fELF\x02\x01" + b"\xff" * 58])
def test_a_file_of_another_form_is_no_error(tmp_path, data):
    path = tmp_path / "core"
    path.write_bytes(data)
    assert buddy_core.arm64_tables(path) is None
