# SPDX-License-Identifier: GPL-2.0-only
"""Which files the project has, and how to run a tool over them."""

import functools
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The rooms of the module, left to right: each knows those before it. The
# hall is the project's directory.
ROOMS = ["hall", "dt", "exercise", "report"]


def run(command, directory=ROOT, **options):
    """Run a tool, in the project's directory; return its status and output."""
    options = {"stdin": subprocess.DEVNULL, **options}
    done = subprocess.run(command, cwd=directory, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True,
                          errors="replace", check=False, **options)
    return done.returncode, done.stdout


def output_of(command):
    """What a tool printed; it must not fail."""
    status, output = run(command)
    if status:
        raise ValueError(f"{' '.join(map(str, command))}: {output.strip()}")
    return output


def complaints(command):
    """What a tool printed, if it failed."""
    status, output = run(command)
    if not status:
        return []
    return output.splitlines() or [f"{command[0]} ended with {status}"]


@functools.cache
def kernel_source():
    """The source of Debian's kernel, for the scripts in it."""
    return Path(output_of(["scripts/kunit-source"]).splitlines()[-1])


@functools.cache
def project():
    """All files of the project, known to git or about to be."""
    # A checkout may belong to somebody else (a container's user, say).
    names = output_of(["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z",
                       "--cached", "--others", "--exclude-standard"])
    return [Path(name) for name in sorted({*names.split("\0")} - {""})
            if (ROOT / name).is_file()]


def lines(path):
    """The lines of a file, without their ends."""
    return read(path).splitlines()


@functools.cache
def read(path):
    """The text of a file."""
    with open(ROOT / path, encoding="utf-8", newline="") as file:
        return file.read()


@functools.cache
def core_mk():
    """Each variable of core.mk with its words; make itself reads it."""
    show = "$(foreach v,$(.VARIABLES),$(if $(filter file,$(origin $v)),"\
        "$(info $v $($v))))"
    status, output = run(["make", "-s", "-f", "-"], stdin=None,
                         input=f"include core.mk\n{show}\nall:;")
    if status:
        raise ValueError(f"core.mk: {output.strip()}")
    return {words[0]: words[1:] for words in map(str.split,
                                                 output.splitlines())}


def objects(kind="module"):
    """The C files behind the objects of a module: `module` or `kunit`."""
    return [Path(f"{name}.c") for name in core_mk()[f"{kind}_objects"]]


def glue():
    """Those that need a kernel and are not built for the host."""
    named = [path for room in ROOMS[1:] for name
             in core_mk().get(f"{room}_glue", ())
             for path in [Path(room, f"{name}.c")]]
    return [Path("buddy_shadow.c"), Path("report/debugfs.c"), *named]


def room(path):
    """The room in which a file of the module lies, None for all others."""
    name = str(path.parent)
    name = "hall" if name == "." else name
    return name if name in ROOMS else None


def c_files():
    """C sources and headers, of the module and of all around it."""
    return [path for path in project() if path.suffix in (".c", ".h")]


def module_files():
    """The module's own C sources and headers."""
    return [path for path in c_files() if room(path)]


@functools.cache
def with_interpreter(word):
    """Files that begin with `#!` and a program of that name."""
    found = []
    for path in project():
        with open(ROOT / path, "rb") as file:
            first = file.readline(80)
        if first.startswith(b"#!") and word in first.split(b"/")[-1].split():
            found.append(path)
    return found


@functools.cache
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
    named = {"BUILD.bazel", "Kbuild", "Kconfig", "Makefile", ".clang-format",
             ".editorconfig", ".kunitconfig", "dkms.conf"}
    endings = {".c", ".h", ".py", ".sh", ".awk", ".config", ".dts", ".dtsi",
               ".ini", ".mk", ".toml", ".S"}
    scripts = {*shell_files(), *python_files()}
    return [path for path in project() if path.name in named
            or path.suffix in endings or path in scripts]
