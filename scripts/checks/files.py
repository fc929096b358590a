# SPDX-License-Identifier: GPL-2.0-only
"""Which files the project has, and how to run a tool over them."""

import functools
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KERNEL_SOURCE = Path(os.environ.get("KERNEL_SOURCE", "/nonexistent"))
# The core, in the order in which its files may include each other.
CORE = ["rng", "command", "ranges", "heap_size", "mem_map", "buddy",
        "buddy_map", "buddy_check", "pt_alloc", "pt_map"]


def run(command, folder=ROOT):
    """Run a tool, in the project's folder; return its status and output."""
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", check=False)
    return done.returncode, done.stdout


def complaints(command):
    """What a tool printed, if it failed."""
    status, output = run(command)
    if not status:
        return []
    return output.splitlines() or [f"{command[0]} ended with {status}"]


@functools.cache
def project():
    """All files of the project, known to git or about to be."""
    # A checkout may belong to somebody else (a container's user, say).
    status, output = run(["git", "-c", f"safe.directory={ROOT}", "ls-files",
                          "-z", "--cached", "--others", "--exclude-standard"])
    if status:
        raise ValueError(f"git cannot list the files: {output.strip()}")
    names = sorted(set(filter(None, output.split("\0"))))
    return [Path(name) for name in names if (ROOT / name).is_file()]


def lines(path):
    """The lines of a file, without their ends."""
    return read(path).splitlines()


@functools.cache
def read(path):
    """The text of a file."""
    with open(ROOT / path, encoding="utf-8", newline="") as file:
        return file.read()


def c_files():
    """C sources and headers, of the module and of the desk's programs."""
    return [path for path in project() if path.suffix in (".c", ".h")]


def module_files():
    """The module's own C sources and headers."""
    return [path for path in c_files() if path.parent == Path(".")]


def with_interpreter(word):
    """Files that begin with `#!` and a program of that name."""
    found = []
    for path in project():
        with open(ROOT / path, "rb") as file:
            first = file.readline(80)
        if first.startswith(b"#!") and word in first.split(b"/")[-1].split():
            found.append(path)
    return found


def shell_files():
    """Shell scripts; those without an interpreter line are sourced."""
    scripts = with_interpreter(b"sh") + with_interpreter(b"bash")
    return sorted({*scripts, *(p for p in project() if p.suffix == ".sh")})


def python_files():
    """Python scripts and modules."""
    return sorted({*with_interpreter(b"python3"),
                   *(p for p in project() if p.suffix == ".py")})


def sources():
    """Everything that a person writes and a machine reads."""
    named = {"BUILD.bazel", "Kbuild", "Kconfig", "Makefile",
             ".kunitconfig", "dkms.conf"}
    endings = {".c", ".h", ".py", ".sh", ".awk", ".config", ".dts",
               ".dtsi", ".S"}
    scripts = {*shell_files(), *python_files()}
    return [path for path in project() if path.name in named
            or path.suffix in endings or path in scripts]
