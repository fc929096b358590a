# SPDX-License-Identifier: GPL-2.0-only
"""Static checks: warnings, rooms, style, documents, packaging, GKI's symbols.

Checks that build for kernels share a group: builds in one directory do not meet,
and what one check has built is there for the next.
"""

import shutil
from functools import partial

import pytest

from tests.check import (builds, deb, docs, files, gki, host, installed, labs,
                         packaging, phone, rooms, style, text)

# The tools of a check, each with its Debian package.
MAKE = {"make": "make"}
GCC = {"gcc": "gcc", **MAKE}
CROSS = {"aarch64-linux-gnu-gcc": "gcc-aarch64-linux-gnu", **MAKE}
SPARSE = {"sparse": "sparse", **CROSS}
PERL = {"perl": "perl"}
SPHINX = {"sphinx-build": "python3-sphinx", **PERL}
CLANG = {"clang-19": "clang-19", "ld.lld-19": "lld-19",
         "llvm-nm-19": "llvm-19", **MAKE}
DTC = {"dtc": "device-tree-compiler", **MAKE}
DKMS = {"dkms": "dkms", "/sbin/modinfo": "kmod", **CROSS}


def check(name, tools, function, group=None, long=False):
    """A parameter of the test below."""
    marks = [pytest.mark.long] if long else []
    if group:
        marks += [pytest.mark.xdist_group(group), pytest.mark.seconds(90)]
    return pytest.param(tools, function, id=name, marks=marks)


CHECKS = [
    *(check(f"kernel {version}: the module builds without a warning at W=1, "
            "C=2", SPARSE, partial(builds.module, version), "kernels", True)
      for version in ("6.1", "6.12")),
    check("kernel 5.10: the module builds without a warning", CROSS, builds.oldest,
          "kernels"),
    check("the suites are built for kernels that take them, the module for all",
          MAKE, builds.suites_by_version),
    check("in a kernel tree: module and suites build without a warning at W=1, "
          "C=1", SPARSE, builds.in_tree, "kernels"),
    check("calls and tables of operations point one way, without a circle",
          CROSS, rooms.calls_in_order, "kernels"),
    check("page tables do not call the buddy", CROSS,
          partial(rooms.page_tables, rooms.calls), "kernels"),
    check("page tables do not include the buddy", {},
          partial(rooms.page_tables, rooms.includes)),
    check("includes point one way, without a circle", {},
          rooms.includes_in_order),
    check("nobody but dt/image.c walks the tree of /proc/iomem", {},
          rooms.walkers),
    check("all but the glue includes only headers that the host has", MAKE,
          rooms.host_headers),
    check("core.mk names each C file of a room once", MAKE, rooms.named_once),
    check("the hall builds on its own and calls nothing outside", GCC,
          host.hall),
    check("gcc -fanalyzer has nothing to say about what is not glue", GCC,
          host.analyzer),
    check("checkpatch --strict has nothing to say about the C files", PERL,
          style.checkpatch_c),
    check("checkpatch --strict has nothing to say about the other sources",
          PERL, style.checkpatch_rest),
    check("kernel-doc is complete", PERL, style.kernel_doc),
    check("shellcheck has nothing to say", {"shellcheck": "shellcheck"},
          style.shellcheck),
    check("the Python files compile without a warning and import only Python's "
          "own or Debian's", {}, style.python),
    check("codespell has nothing to say", {"codespell": "codespell"},
          style.codespell),
    check("the suites use only KUnit calls of a stock phone", MAKE,
          phone.calls),
    check("every source names its licence", {}, text.licence),
    check("no file is longer than 400 lines", {}, text.file_length),
    check("no function is longer than 45 lines", {}, text.function_length),
    check("the project's directory has at most 40 entries", {},
          text.root_is_small),
    check("lines end cleanly", {}, text.line_ends),
    check("nothing is left over or tied to one machine", {}, text.leftovers),
    check("the documents name every make target, parameter, exercise and "
          "debugfs file", {}, docs.names),
    check("the documents are built without a warning, and no reference leads "
          "nowhere", SPHINX, docs.built),
    check("a document names another one by a link", {}, docs.plain),
    check("links of the README lead somewhere", {}, docs.markdown_links),
    check("BUILD.bazel builds what Kbuild builds", MAKE, packaging.bazel),
    check("Tradefed's configuration pushes and loads both modules", {},
          labs.pushed),
    check("Tradefed has a result a case, and all files that it pushes", {},
          labs.tradefed),
    check("the LAVA job is one for LAVA's own schemas", {}, labs.lava_job,
          long=True),
    check("the LAVA job's script tells LAVA of each case", {}, labs.lava_script),
    check("version.h and the changelog have one version", {},
          packaging.version),
    check("on a kernel that it is not for, make says so in a sentence", CROSS,
          packaging.refusals),
    check("dkms leaves other machines and kernels alone", DKMS,
          packaging.dkms_skips),
    check("dkms builds the module for Debian's kernel", DKMS, packaging.dkms,
          long=True),
    check("Debian packages: lintian has nothing to say, the programs run, dkms "
          "builds the module", DKMS, deb.packages, long=True),
    check("on amd64 apt installs the Debian packages and the tools work, dkms says "
          "that the module is not for it, nothing is left", DTC,
          installed.on_amd64, "systems", True),
    check("on arm64 apt installs the Debian package and dkms builds the module, an "
          "older one goes, nothing is left", DTC, installed.on_arm64, "systems",
          True),
    *(check(f"GKI {version}: clang builds both modules with kCFI and shadow "
            "call stack, without a warning", CLANG,
            partial(gki.builds_clean, version), "gki", version != "6.1")
      for version in gki.VERSIONS),
    *(check(f"GKI {branch}: {module}.ko imports only what it has", CLANG,
            partial(gki.imports, module, branch), "gki",
            gki.BRANCHES[branch] != "6.1")
      for module, branches in gki.MODULES.items() for branch in branches),
    check("GKI: every line of our lists is needed", CLANG, gki.needed, "gki",
          True),
    check("GKI android13-5.10: the sources keep to its C and headers", {},
          gki.old_kernel),
    *(check("GKI: our lists agree with Google's", {}, gki.agree)
      for _ in [0] if gki.GOOGLES.is_dir()),
]


@pytest.mark.parametrize("tools, function", CHECKS)
def test_check(tools, function):
    """A missing tool is installed where that can be, or is a complaint."""
    packages = [package for tool, package in tools.items()
                if not shutil.which(tool)]
    found = packages and files.complaints(["scripts/need", *packages])
    found = found or function()
    if found:
        pytest.fail("\n".join(found), pytrace=False)
