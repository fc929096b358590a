# SPDX-License-Identifier: GPL-2.0-only
"""Other ways of building and testing must keep up with Kbuild."""

import os
import re
import shutil
import tempfile
from pathlib import Path

import boot
from tests.check import files

MODULES = ("buddy-shadow", "buddy-shadow-kunit")
DKMS_KERNEL = "6.1"


def expand(patterns, exclude=()):
    """Bazel's glob(), over the files of the project."""
    return {str(path) for path in files.project()
            if any(path.match(pattern) and path.parent == Path(pattern).parent
                   for pattern in patterns)
            and not any(path.match(pattern) for pattern in exclude)}


def bazel_rules(kind="ddk_module"):
    """What BUILD.bazel says of each module; its syntax is Python's here."""
    found = {}
    known = {"__builtins__": {}, "glob": expand, "load": lambda *_: None,
             "filegroup": lambda **_: None, "ddk_module": lambda **_: None,
             kind: lambda **rule: found.update({rule["name"]: rule})}
    try:
        exec(compile(files.read("BUILD.bazel"), "BUILD.bazel", "exec"), known)
    except (KeyError, NameError, SyntaxError, TypeError) as error:
        raise ValueError(f"BUILD.bazel: {error}; expected names, lists, glob() "
                         "and ddk_module(name = ...)") from error
    return found


def compare(module, what, theirs, ours):
    """What BUILD.bazel has too much and too little."""
    return [f"BUILD.bazel: {module}: {what} lack {name}"
            for name in sorted(ours - theirs)] + \
        [f"BUILD.bazel: {module}: {what} have {name}, which core.mk has not"
         for name in sorted(theirs - ours)]


def bazel():
    """Where BUILD.bazel builds something else than Kbuild."""
    have = bazel_rules()
    if sorted(have) != sorted(MODULES):
        return [f"BUILD.bazel: expected {', '.join(MODULES)}, "
                f"as in Kbuild, got {', '.join(have)}"]
    found = []
    for name, kind in zip(MODULES, ("module", "kunit")):
        module, wanted = have[name], files.objects(kind)
        given = {*module["srcs"], *module.get("hdrs", ())}
        sources = {path for path in given if path.endswith(".c")}
        headers = {str(path) for path in files.c_files() if path.suffix == ".h"
                   and path.parent in {other.parent for other in wanted}}
        found += compare(name, "sources", sources, {*map(str, wanted)})
        found += compare(name, "headers", given - sources, headers)
        if module["out"] != f"{name}.ko" or f"{name}.c" in sources:
            found.append(f"BUILD.bazel: {name}: expected out = \"{name}.ko\" "
                         "and no source of that name")
    if ":buddy-shadow" not in have[MODULES[1]].get("deps", ()):
        found.append("BUILD.bazel: buddy-shadow-kunit: deps lack "
                     ":buddy-shadow, whose symbols it imports")
    return found


def version():
    """The first version of the changelog must be that of version.h."""
    ours = re.findall(r'^#define SHADOW_VERSION\s+"(.*)"$',
                      files.read("report/version.h"), re.MULTILINE)
    theirs = re.findall(r"^## \[(.*?)\]", files.read("CHANGELOG.md"),
                        re.MULTILINE)
    return [] if ours == theirs[:1] else [
        f"version.h has {ours}, CHANGELOG.md begins with {theirs[:1]}"]


