# SPDX-License-Identifier: GPL-2.0-only
"""Other ways of building and testing must keep up with Kbuild."""

import ast
import os
import re
import shutil
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from checks import files

MODULES = ("buddy-shadow", "buddy-shadow-kunit")
DKMS_KERNEL = "6.1"
TRADEFED = "packaging/AndroidTest.xml"
TEST_CLASS = "com.android.tradefed.testtype.binary.KUnitModuleTest"


def kbuild():
    """The C files of each module, as Kbuild has them."""
    text = files.read("Kbuild").replace("\\\n", " ")
    found = {}
    for module, value in re.findall(r"^(\S+)-y := (.*)$", text, re.MULTILINE):
        folder = "kunit/" if "$(addprefix kunit/," in value else ""
        found[module] = {f"{folder}{name}.c"
                         for name in re.findall(r"(\w+)\.o\b", value)}
    return found


def expand(patterns, exclude=()):
    """Bazel's glob(), over the files of the project."""
    return {str(path) for path in files.project()
            if any(path.match(pattern) and path.parent == Path(pattern).parent
                   for pattern in patterns)
            and not any(path.match(pattern) for pattern in exclude)}


def value(node, names):
    """What an expression of BUILD.bazel stands for."""
    if isinstance(node, ast.Name):
        return names[node.id]
    if isinstance(node, ast.BinOp):
        return [*value(node.left, names), *value(node.right, names)]
    if isinstance(node, ast.Call) and node.func.id == "glob":
        return expand(*(value(arg, names) for arg in node.args),
                      **arguments(node, names))
    return ast.literal_eval(node)


def arguments(call, names):
    """The named arguments of a call."""
    return {word.arg: value(word.value, names) for word in call.keywords}


def ddk_modules():
    """What BUILD.bazel says of each module; its syntax is Python's here."""
    names, found = {}, {}
    try:
        for node in ast.parse(files.read("BUILD.bazel")).body:
            if isinstance(node, ast.Assign):
                names[node.targets[0].id] = value(node.value, names)
            elif node.value.func.id == "ddk_module":
                module = arguments(node.value, names)
                found[module["name"]] = module
    except SyntaxError as error:
        raise ValueError(f"BUILD.bazel:{error.lineno}: {error.msg}") from error
    except (AttributeError, KeyError) as error:
        raise ValueError(f"BUILD.bazel:{node.lineno}: expected names, lists, "
                         "glob() and ddk_module(name = ...)") from error
    return found


def compare(module, what, theirs, ours):
    """What BUILD.bazel has too much and too little."""
    return [f"BUILD.bazel: {module}: {what} lack {name}"
            for name in sorted(ours - theirs)] + \
        [f"BUILD.bazel: {module}: {what} have {name}, which Kbuild has not"
         for name in sorted(theirs - ours)]


def bazel():
    """Where BUILD.bazel builds something else than Kbuild."""
    wanted, have = kbuild(), ddk_modules()
    found = [f"BUILD.bazel: expected {', '.join(MODULES)}, "
             f"as in Kbuild, got {', '.join(have)}"
             for _ in [0] if not sorted(wanted) == sorted(have)
             == sorted(MODULES)]
    for name in sorted(set(wanted) & set(have)):
        module = have[name]
        given = {*module["srcs"], *module.get("hdrs", ())}
        sources = {path for path in given if path.endswith(".c")}
        folders = {Path(path).parent for path in wanted[name]}
        headers = {str(path) for path in files.c_files()
                   if path.suffix == ".h" and path.parent in folders}
        found += compare(name, "sources", sources, wanted[name])
        found += compare(name, "headers", given - sources, headers)
        if module["out"] != f"{name}.ko" or f"{name}.c" in sources:
            found.append(f"BUILD.bazel: {name}: expected out = \"{name}.ko\" "
                         "and no source of that name")
    if ":buddy-shadow" not in have.get("buddy-shadow-kunit", {}).get("deps", ()):
        found.append("BUILD.bazel: buddy-shadow-kunit: deps lack "
                     ":buddy-shadow, whose symbols it imports")
    return found


