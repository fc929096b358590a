# SPDX-License-Identifier: GPL-2.0-only
"""The Debian packages: what is in them, and that it works from there."""

import gzip
import os
import tempfile
from pathlib import Path

from tests.check import files, packaging

TOOLS, MODULE = PACKAGES = ("buddy-shadow-tools", "buddy-shadow-dkms")
MAKE = ("make", "-s", "deb")
# What the maintainer scripts of a package for DKMS have to do.
SCRIPTS = {"postinst": "/usr/lib/dkms/common.postinst", "prerm": "dkms remove"}


def unpacked(directory):
    """Build and unpack the packages; return each one's fields and scripts."""
    files.output_of([*MAKE, f"OUT={directory}"])
    controls = {}
    for package in PACKAGES:
        archive, = directory.glob(f"{package}_*.deb")
        files.output_of(["dpkg-deb", "-x", archive, directory / package])
        control = directory / f"{package}.control"
        files.output_of(["dpkg-deb", "-e", archive, control])
        controls[package] = {path.name: path.read_text("utf-8")
                             for path in control.iterdir()}
    found = sorted(path.name for path in directory.glob("*.deb"))
    if len(found) != len(PACKAGES):
        raise ValueError(f"expected two packages, got {', '.join(found)}")
    return controls


def below(directory):
    """All files in there."""
    return {str(path.relative_to(directory)) for path in directory.rglob("*")
            if not path.is_dir()}


def expect(name, wanted, found):
    """Complaints about files that are missing in a package."""
    return [f"{name} lacks {path}" for path in sorted(wanted - found)]


def tools(directory, control):
    """The programs are there and run, with a page for each."""
    have = below(directory)
    programs = {path for path in have if path.startswith("usr/bin/")}
    pages = {f"usr/share/man/man1/{Path(path).name}.1.gz" for path in programs}
    found = expect(TOOLS, {"usr/bin/shadow-layout", *pages}, have)
    found += [f"{TOOLS} has {path}" for path in have if "/src/" in path]
    if "libfdt1" not in control["control"]:
        found.append(f"{TOOLS} does not depend on libfdt1")
    ours = {str(path): f"usr/bin/{path.name}" for path in files.project()
            if str(path.parent) == "tools"
            and os.access(files.ROOT / path, os.X_OK)}
    found += expect(TOOLS, {*ours.values()}, have)
    if found:
        return found
    page = gzip.open(directory / "usr/share/man/man1/shadow-layout.1.gz").read()
    if page.decode("utf-8") != files.read("tools/shadow-layout.1"):
        found.append(f"{TOOLS} has another shadow-layout.1")
    version = packaging.dkms_conf("PACKAGE_VERSION")
    for program in sorted(programs):
        status, said = files.run([directory / program, "--help"])
        if status:
            found.append(f"/{program} --help: status {status}, got {said}")
    said = files.output_of([directory / "usr/bin/shadow-layout", "--version"])
    return found if version in said else [
        *found, f"shadow-layout of version {version} says {said}"]


def sources(directory, control):
    """What Kbuild reads, where dkms looks for it, and its scripts."""
    name = "-".join(packaging.dkms_conf(f"PACKAGE_{part}")
                    for part in ("NAME", "VERSION"))
    wanted = {str(path) for kind in ("module", "kunit")
              for path in files.objects(kind)}
    wanted |= {"Kbuild", "Makefile", "core.mk", "dkms.conf", "report/version.h"}
    found = expect(MODULE, {"usr/share/man/man4/buddy_shadow.4.gz", *(
        f"usr/src/{name}/{path}" for path in wanted)}, below(directory))
    found += [f"{MODULE} has {path}" for path in sorted(below(directory))
              if path.endswith((".o", ".ko", ".py", ".dts"))]
    found += [f"{MODULE}: {script} does not call {words}"
              for script, words in SCRIPTS.items()
              if words not in control.get(script, "")]
    return found


def built(directory):
    """dkms builds the module from the package's sources alone."""
    version = packaging.dkms_conf("PACKAGE_VERSION")
    work = directory / "dkms"
    work.mkdir()
    dkms = packaging.dkms_in(work)
    packed = directory / MODULE / "usr/src" / f"buddy-shadow-{version}"
    if f'PACKAGE_VERSION="{version}"' not in (
            packed / "dkms.conf").read_text("utf-8").splitlines():
        return [f"{MODULE}: dkms.conf does not say PACKAGE_VERSION=\"{version}\""]
    packed.rename(work / "sourcetree" / packed.name)
    packaging.build_by(dkms, work, f"buddy-shadow/{version}")
    if not [*work.rglob("module/buddy-shadow.ko")]:
        return [f"{MODULE}: dkms built no buddy-shadow.ko"]
    return []


def packages():
    """`make deb`: lintian has its say in there."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "file").touch()
        status, _ = files.run(["scripts/deb", directory / "file"])
        if not status:
            return ["scripts/deb writes packages to a file"]
        controls = unpacked(directory)
        return tools(directory / TOOLS, controls[TOOLS]) + \
            sources(directory / MODULE, controls[MODULE]) + built(directory)
