# SPDX-License-Identifier: GPL-2.0-only
"""Tools that judge how sources are written."""

import ast
import hashlib
import re
import sys
import tempfile
import warnings
from pathlib import Path

import boot
from tests.check import files

# Why each of these says nothing useful here:
IGNORED = [
    # The usage line at the top of a script names the script.
    "EMBEDDED_FILENAME",
    # Static functions have plain words as names, which messages use too.
    "EMBEDDED_FUNCTION_NAME",
    # A message stays on one line, however long, so that it can be searched
    # for; SPLIT_STRING, which stays on, asks for just that.
    "LONG_LINE_STRING",
    # One source serves Linux 5.10 and all that came after.
    "LINUX_VERSION_CODE",
]
# host/, tests/ and tools/ have no kernel underneath: they make, in plain C with its
# types, the very macros and types that these ask for or complain of.
IGNORED_ON_HOST = [
    "AVOID_EXTERNS", "BIT_MACRO", "CAMELCASE", "COMPLEX_MACRO",
    "MACRO_ARG_REUSE", "MACRO_WITH_FLOW_CONTROL", "MEMORY_BARRIER", "MINMAX",
    "NEW_TYPEDEFS", "NR_CPUS", "PREFER_DEFINED_ATTRIBUTE_MACRO",
    "PREFER_KERNEL_TYPES", "UNCOMMENTED_DEFINITION", "VOLATILE"]
# The kernel's macros for trace events have a form of their own.
EVENTS = Path("report/events.h")
IGNORED_IN_EVENTS = ["OPEN_ENDED_LINE", "PARENTHESIS_ALIGNMENT"]
# `mount -t sysfs sysfs /sys` is no slip of the pen.
# Our names in device trees are documented here, not in the kernel's tree.
IGNORED_IN_SCRIPTS = ["REPEATED_WORD", "UNDOCUMENTED_DT_STRING"]
# Other lines are complaints about missing directories of a kernel's tree.
FINDING = re.compile(r"\S+:\d+: (ERROR|WARNING|CHECK):")
# What Python files may import beside Python's own, and the packages with it.
DEBIAN = {"pytest": "python3-pytest", "xdist": "python3-pytest-xdist",
          "libfdt": "python3-libfdt", "matplotlib": "python3-matplotlib",
          "sphinx": "python3-sphinx", "docutils": "python3-docutils",
          "drgn": "python3-drgn"}


def checkpatch(paths, ignored):
    """What checkpatch.pl says about these files.

    It takes long: what it had nothing to say about is not shown to it again.
    """
    script = files.kernel_source() / "scripts/checkpatch.pl"
    passed = boot.work() / "checkpatch"
    passed.mkdir(parents=True, exist_ok=True)
    rules = script.read_bytes() + repr(IGNORED + ignored).encode()
    known = {path: passed / hashlib.sha256(
        rules + str(path).encode() + (files.ROOT / path).read_bytes()).hexdigest()
        for path in paths}
    paths = [path for path in paths if not known[path].exists()]
    if not paths:
        return []
    # In a checkout it would leave a list of the names in include/ behind.
    with tempfile.TemporaryDirectory() as directory:
        status, output = files.run(
            ["perl", script, "--strict", "--no-tree", "--terse",
             "--no-summary", "--show-types", "--quiet",
             "--ignore", ",".join(IGNORED + ignored),
             "-f", *(files.ROOT / path for path in paths)], directory)
    said = output.replace(f"{files.ROOT}/", "").splitlines()
    found = [line for line in said if FINDING.match(line)]
    if status and not found:
        return said[-20:]
    for path in paths:
        if not any(line.startswith(f"{path}:") for line in found):
            known[path].touch()
    return found


def checkpatch_c():
    """C sources and headers."""
    host = [path for path in files.c_files()
            if path.parts[0] in ("host", "tests", "tools")]
    rest = [path for path in files.c_files() if path not in [*host, EVENTS]]
    return (checkpatch(rest, []) + checkpatch(host, IGNORED_ON_HOST) +
            checkpatch([EVENTS], IGNORED_IN_EVENTS))


def checkpatch_rest():
    """Makefiles, scripts and device trees."""
    seen = files.c_files()
    return checkpatch([path for path in files.sources() if path not in seen],
                      IGNORED_IN_SCRIPTS)


def kernel_doc():
    """Comments for kernel-doc that lack a member or a return value."""
    script = files.kernel_source() / "scripts/kernel-doc"
    status, output = files.run(["perl", script, "-v", "-none", "-Werror",
                                *files.module_files()])
    found = [line for line in output.splitlines() if "warning:" in line]
    if status and not found:
        return output.splitlines()[-20:]
    return found


def shellcheck():
    """Shell scripts, together with what they source."""
    scripts = files.shell_files()
    return files.complaints(["shellcheck", "-x", "-f", "gcc", *scripts])


def codespell():
    """Spelling, in every file of the project."""
    _, output = files.run(["codespell", *files.project()])
    return output.splitlines()


def imported(tree):
    """The modules that a Python file imports, with line numbers."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.lineno, node.module


def python():
    """Python files: syntax, warnings of the compiler, foreign modules."""
    found = []
    paths = files.python_files()
    known = {*sys.stdlib_module_names, *DEBIAN,
             *(part for path in paths
               for part in path.with_suffix("").parts)}
    for path in paths:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                tree = ast.parse(files.read(path), str(path))
                compile(tree, str(path), "exec")
        except (SyntaxError, SyntaxWarning, DeprecationWarning) as error:
            found.append(f"{path}: {error}")
            continue
        found += [f"{path}:{number}: {name} is neither Python's own nor of "
                  f"the Debian packages {', '.join(DEBIAN.values())}"
                  for number, name in imported(tree)
                  if name.split(".")[0] not in known]
    return found
