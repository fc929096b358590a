# SPDX-License-Identifier: GPL-2.0-only
"""The KUnit suites as a phone runs them: a loadable module in a running kernel.

Two boots of the kernel of scripts/kunit-kernel --modules: one loads both modules
twice, one does so with KUnit disabled.

KUnit of 6.1 gives its account of a suite in two places. The kernel's log has all
of it. The file `results` in debugfs has at most 511 bytes a case, and of a case
with parameters only the last one's, which kunit.py takes for another case. So the
log is read with all parameters and the file without them, both by kunit.py, and
both must have every case of the built-in run.
"""

import json
import re
import subprocess
import sys

import boot
from boot_cases import shadow
from boot_cases.shadow import Load
from kunit_tap import cases

PARAMETER = re.compile(r" {8}(not )?ok \d")
VERDICT = re.compile(r"^((?:not )?ok) \d+ ")
SEED = re.compile(r"buddy_shadow_kunit\.seed=(\d+)")
SHOWN = 10  # lines of details below a result
LOADS = ("first", "second")
TWICE = "forget_leaks\nload_tests first\nload_tests second\nfind_leaks\n"
DISABLED = "load_tests disabled\n"


def _boot(name, commands, bootargs=""):
    job = (boot.SCRIPTS / "guest/kunit-modules").read_text(encoding="utf-8")
    return boot.boot(name, boot.Machine(boot.KUNIT_MODULES_KERNEL, cpus=2),
                     job + commands, bootargs=f"log_buf_len=4M {bootargs}")


def start(pool):
    """Let the threads of `pool` boot; return what report() wants."""
    return (pool.submit(_boot, "kunit-twice", TWICE),
            pool.submit(_boot, "kunit-disabled", DISABLED, "kunit.enable=0"))


class Reader:
    """What kunit.py reads in what a boot left."""

    def __init__(self, source, result):
        self.kunit_py = source / "tools/testing/kunit/kunit.py"
        self.result = result

    def parse(self, name, lines):
        """{case: status} that kunit.py finds in these lines of KTAP."""
        ktap, found, said = (self.result.folder / f"{name}.{ending}"
                             for ending in ("ktap", "json", "kunit.py"))
        ktap.write_text("\n".join(lines) + "\n", encoding="utf-8")
        run = subprocess.run(
            [sys.executable, self.kunit_py, "parse", f"--json={found}", ktap],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, check=False)
        said.write_text(run.stdout, encoding="utf-8")
        try:
            return dict(cases(json.loads(found.read_text(encoding="utf-8"))))
        except (OSError, ValueError):
            return {}

    def in_log(self, load, count):
        """The cases in the kernel's log of one load."""
        log = self.result.text(f"{load}/kunit-log").splitlines()
        return self.parse(f"{load}-log",
                          ["KTAP version 1", f"1..{count}", *log])

    def in_files(self, load, suites):
        """The cases in the files `results` of one load, all joined."""
        lines = ["KTAP version 1", f"1..{len(suites)}"]
        for number, suite in enumerate(suites, 1):
            file = self.result.text(f"{load}/kunit/{suite}").splitlines()
            lines += [VERDICT.sub(rf"\1 {number} ", line) for line in file[2:]
                      if not PARAMETER.match(line)]
        return self.parse(f"{load}-files", lines)


def differences(where, seen, wanted):
    """What is missing, too much or failed in {case: status}."""
    yield from (f"{where}: no {case}" for case in wanted if case not in seen)
    for case, status in seen.items():
        if case not in wanted:
            yield f"{where}: {case} is not in the built-in run"
        elif status not in ("PASS", "SKIP"):
            yield f"{where}: {case} {status}"


def of_suite(found, suite):
    return {case: status for case, status in found.items()
            if case.startswith(f"{suite}.")}


def suites_of(tap, reader, load, builtin):
    """A line a suite: all its cases are there and pass, in log and file."""
    suites = list(dict.fromkeys(case.split(".")[0] for case in builtin))
    log = reader.in_log(load, len(suites))
    files = reader.in_files(load, suites)
    for suite in suites:
        wanted = of_suite(builtin, suite)
        whole = dict.fromkeys(case.split(": ")[0] for case in wanted)
        wrong = [*differences("kernel log", of_suite(log, suite), wanted),
                 *differences("results", of_suite(files, suite), whole)]
        if wrong:
            wrong = [*wrong[:SHOWN], "what kunit.py says of it: "
                     f"{reader.result.folder}/{load}-log.kunit.py"]
        tap.result(not wrong, f"{load} load of the modules: all {len(wanted)} "
                   f"cases of {suite} pass", wrong)
    seeds = SEED.findall(reader.result.text(f"{load}/kunit-log"))
    for seed in dict.fromkeys(seeds):
        print(f"# SEED={seed} make kunit repeats its random tests, built in")


def comes_and_goes(result, load):
    """Both modules could be loaded, and unloaded without a trace."""
    shadow.sound(Load(result, load))
    for file in ("kunit-insmod", "kunit-rmmod", "kunit-left", "rmmod"):
        shadow.equal(f"{load}/{file}", result.text(f"{load}/{file}"), "")


def without_kunit(result):
    comes_and_goes(result, "disabled")
    shadow.exercise(Load(result, "disabled"), "passed")
    log = result.text("disabled/kunit-log")
    shadow.true(f"log of the test module: '{log}', expected 'kunit: disabled'",
                "kunit: disabled" in log and "Subtest" not in log)


def leaks(result):
    shadow.true("kmemleak did not look", "leaks" in result.files)
    found = result.text("leaks").splitlines()
    shadow.true("\n".join(["kmemleak found:", *found[:SHOWN]]), not found)


def quiet(result):
    shadow.equal("complaints", result.complaints()[:SHOWN], [])
    shadow.equal("panic", result.panic, None)
    shadow.equal("exit status of the guest's script", result.status, 0)


def check(tap, sentence, holds, result, *arguments):
    try:
        holds(result, *arguments)
        tap.result(True, sentence)
    except (shadow.Wrong, ValueError, LookupError) as wrong:
        tap.result(False, sentence, [*str(wrong).splitlines(),
                                     f"all of that boot: {result.folder}"])


def report(tap, source, boots, builtin):
    """Print a line for each thing that must hold of the two boots.

    `builtin` is {case: status} of the built-in run.
    """
    try:
        twice, disabled = (future.result() for future in boots)
    except (boot.BootError, OSError) as error:
        tap.result(False, "the kernel with loadable modules boots", [error])
        return
    for load in LOADS:
        check(tap, f"{load} load of the modules: insmod and rmmod of both work",
              comes_and_goes, twice, load)
        suites_of(tap, Reader(source, twice), load, builtin)
    check(tap, "the modules and their tests leak no memory", leaks, twice)
    check(tap, "with KUnit disabled no suite runs, and selftest passes",
          without_kunit, disabled)
    for result in twice, disabled:
        check(tap, f"boot {result.folder.name} ends without a complaint of the "
              "kernel", quiet, result)
