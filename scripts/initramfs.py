# SPDX-License-Identifier: GPL-2.0-only
"""The guest's first file system: a cpio archive in the "newc" form.

Written here rather than with cpio(1), because that can make no device node
without root and no file that is not on this machine's disk.
"""

import stat
from pathlib import Path

PLACES = ("bin", "dev", "proc", "sys", "tmp", "results")
# Before devtmpfs is mounted the kernel opens this one for init.
CONSOLE = (5, 1)


def _pad(length):
    return b"\0" * (-length % 4)


def _entry(number, name, mode, data=b"", device=(0, 0)):
    name = name.encode() + b"\0"
    fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, *device, len(name), 0)
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + name
    return head + _pad(len(head)) + data + _pad(len(data))


def write(path, files):
    """Write an initramfs of `files` (name in the guest -> bytes or Path).

    A name under bin/, and init, can be executed.
    """
    entries = [(name, stat.S_IFDIR | 0o755, b"", (0, 0)) for name in PLACES]
    entries.append(("dev/console", stat.S_IFCHR | 0o600, b"", CONSOLE))
    for name, data in files.items():
        runs = name == "init" or name.startswith("bin/")
        if isinstance(data, Path):
            data = data.read_bytes()
        mode = stat.S_IFREG | (0o755 if runs else 0o644)
        entries.append((name, mode, data, (0, 0)))
    entries.append(("TRAILER!!!", 0, b"", (0, 0)))
    with open(path, "wb") as archive:
        for number, entry in enumerate(entries):
            archive.write(_entry(number, *entry))