def lay_out(checkout):
    """Copy the project's files; return name/version as dkms.conf has them."""
    for path in files.project():
        (checkout / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(files.ROOT / path, checkout / path)
    name = "/".join(dkms_conf(f"PACKAGE_{part}", checkout)
                    for part in ("NAME", "VERSION"))
    if not re.fullmatch("buddy-shadow/.+", name):
        raise ValueError(f"dkms.conf: got {name}, expected name and version")
    return name


def dkms_conf(variable, directory=files.ROOT):
    """What a variable of dkms.conf comes to."""
    return files.output_of(["bash", "-c", f'. "$0"; echo ${variable}',
                            directory / "dkms.conf"]).strip()


def refused():
    """What a kernel lacks, or is -> what make says then."""
    return {
        **{f"{option}=": f"not for this kernel, which lacks {option}"
           for option in dkms_conf("BUILD_EXCLUSIVE_CONFIG").split()},
        **{f"KERNELVERSION={version}": "for Linux 5.10 and later, this kernel "
           f"is {version}" for version in ("4.19.325", "5.9.16")}}


def debian_kernel():
    """The name of Debian's kernel, and the directory to build modules in."""
    files.output_of(["scripts/fetch-kernel", DKMS_KERNEL])
    kernel = boot.cache() / "kernels" / DKMS_KERNEL
    return (kernel / "release").read_text("ascii").strip(), kernel / "build"


def refusals():
    """Kernels that the module is not for: make says so, and leaves nothing."""
    make = ["make", f"KDIR={debian_kernel()[1]}"]
    found = []
    with tempfile.TemporaryDirectory() as name:
        lay_out(Path(name))
        before = sorted(Path(name).rglob("*"))
        for setting, sentence in refused().items():
            status, said = files.run([*make, "modules", setting], name)
            if not status or said.count(f"*** buddy_shadow is {sentence}.") != 1:
                found.append(f"make modules {setting}: expected '{sentence}', "
                             f"got status {status} and: {said}")
        found += files.complaints([*make, "-C", name, "clean", "CONFIG_OF="])
        found += [f"{path} is left" for path in Path(name).rglob("*")
                  if path not in before]
    return found


def dkms_in(directory):
    """A function that calls dkms with trees of its own, as on a machine."""
    trees = []
    for tree in ("dkmstree", "sourcetree", "installtree"):
        (directory / tree).mkdir()
        trees += [f"--{tree}", directory / tree]
    uname = directory / "uname"
    uname.write_text('#!/bin/sh\n[ "$*" != -m ] || exec echo "$MACHINE"\n'
                     'exec /usr/bin/uname "$@"\n', "utf-8")
    uname.chmod(0o755)
    # An arm64 build on any machine, and no key made to sign it with.
    return lambda *command, machine="aarch64": files.run(
        ["env", f"PATH={directory}:{os.environ['PATH']}", f"MACHINE={machine}",
         "CROSS_COMPILE=aarch64-linux-gnu-", "sign_file=/nonexistent",
         "dkms", *command, *trees])


def build_by(dkms, directory, name, *before):
    """Call it so, then let it build what has that name in its source tree."""
    release, headers = debian_kernel()
    for command in (*before, ["add", name],
                    ["build", name, "-k", release, "-a", "aarch64",
                     "--kernelsourcedir", headers]):
        status, said = dkms(*command)
        if status:
            logs = [log.read_text(errors="replace") for log in
                    (directory / "dkmstree").rglob("make.log")]
            raise ValueError("\n".join([said, *logs])[-2000:])


def dkms_build(directory):
    """Add from a clone, remove, add from the source tree, build, remove."""
    name = lay_out(directory / "checkout")
    dkms = dkms_in(directory)
    build_by(dkms, directory, name, ["add", directory / "checkout"],
             ["remove", name, "--all"])
    _, magic = files.run(["/sbin/modinfo", "-F", "vermagic", *(
        directory / "dkmstree").rglob("module/buddy-shadow.ko")])
    dkms("remove", name, "--all")
    return magic


def dkms_skips():
    """Where dkms does not try: other machines, older kernels."""
    tried, found = "Your kernel headers", []
    with tempfile.TemporaryDirectory() as name:
        lay_out(Path(name, "checkout"))
        dkms = dkms_in(Path(name))
        dkms("add", Path(name, "checkout"))
        for machine, release, words in (
                ("x86_64", "6.1.0-1-amd64", ""),
                ("aarch64", "5.9.0-1-arm64", ""),
                ("aarch64", "5.10.0-1-arm64", tried),
                ("aarch64", "7.3.4+deb13-arm64", tried)):
            status, said = dkms("autoinstall", "-k", release, machine=machine)
            if (bool(status), bool(said)) != (bool(words), bool(words)) or \
                    words not in said:
                found.append(f"{release} on {machine}: expected {words!r}, got "
                             f"status {status} and: {said}")
    return found


def dkms():
    """Build by dkms for Debian's kernel and look at what came out."""
    release, _ = debian_kernel()
    with tempfile.TemporaryDirectory() as name:
        magic = dkms_build(Path(name))
        left = [*Path(name, "dkmstree").glob("buddy-shadow/*")]
    found = [f"dkms remove left {path.name}" for path in left]
    if magic.split()[:1] != [release] or "aarch64" not in magic:
        found.append(f"the module is for {magic.strip()!r}, expected {release} "
                     "and aarch64")
    return found
