# SPDX-License-Identifier: GPL-2.0-only
"""Ways in which a file can fail to be the device tree of a machine."""

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
    "property longer than the structure": (
        number(12, 0xfffffff0, True), "ended with status"),
    "unknown token": (number(8, 7, True), "Invalid opcode word 00000007"),
    "name that dtc would misread": (
        lambda good: good.replace(b"coherent", b"coher{nt"), "coher{nt"),
}


def tree(memory="", reserved="", cells=(2, 2)):
    """The text of a tree with these properties and children."""
    return (f"/dts-v1/;\n/ {{\n#address-cells = <{cells[0]}>;\n"
            f"#size-cells = <{cells[1]}>;\n{memory}\nreserved-memory {{\n"
            f"#address-cells = <2>;\n#size-cells = <2>;\n{reserved}\n"
            "};\n};\n")


def ram(*numbers, more=""):
    reg = " ".join(hex(number) for number in numbers)
    return f'memory {{ device_type = "memory"; reg = <{reg}>; {more} }};'


ENOUGH = ram(0, 0x40000000, 0, 0x40000000)

# Valid trees of machines that cannot be: text, what has to be said.
TREES = {
    "no memory node": (tree(), "has no memory node"),
    "memory that is disabled": (
        tree(ram(0, 0x40000000, 0, 0x40000000, more='status = "disabled";')),
        "has no memory"),
    "memory without reg": (
        tree('memory { device_type = "memory"; };'), "has no memory"),
    "memory of no bytes": (
        tree(ram(0, 0x40000000, 0, 0)), "has no memory"),
    "memory where QEMU has devices": (
        tree(ram(0, 0, 0, 0x80000000)), "has memory at 0x0"),
    "memory where QEMU can have none": (
        tree(ram(0x100000, 0, 0, 0x40000000)), "QEMU can have none"),
    "memory past 2 to the 64": (
        tree(ram(0xffffffff, 0xf0000000, 0, 0x20000000)),
        "QEMU can have none"),
    "reg that does not fit the cells": (
        tree(ram(0, 0x40000000, 0x40000000)), "expected a multiple of 16"),
    "three cells": (tree(ENOUGH, cells=(3, 2)), "expected 1 or 2"),
    "no cells": (tree(ENOUGH, cells=(0, 0)), "expected 1 or 2"),
    "too little memory": (
        tree(ram(0, 0x40000000, 0, 0x1000000)), "bytes of free memory"),
    "all memory reserved": (
        tree(ENOUGH, "all { reg = <0x0 0x40000000 0x0 0x40000000>; };"),
        "bytes of free memory"),
    "reserved reg that does not fit the cells": (
        tree(ENOUGH, "odd { reg = <0x0 0x40000000 0x0>; };"),
        "expected a multiple of 16"),
    "nodes that nest too deep": (
        tree(ENOUGH, "a {" * 70 + "};" * 70), "nest deeper"),
}
