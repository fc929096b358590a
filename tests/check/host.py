# SPDX-License-Identifier: GPL-2.0-only
"""What must do without a kernel is compiled with the host's headers alone."""

import tempfile
from pathlib import Path

from tests.check import files, rooms

# What gcc itself may call for a plain assignment, a loop, a count of bits.
ALLOWED = {"memset", "memcpy", "memmove", "memcmp", "sort", "__popcountdi2"}
# What the kernel's own make does not ask for.
KERNEL_STYLE = ["-Wno-missing-field-initializers", "-Wno-sign-compare",
                "-Wno-unused-parameter", "-DKBUILD_MODNAME=\"buddy_shadow\""]


def compiler(*options):
    """gcc that sees its own headers, the host's and nothing else."""
    own = files.output_of(["gcc", "-print-file-name=include"])
    return ["gcc", "-std=gnu11", "-Wall", "-Wextra", "-Werror",
            "-fno-stack-protector", "-nostdinc", "-isystem", own.strip(),
            "-Ihost/include", *options]


def hall():
    """Compile each file of the hall and see what it calls."""
    found, objects = [], {}
    with tempfile.TemporaryDirectory() as directory:
        for source in (f"{name}.c" for name in files.core_mk()["hall"]):
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
    """Let gcc follow the paths through each file that is not glue."""
    glue = files.glue()
    return [line for source in files.objects() if source not in glue
            for line in files.complaints(compiler(
                "-O1", "-fanalyzer", "-fdiagnostics-path-format=none",
                *KERNEL_STYLE, "-c", source, "-o", "/dev/null"))]
