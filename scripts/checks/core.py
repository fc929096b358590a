# SPDX-License-Identifier: GPL-2.0-only
"""The core must do without a kernel: it is compiled with stubs alone."""

import tempfile
from pathlib import Path

from checks import files

# What gcc itself may call for a plain assignment, a loop, a count of bits.
ALLOWED = {"memset", "memcpy", "memmove", "memcmp", "__popcountdi2"}


def compiler(*options):
    """gcc that sees its own headers, the stubs and nothing else."""
    _, own = files.run(["gcc", "-print-file-name=include"])
    return ["gcc", "-std=gnu11", "-Wall", "-Wextra", "-Werror",
            "-fno-stack-protector", "-nostdinc", "-isystem", own.strip(),
            "-Ihost/include", *options]


def core_sources():
    """The C files of the core."""
    names = [f"{name}.c" for name in files.CORE]
    found = [name for name in names if (files.ROOT / name).is_file()]
    if not found:
        raise ValueError("no core file found, expected " + ", ".join(names))
    return found


def symbols(path):
    """The symbols that an object defines, and those that it wants."""
    _, output = files.run(["nm", path])
    words = [line.split()[-2:] for line in output.splitlines()]
    wanted = {name for kind, name in words if kind == "U"}
    return {name for kind, name in words if kind != "U"}, wanted


def alone():
    """Compile each core file with the stubs and see what it calls."""
    found = []
    defined, wanted = set(), {}
    with tempfile.TemporaryDirectory() as folder:
        for source in core_sources():
            made = Path(folder) / (source + ".o")
            found += files.complaints(
                compiler("-O2", "-c", source, "-o", made))
            if made.exists():
                defines, wanted[source] = symbols(made)
                defined |= defines
    for source, names in wanted.items():
        # host_ is the desk's stand-in for a lock.
        found += [f"{source}: calls {name}, which is not the core's"
                  for name in sorted(names - defined - ALLOWED)
                  if not name.startswith("host_")]
    return found


def analyzer():
    """Let gcc follow the paths through each core file."""
    found = []
    for source in core_sources():
        found += files.complaints(compiler(
            "-O1", "-fanalyzer", "-fdiagnostics-path-format=none",
            "-c", source, "-o", "/dev/null"))
    return found