def options(element, name):
    """Key and value of the options of that name."""
    return [(option.get("key"), option.get("value"))
            for option in element.iter("option") if option.get("name") == name]


def tradefed():
    """Where Tradefed would look for other files than it pushed."""
    try:
        root = ElementTree.fromstring(files.read(TRADEFED).encode())
    except ElementTree.ParseError as error:
        return [f"{TRADEFED}: {error}"]
    pushed = options(root, "push-file")
    found = [f"{TRADEFED}: {key} is pushed as {path}"
             for key, path in pushed if Path(path).name != key]
    built = [f"{name}.ko" for name in MODULES]
    names = [key for key, _ in pushed if key != "kunit.ko"]
    if names != built:
        found.append(f"{TRADEFED}: expected push-file of {', '.join(built)}, "
                     f"got {', '.join(names)}")
    loaded = [path for _, path in options(root, "module-path")]
    tests = [test for test in root.iter("test")
             if test.get("class") == TEST_CLASS]
    loaded += [path for test in tests
               for _, path in options(test, "test-command-line")]
    if not tests or loaded != [path for _, path in pushed]:
        found.append(f"{TRADEFED}: expected the pushed files to be loaded in "
                     f"their order, the last one by {TEST_CLASS}")
    return found


def dkms_value(name):
    """A plain setting of dkms.conf."""
    match = re.search(rf'^{name}="([^"$]*)"$', files.read("dkms.conf"),
                      re.MULTILINE)
    if not match:
        raise ValueError(f"dkms.conf: expected a line {name}=\"...\"")
    return match.group(1)


def dkms_build(folder, headers, release):
    """Add and build with dkms, all its folders in this one."""
    name = f"{dkms_value('PACKAGE_NAME')}/{dkms_value('PACKAGE_VERSION')}"
    for path in files.project():
        copy = folder / "checkout" / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(files.ROOT / path, copy)
    trees = []
    for tree in ("dkmstree", "sourcetree", "installtree"):
        (folder / tree).mkdir()
        trees += [f"--{tree}", folder / tree]
    # An arm64 build on any machine, and no key made to sign it with.
    dkms = ["env", "-u", "MAKEFLAGS", "-u", "MFLAGS", "-u", "MAKELEVEL",
            "CROSS_COMPILE=aarch64-linux-gnu-", "sign_file=/nonexistent",
            "dkms"]
    status, said = files.run([*dkms, "add", *trees, folder / "checkout"])
    if not status:
        status, said = files.run(
            [*dkms, "build", *trees, name, "-k", release, "-a", "aarch64",
             "--kernelsourcedir", headers])
    logs = [log.read_text(errors="replace")
            for log in (folder / "dkmstree").rglob("make.log")]
    return status, "\n".join([said, *logs]).splitlines()


def dkms():
    """Build by dkms for Debian's kernel and look at what came out."""
    cache = Path(os.environ["BUDDY_SHADOW_CACHE"]) / "kernels" / DKMS_KERNEL
    status, output = files.run(["scripts/fetch-kernel", DKMS_KERNEL])
    if status:
        return output.splitlines()[-20:]
    release = (cache / "release").read_text().strip()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        status, said = dkms_build(folder, cache / "build", release)
        modules = list((folder / "dkmstree").rglob("module/buddy-shadow.ko"))
        if status or not modules:
            return said[-20:] or [f"dkms ended with {status}"]
        _, magic = files.run(["/sbin/modinfo", "-F", "vermagic", modules[0]])
    if magic.split()[:1] != [release] or "aarch64" not in magic:
        return [f"the module is for {magic.strip()!r}, expected {release} "
                "and aarch64"]
    return []


def checks(cross):
    """The lines of this file for the list of checks, made with cross tools."""
    return [
        ("BUILD.bazel builds what Kbuild builds", {}, bazel),
        ("Tradefed's configuration pushes and loads both modules", {},
         tradefed),
        ("dkms builds the module for Debian's kernel",
         {**cross, "dkms": "dkms", "/sbin/modinfo": "kmod"}, dkms),
    ]
