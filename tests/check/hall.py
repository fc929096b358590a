# SPDX-License-Identifier: GPL-2.0-only
"""The hall must do without a kernel: it is compiled with stubs alone."""

import tempfile
from pathlib import Path

from tests.check import files, rooms

# What gcc itself may call for a plain assignment, a loop, a count of bits.
ALLOWED = {"memset", "memcpy", "memmove", "memcmp", "__popcountdi2"}


def compiler(*options):
    """gcc that sees its own headers, the stubs and nothing else."""
    own = files.output_of(["gcc", "-print-file-name=include"])
    return ["gcc", "-std=gnu11", "-Wall", "-Wextra", "-Werror",
            "-fno-stack-protector", "-nostdinc", "-isystem", own.strip(),
            "-Ihost/include", *options]


def sources():
    """The C files of the hall."""
    return [f"{name}.c" for name in files.core_mk()["hall"]]


def alone():
    """Compile each file with the stubs and see what it calls."""
    found, objects = [], {}
    with tempfile.TemporaryDirectory() as directory:
        for source in sources():
            made = Path(directory, source + ".o")
            found += files.complaints(
                compiler("-O2", "-c", source, "-o", made))
            if made.exists():
                objects[source] = rooms.symbols(made)
    offered = {name for offers, _ in objects.values() for name in offers}
    # host_ is the host's stand-in for a lock.
    return found + [f"{source}: wants {name}, which is not of the hall"
                    for source, (_, wanted) in objects.items()
                    for name in sorted(wanted - offered - ALLOWED)
                    if not name.startswith("host_")]


def analyzer():
    """Let gcc follow the paths through each file."""
    return [line for source in sources() for line in files.complaints(
        compiler("-O1", "-fanalyzer", "-fdiagnostics-path-format=none",
                 "-c", source, "-o", "/dev/null"))]
