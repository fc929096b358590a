# SPDX-License-Identifier: GPL-2.0-only
"""The script of packaging/lava in a guest, alone and as LAVA's dispatcher runs it."""

import contextlib
import functools
import gzip
import http.server
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import threading
from pathlib import Path

import boot
import initramfs
import pytest

from . import suites

LAVA = boot.SCRIPTS.parent / "packaging/lava"
HERE = Path(__file__).parent
JOB = """
printf '#!/bin/sh\\necho "$1 $3" >>/results/told\\n' >/bin/lava-test-case
chmod +x /bin/lava-test-case
sh /run.sh / seed=1
"""
DISPATCHER = ("cpio", "lava-dispatcher", "qemu-system-arm")
ADDRESS = "http://files.example/buddy-shadow/"
RESULT = re.compile(r'"lvl": "results", "msg": {"case": "([^"]+)", "definition": '
                    r'"(\w+)".*"result": "(\w+)"')


@functools.cache
def told():
    """{name: result}, of a boot with both modules."""
    machine = boot.Machine(boot.KUNIT_MODULES_KERNEL, cpus=2)
    result = boot.boot("lava", machine, JOB, {"run.sh": LAVA / "run.sh"})
    assert not result.complaints()
    assert result.status == 0
    return dict(line.rsplit(" ", 1)
                for line in result.text("told").splitlines())


def all_is_told(found):
    """All suites, the module's own exercise, both modules in and out."""
    assert {*found.values()} <= {"pass", "skip"}, found
    cases = {f"{suite}.{number}-{case.removeprefix(suite + '.')}"
             for suite, names in suites().items()
             for number, case in enumerate(names, 1)}
    assert not cases - {*found}
    steps = {"insmod", "verdict", "exercise", "insmod-suites", "rmmod-suites",
             "rmmod", "kernel-log"}
    ours = {name for name in found if name.startswith("exercise.")}
    assert {*found} == cases | steps | ours
    assert "exercise.8-H3" in ours and len(ours) > 50


@pytest.mark.long
@pytest.mark.seconds(80)
def test_each_case_is_a_result():
    """The script alone, with something in lava-test-case's place."""
    all_is_told(told())


def artefacts(directory):
    """What the documents say that a lab has to put somewhere."""
    built = boot.build(boot.KUNIT_MODULES_KERNEL)
    shutil.copy(built["Image"], directory / "Image")
    initramfs.write(directory / "root.cpio", {
        "init": LAVA / "init", "bin/busybox": built["bin/busybox"]})
    root = (directory / "root.cpio").read_bytes()
    (directory / "root.cpio.gz").write_bytes(gzip.compress(root))
    with tarfile.open(directory / "modules.tar.gz", "w:gz") as archive:
        archive.add(LAVA / "run.sh", "run.sh")
        for name in boot.OUR_MODULES:
            archive.add(built[f"{name}.ko"], f"{name}.ko")


@contextlib.contextmanager
def served(directory):
    """An address below which the files of a directory are, for this machine alone."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler,
                                directory=directory)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def output_of(*command):
    """The last line that a program of ours or Debian's prints."""
    done = subprocess.run(command, cwd=boot.SCRIPTS.parent, stdout=subprocess.PIPE,
                          check=True, text=True)
    return done.stdout.splitlines()[-1]


def system():
    """A Debian system that has LAVA's dispatcher, apart from this one."""
    return output_of("scripts/debian-root", "lava",
                     output_of("dpkg", "--print-architecture"), *DISPATCHER)


@pytest.mark.long
@pytest.mark.seconds(240)
@pytest.mark.skipif(os.getuid() != 0, reason="only root can make another system")
def test_lavas_dispatcher_runs_the_job():
    """From the download to the last result, as in a lab."""
    with tempfile.TemporaryDirectory() as name:
        given = Path(name)
        given.chmod(0o755)
        artefacts(given)
        shutil.copy(HERE / "lava.sh", given)
        with served(given) as address:
            job = (LAVA / "qemu-arm64.yaml").read_text("utf-8")
            assert job.count(ADDRESS) == 3
            (given / "job.yaml").write_text(job.replace(ADDRESS, address), "utf-8")
            run = subprocess.run([boot.SCRIPTS / "in-root", system(), given,
                                  "/given/lava.sh"], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                 text=True, errors="replace", check=False)
    results = RESULT.findall(run.stdout)
    lavas = {case: result for case, definition, result in results
             if definition == "lava"}
    assert run.returncode == 0 and lavas.get("job") == "pass", run.stdout[-3000:]
    assert {*lavas.values()} == {"pass"}, lavas
    ours = [(case, result) for case, definition, result in results
            if definition == "0_buddy_shadow"]
    assert len({case for case, _ in ours}) == len(ours)
    all_is_told(dict(ours))
