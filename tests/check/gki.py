# SPDX-License-Identifier: GPL-2.0-only
"""Stock Android kernels (GKI): what they let a module import.

Such a kernel has symbols for modules only where they are on its branch's list,
its KMI. The files in kmi/ hold what we know of these lists; scripts/kmi-kernel
builds the modules for stand-ins of two of the kernels.
"""

import functools
import re
from pathlib import Path

from tests.check import builds, files, rooms

# The branch and the version of the stand-in that it is read off.
BRANCHES = {"android13-5.10": "6.1", "android13-5.15": "6.1",
            "android14-6.1": "6.1", "android15-6.6": "6.1",
            "android16-6.12": "6.12"}
VERSIONS = sorted(set(BRANCHES.values()))
# Stock kernels of 5.10 and 5.15 have no KUnit.
MODULES = {"buddy-shadow": list(BRANCHES),
           "buddy-shadow-kunit": list(BRANCHES)[2:]}
# Google's list of the branch for the Pixel lacks what the compiler adds; the one for
# the virtual device has it, and a stock kernel has what is on any of them.
BY_COMPILER = {("android13-5.15", "__cfi_slowpath_diag"),
               ("android13-5.15", "__ubsan_handle_cfi_check_fail_abort")}
OURS = Path("tests/check/kmi")
GOOGLES = files.ROOT.parent / "shared/kmi"
NM = "llvm-nm-19"
# The directory in which copies of the sources are built.
COPIES = re.compile(r"\S*/modules/[^/]+/")
# Without the kernel itself modpost knows none of its symbols.
NO_KERNEL = re.compile(r"WARNING: modpost: .*(undefined!|unresolved symbol)")
# Linux 5.10 is compiled as C89, where a loop cannot declare its variable.
LOOP = re.compile(r"\bfor \((?:const |struct |unsigned )*\w+ \*?\w+ =")


@functools.cache
def build(version):
    """Build the modules; return the status and what was said."""
    return builds.built("scripts/kmi-kernel", version)


def builds_clean(version):
    """The warnings of clang."""
    status, output = build(version)
    kept = [COPIES.sub("", line) for line in output.splitlines()
            if not NO_KERNEL.search(line)]
    return builds.warnings(status, "\n".join(kept))


def built(version):
    """Where the built modules are."""
    status, output = build(version)
    if status:
        raise ValueError(f"the modules do not build for {version}, "
                         "see the check of that name")
    return Path(output.splitlines()[-1])


@functools.cache
def imported(module, version):
    """What a built module takes from the kernel, not from the other one."""
    where = built(version)
    exported = {line.split()[1] for line in
                (where / "Module.symvers").read_text().splitlines()}
    return rooms.symbols(where / f"{module}.ko", NM)[1] - exported


def table(name):
    """The lines of one of our lists, as words, with their numbers."""
    for number, line in enumerate(files.lines(OURS / name), start=1):
        if line.strip() and not line.startswith("#"):
            yield number, line.split()


@functools.cache
def listed():
    """Each symbol of our list with the branches that have it."""
    short = {branch.split("-")[1]: branch for branch in BRANCHES}
    found = {}
    for number, (symbol, *versions) in table("imports.txt"):
        if symbol in found or not versions or not {*versions} <= {*short}:
            raise ValueError(
                f"{OURS}/imports.txt:{number}: expected a symbol that has no "
                f"line yet and some of {', '.join(short)}")
        found[symbol] = {short[version] for version in versions}
    return found


def drift(branch):
    """The renamings of a branch: number, our symbol, theirs."""
    for number, words in table("drift.txt"):
        if len(words) < 4 or words[0] not in BRANCHES:
            raise ValueError(f"{OURS}/drift.txt:{number}: expected a branch, "
                             "two symbols and a reason")
        if words[0] == branch:
            yield number, words[1], words[2]


def wanted(module, branch):
    """What the module imports on a branch, each with our build's name."""
    symbols = {name: name for name in imported(module, BRANCHES[branch])}
    for _, here, there in drift(branch):
        if here == "-" or symbols.pop(here, None):
            symbols.update({name: here for name in there.split(",")
                            if name != "-"})
    return symbols


def importers(module, version, symbol):
    """The object files of a module that want a symbol."""
    kind = "kunit" if module.endswith("kunit") else "module"
    return ", ".join(str(path) for path in files.objects(kind)
                     if symbol in rooms.symbols(
                         (built(version) / path).with_suffix(".o"), NM)[1])


def imports(module, branch):
    """Imports of a module that a branch does not have."""
    version = BRANCHES[branch]
    return [f"{there} ({importers(module, version, here) or 'in no object'}) "
            f"is not on {branch}'s list: export it if it is ours, do without "
            f"it, or, if it is there, say so in {OURS}/imports.txt"
            for there, here in sorted(wanted(module, branch).items())
            if branch not in listed().get(there, ())]


def agree():
    """Symbols of our list that are not on Google's."""
    found = []
    for branch in BRANCHES:
        path = GOOGLES / f"{branch}.txt"
        theirs = set(path.read_text(encoding="utf-8").splitlines())
        found += [f"{symbol}: not on {branch}'s list in {path.name}"
                  for symbol, branches in listed().items()
                  if branch in branches and symbol not in theirs
                  and (branch, symbol) not in BY_COMPILER]
    return found


def needed():
    """Lines of our lists that nothing needs (any more)."""
    used = {(symbol, branch) for module, branches in MODULES.items()
            for branch in branches for symbol in wanted(module, branch)}
    ours = {(symbol, branch) for symbol, branches in listed().items()
            for branch in branches}
    found = [f"{OURS}/imports.txt: no module imports {symbol} on {branch}"
             for symbol, branch in sorted(ours - used)]
    for branch, version in BRANCHES.items():
        here = set().union(*(imported(module, version)
                             for module in MODULES)) | {"-"}
        found += [f"{OURS}/drift.txt:{number}: no module imports {name} here"
                  for number, name, _ in drift(branch) if name not in here]
    return found


def old_kernel():
    """Headers and loops that Linux 5.10 does not have."""
    found = []
    known = {words[0] for _, words in table("headers.txt")}
    for path in files.module_files():
        found += [f"{path}:{number}: <{name}> is not known to be in 5.10 "
                  f"({OURS}/headers.txt)"
                  for number, name in rooms.included(path, "<")
                  if name not in known]
        found += [f"{path}:{number}: 5.10 wants the variable declared before "
                  "the loop"
                  for number, line in enumerate(files.lines(path), start=1)
                  if LOOP.search(line)]
    return found
