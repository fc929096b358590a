#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Runs the checks, two at a time, and prints their results as TAP.

scripts/check starts this; it installs the tools and fetches kernel source.
"""

import shutil
import sys
from concurrent.futures import ThreadPoolExecutor

from checks import (builds, core, docs, includes, kmi, packaging, phone,
                    style, text)

# Name, the tools that it needs with the Debian package of each, what to call.
GCC = {"gcc": "gcc"}
CROSS = {"aarch64-linux-gnu-gcc": "gcc-aarch64-linux-gnu", "make": "make",
         "sparse": "sparse"}
PERL = {"perl": "perl"}
CLANG = {"clang-19": "clang-19", "ld.lld-19": "lld-19",
         "llvm-nm-19": "llvm-19"}
CHECKS = [
    ("kernel 6.1: the module builds without a warning at W=1, C=2",
     CROSS, lambda: builds.module("6.1")),
    ("kernel 6.12: the module builds without a warning at W=1, C=2",
     CROSS, lambda: builds.module("6.12")),
    ("in a kernel tree: module and suites build without a warning at W=1, C=2",
     CROSS, builds.in_tree),
    ("checkpatch --strict has nothing to say about the C files",
     PERL, style.checkpatch_c),
    ("checkpatch --strict has nothing to say about the other sources",
     PERL, style.checkpatch_rest),
    ("kernel-doc is complete", PERL, style.kernel_doc),
    ("shellcheck has nothing to say", {"shellcheck": "shellcheck"},
     style.shellcheck),
    ("the Python files compile without a warning and need no package",
     {}, style.python),
    ("codespell has nothing to say", {"codespell": "codespell"},
     style.codespell),
    ("includes point one way, without a cycle", {}, includes.order),
    ("the core includes nothing but what the host has stubs for",
     {}, includes.core),
    ("page tables do not know the buddy", {}, includes.page_tables),
    ("the core builds on its own and calls nothing outside", GCC, core.alone),
    ("gcc -fanalyzer has nothing to say about the core", GCC, core.analyzer),
    ("the suites use only KUnit calls of a stock phone", {}, phone.calls),
    ("every source names its licence", {}, text.licence),
    ("no file is longer than 400 lines", {}, text.file_length),
    ("no C function is longer than 45 lines", {}, text.function_length),
    ("lines end cleanly", {}, text.line_ends),
    ("nothing is left over or tied to one machine", {}, text.leftovers),
    ("the documents name every make target, parameter and debugfs file",
     {}, docs.names),
    *packaging.checks(CROSS),
    *kmi.checks(CLANG),
]
SHOWN = 40


def run(check):
    """The complaints of one check; a missing tool is one."""
    _, tools, function = check
    missing = [f"{tool} is missing: install the package {package}"
               for tool, package in tools.items() if not shutil.which(tool)]
    if missing:
        return missing
    try:
        return function()
    except (OSError, ValueError) as error:
        return [f"the check itself did not work: {error}"]


def show(number, name, complaints):
    """Print one result with the first complaints below it."""
    print(f"{'not ok' if complaints else 'ok'} {number} {name}")
    for line in complaints[:SHOWN]:
        print(f"# {line}")
    if len(complaints) > SHOWN:
        print(f"# and {len(complaints) - SHOWN} more")
    sys.stdout.flush()


def main(words):
    """Run the checks whose names have all the words."""
    chosen = [check for check in CHECKS if all(w in check[0] for w in words)]
    if not chosen:
        sys.exit(f"check: no check has {' '.join(words)!r} in its name; "
                 "expected a part of one of these:\n  "
                 + "\n  ".join(check[0] for check in CHECKS))
    failed = 0
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = pool.map(run, chosen)
        for number, (check, bad) in enumerate(zip(chosen, results), start=1):
            show(number, check[0], bad)
            failed += bool(bad)
    print(f"{len(chosen) - failed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main(sys.argv[1:]))
