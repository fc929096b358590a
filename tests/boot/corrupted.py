# SPDX-License-Identifier: GPL-2.0-only
"""Ways in which a file can fail to be a device tree."""

import struct


def put(data, at, number):
    struct.pack_into(">I", data, at, number)


def number(at, change, structure=False):
    """Change a number at an offset, of the header or of the structure."""
    def corrupt(good):
        data = bytearray(good)
        put(data, at + structure * int.from_bytes(good[8:12], "big"), change)
        return bytes(data)
    return corrupt


# The header: magic, size, offset of the structure. The structure begins:
# BEGIN_NODE, an empty name, then a property: token, length, offset of its name.
DAMAGE = {
    "nothing in it": (lambda good: b"", "EOF reading"),
    "source text": (lambda good: b"/dts-v1/;\n/ {\n};\n" * 4,
                    "incorrect magic number"),
    "cut in the middle": (lambda good: good[:len(good) // 2],
                          "EOF before reading"),
    "totalsize of 0": (number(4, 0), "size (0) is too small"),
    "structure beyond the end": (number(8, 0x10000000), "exceeds total size"),
    "bad string offset": (number(16, 0xffff0000, True), "overruns string"),
    # Debian 12's dtc crashes; a newer one has words of its own.
    "property longer than the structure": (
        number(12, 0xfffffff0, True), "not a valid device tree blob: "),
    "for newer readers": (number(24, 18), "readers of 18"),
    "END missing": (lambda good: good.replace(b"\0\0\0\x02\0\0\0\x09",
                                              b"\0\0\0\x02\0\0\0\x04"),
                    "no END ends its structure"),
    "empty structure": (number(36, 0), "no END ends its structure of 0"),
    "unknown token": (number(8, 7, True), "Invalid opcode word 00000007"),
    "name that dtc would misread": (
        lambda good: good.replace(b"coherent", b"coher{nt"), "coher{nt"),
}


# By name: the text of a tree that dtc takes, and what is said of it.
TREES = {"nodes that nest too deep": (
    "/dts-v1/;\n/ {" + "a {" * 70 + "};" * 71, "nest deeper")}
