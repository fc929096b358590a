# SPDX-License-Identifier: GPL-2.0-only
"""Ways in which a file can fail to be the device tree of a machine."""

import struct

# Where the header has what.
TOTAL, STRUCT, STRINGS, RESERVE, VERSION, OLDEST = 4, 8, 12, 16, 20, 24
STRINGS_SIZE, STRUCT_SIZE = 32, 36
PROP, END_NODE = 3, 2


def put(data, at, number):
    struct.pack_into(">I", data, at, number)


def get(data, at):
    return struct.unpack_from(">I", data, at)[0]


def header(at, change):
    """Change a number of the header."""
    def corrupt(good):
        data = bytearray(good)
        put(data, at, change(get(good, at)))
        return bytes(data)
    return corrupt


def structure(at, number):
    """Change a number at an offset in the structure."""
    def corrupt(good):
        data = bytearray(good)
        start = get(good, STRUCT)
        put(data, start + (at if at >= 0 else get(good, STRUCT_SIZE) + at),
            number)
        return bytes(data)
    return corrupt


# The structure begins: BEGIN_NODE, an empty name, then a property: token,
# length, offset of its name. It ends: END_NODE of the root, END.
DAMAGE = {
    "nothing in it": (lambda good: b"", "it has 0 bytes"),
    "a header cut off": (lambda good: good[:20], "it has 20 bytes"),
    "source text": (lambda good: b"/dts-v1/;\n/ {\n};\n" * 4, "begins with"),
    "bad magic": (header(0, lambda old: old ^ 1), "begins with 0xd00dfeec"),
    "cut in the middle": (lambda good: good[:len(good) // 2],
                          "the file has"),
    "totalsize one too much": (header(TOTAL, lambda old: old + 1),
                               "the file has"),
    "totalsize of nearly 4 GiB": (header(TOTAL, lambda old: 0xffffffff),
                                  "its header says 4294967295 bytes"),
    "totalsize of 0": (header(TOTAL, lambda old: 0), "says 0 bytes"),
    "totalsize that cuts the structure": (
        header(TOTAL, lambda old: 64), "the structure at"),
    "version 3": (header(VERSION, lambda old: 3), "version 3"),
    "for newer readers": (header(OLDEST, lambda old: 18), "readers of 18"),
    "structure beyond the end": (
        header(STRUCT, lambda old: 0x10000000), "the structure at 0x10000000"),
    "structure at an odd offset": (
        header(STRUCT, lambda old: old + 2), "the structure at"),
    "structure inside the header": (
        header(STRUCT, lambda old: 8), "the structure at 0x8"),
    "structure of nearly 4 GiB": (
        header(STRUCT_SIZE, lambda old: 0xfffffffc), "the structure at"),
    "structure cut off": (
        header(STRUCT_SIZE, lambda old: old // 8 * 4), "in the middle of"),
    "END missing": (
        header(STRUCT_SIZE, lambda old: old - 4), "END is missing"),
    "empty structure": (
        header(STRUCT_SIZE, lambda old: 0), "END is missing"),
    "strings beyond the end": (
        header(STRINGS, lambda old: 0x10000000), "the strings at 0x10000000"),
    "strings of nearly 4 GiB": (
        header(STRINGS_SIZE, lambda old: 0xffffffff), "the strings at"),
    "no strings": (header(STRINGS_SIZE, lambda old: 0), "bytes of strings"),
    "reserved list beyond the end": (
        header(RESERVE, lambda old: 0x10000000), "reserved memory at"),
    "bad string offset": (structure(16, 0xffff0000), "0xffff0000"),
    "property longer than the structure": (
        structure(12, 0xfffffff0), "in the middle of"),
    "name that dtc would misread": (
        lambda good: good.replace(b"coherent", b"coher{nt"), "coher{nt"),
    "unknown token": (structure(8, 7), "has 0x7"),
    "property before the root": (structure(0, PROP), "has 0x3"),
    "root that does not end": (structure(-8, 4), "ends inside a node"),
    "root that ends twice": (structure(8, END_NODE), "expected a node"),
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
