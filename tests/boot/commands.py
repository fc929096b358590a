# SPDX-License-Identifier: GPL-2.0-only
"""What a user can tell the module: parameters, and writes to run (X2, X4)."""

import re

import boot
from boot import Machine
from . import shadow
from .case import Case, Check
from .shadow import Load

# Parameters that insmod has to refuse -> what the log has to name.
BAD_PARAMETERS = {
    "on_panic=banana": "on_panic",
    "on_panic=": "on_panic",
    "size=banana": "size",
    "size=-1": "size",
    "size=1Q": "size",
    "size=16777216T": "size",
    "size=18446744073709551616": "size",
    "machine=/no/such/node": "/no/such/node",
    "machine=banana": "banana",
    "region=/no/such/node": "/no/such/node",
    "region=/buddy-shadow-empty": "memory-region",
    "seed=banana": "seed",
    "seed=18446744073709551616": "seed",
    "exercise=perhaps": "exercise",
}

BAD_COMMANDS = (
    "", " ", "banana", "selftest now", "torture seed", "torture seed=",
    "torture seed=x ops=1", "torture seed=1 ops=-1", "torture seed=1 ops=1 x",
    "torture seed=18446744073709551616 ops=1", "smp ops=banana",
    "selftestselftest", "torture\tseed=1;ops=1", "TORTURE seed=1 ops=1",
    "x" * 5000,
)

# The table of files.
DOCUMENT = boot.SCRIPTS.parent / "Documentation/debugfs.rst"
DOCUMENTED = re.compile(
    r"^``([a-z]+)`` +(?:one line|text|``name|as (?:debug|``)|a command|KTAP)", re.M)

SEEDS = (1, 2, 3, 0xdeadbeef, 18446744073709551615)
OPS = 20000


def quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"


PARAMETERS_JOB = "".join(
    f"load parameter-{number} {quoted(parameter)}\n"
    for number, parameter in enumerate(BAD_PARAMETERS)) + """
load seeded seed=77
unload seeded
load lazy exercise=0
unload lazy
"""

COMMANDS_JOB = """
load main
(cd $debugfs && stat -c '%a %n' *) >/results/modes
command selftest selftest
""" + "".join(
    f"command torture-{seed} 'torture seed={seed} ops={OPS}'\n"
    for seed in SEEDS) + "".join(
    f"command bad-{number} {quoted(text)}\n"
    for number, text in enumerate(BAD_COMMANDS)) + """
command after-bad selftest
unload main
"""

SMP_JOB = """
load main
for seed in 1 2 3; do
	command smp-$seed "smp seed=$seed ops=20000"
done
unload main
"""


def bad_parameter(number, parameter, word):
    def holds(result):
        load = Load(result, f"parameter-{number}")
        shadow.refused(load, "Invalid argument")
        lines = [line for line in load.text("log").splitlines()
                 if "buddy_shadow" in line and word in line]
        shadow.true(f"the log does not name '{word}':\n{load.text('log')}",
                    lines)
    return Check(f"{parameter} is refused and named", holds)


def bad_command(number, text):
    shown = text if len(text) < 40 else f"{text[:8]}... of {len(text)} bytes"

    def holds(result):
        load = Load(result, f"bad-{number}")
        shadow.true(f"write: '{load.text('write').strip()}'",
                    "Invalid argument" in load.text("write"))
        shadow.true(f"the log does not say what was expected:\n"
                    f"{load.text('log')}", "expected" in load.text("log"))
    return Check(f"run refuses '{shown}' and says what it expects", holds)


def passed(name, *words):
    """The command was accepted and its result passes and holds the words."""
    def holds(result):
        load = Load(result, name)
        shadow.equal("what the write said", load.text("write"), "")
        ktap = load.text("result")
        shadow.true(f"result is not KTAP that passes:\n{ktap}",
                    shadow.passes(ktap))
        for word in words:
            shadow.true(f"result does not hold '{word}':\n{ktap}",
                        word in ktap)
    return holds


def modes(result):
    for line in result.text("modes").splitlines():
        mode, name = line.split()
        shadow.equal(f"mode of {name}", mode,
                     "600" if name == "run" else "400")
    shadow.equal("files in debugfs",
                 {line.split()[1] for line in
                  result.text("modes").splitlines()},
                 set(DOCUMENTED.findall(DOCUMENT.read_text("utf-8"))))


def seeded(result):
    load = Load(result, "seeded")
    shadow.valid(load)
    shadow.exercise(load, "passed")
    shadow.figures(load, seed=77)


def lazy(result):
    load = Load(result, "lazy")
    shadow.valid(load)
    shadow.exercise(load, "none")


CASES = [
    Case("parameters", Machine(tree="fixed-pool"), PARAMETERS_JOB, [
        *(bad_parameter(number, parameter, word) for number, (parameter, word)
          in enumerate(BAD_PARAMETERS.items())),
        Check("seed= is used", seeded),
        Check("exercise=0 exercises nothing", lazy),
    ]),
    Case("commands", Machine(), COMMANDS_JOB, [
        Check("files are for root alone, run can be written", modes),
        Check("selftest passes", passed("selftest")),
        *(Check(f"torture with seed {seed} passes",
                passed(f"torture-{seed}", str(seed))) for seed in SEEDS),
        *(bad_command(number, text)
          for number, text in enumerate(BAD_COMMANDS)),
        Check("selftest passes after bad commands", passed("after-bad")),
    ]),
    Case("smp", Machine(cpus=2), SMP_JOB, [
        Check(f"smp with seed {seed} passes on 2 CPUs",
              passed(f"smp-{seed}", str(seed), "context on 2 CPUs at once"))
        for seed in (1, 2, 3)
    ]),
]
