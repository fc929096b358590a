#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Run the KUnit suites, built in and as loadable modules; print TAP.

scripts/kunit builds the kernels and calls this. All boots run side by side: each
keeps one CPU busy. SEED in the environment sets the seed of the built-in run; a
module's parameters are read only after its suites have run.
"""

import argparse
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import kunit_modules
import kunit_results
from kunit_tap import Tap

# A hung kernel is ended after this many seconds; a run takes less than 100.
TIMEOUT = 900


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path, help="the kernel's source")
    parser.add_argument("build", type=Path, help="its build folder")
    parser.add_argument("kunitconfig", type=Path)
    parser.add_argument("--modules", action="store_true",
                        help="run the loadable modules too")
    parser.add_argument("--filter", help="a suite or suite.case, with *")
    return parser.parse_args()


def kunit_py(options):
    """Run kunit.py; it leaves what kunit_results reads. Return its status."""
    build = options.build
    for old in "results.json", "test.log":
        (build / old).unlink(missing_ok=True)
    command = [sys.executable, options.source / "tools/testing/kunit/kunit.py",
               "exec", "--arch", "arm64",
               "--cross_compile", "aarch64-linux-gnu-",
               "--kunitconfig", options.kunitconfig, "--build_dir", build,
               "--qemu_args", "-smp 2", "--timeout", str(TIMEOUT),
               f"--json={build / 'results.json'}"]
    if seed := os.environ.get("SEED"):
        command += ["--kernel_args", f"buddy_shadow_kunit.seed={seed}"]
    if options.filter:
        command.append(options.filter)
    with open(build / "kunit.log", "wb") as log:
        return subprocess.run(command, cwd=options.source, check=False,
                              stdin=subprocess.DEVNULL, stdout=log,
                              stderr=subprocess.STDOUT).returncode


def main():
    options = arguments()
    tap = Tap()
    with ThreadPoolExecutor() as pool:
        status = pool.submit(kunit_py, options)
        boots = options.modules and kunit_modules.start(pool)
        verdicts = kunit_results.report(tap, options.build, status.result())
        if boots:
            kunit_modules.report(tap, options.source, boots, verdicts)
    return tap.close()


if __name__ == "__main__":
    sys.exit(main())
