# SPDX-License-Identifier: GPL-2.0-only
"""What the kernel says of itself in an ELF core: the note VMCOREINFO.

drgn 0.0.22 finds an arm64 kernel's page tables only in a core that says where they are
mapped. QEMU's does not: its segments have physical addresses alone. The note has what
it takes to find them.
"""

import struct
from dataclasses import dataclass

ELF64_LITTLE = b"\x7fELF\x02\x01"
PT_NOTE = 4
MOST = 1 << 20  # bytes of notes that are read


@dataclass(frozen=True)
class Tables:
    """The topmost page table: where it is mapped, where it lies, how large it is."""

    address: int
    physical: int
    size: int


def _notes(file):
    """The contents of the core's note segments."""
    header = file.read(64)
    if not header.startswith(ELF64_LITTLE) or len(header) < 64:
        return
    at, = struct.unpack_from("<Q", header, 32)
    size, number = struct.unpack_from("<HH", header, 54)
    for each in range(number):
        file.seek(at + each * size)
        head = file.read(56)
        if len(head) == 56 and struct.unpack_from("<I", head)[0] == PT_NOTE:
            place, = struct.unpack_from("<Q", head, 8)
            length, = struct.unpack_from("<Q", head, 32)
            file.seek(place)
            yield file.read(min(length, MOST))


def _named(notes, wanted):
    """The first note of that name, b"" where there is none."""
    at = 0
    while at + 12 <= len(notes):
        name_size, size, _ = struct.unpack_from("<III", notes, at)
        begin = at + 12 + (name_size + 3 & ~3)
        if notes[at + 12:at + 12 + name_size].rstrip(b"\0") == wanted:
            return notes[begin:begin + size]
        at = begin + (size + 3 & ~3)
    return b""


def vmcoreinfo(path):
    """{name: value} of the lines of that note; empty where there is none."""
    with open(path, "rb") as file:
        for notes in _notes(file):
            if found := _named(notes, b"VMCOREINFO"):
                text = found.decode("utf-8", "replace")
                return dict(line.split("=", 1) for line in text.splitlines()
                            if "=" in line)
    return {}


def arm64_tables(path):
    """The Tables of an arm64 kernel's core, or None where it does not say."""
    try:
        said = vmcoreinfo(path)
        address = int(said["SYMBOL(swapper_pg_dir)"], 16)
        offset = int(said["NUMBER(kimage_voffset)"], 16)
        return Tables(address, address - offset, int(said["PAGESIZE"]))
    except (KeyError, ValueError):  # of places beyond any file, too
        return None
