# SPDX-License-Identifier: GPL-2.0-only
"""What a user can tell the module: parameters, and writes to run (X2, X4)."""

import re
from shlex import quote

import boot
from boot import Machine
from .case import Case, check
from .shadow import exercised, figures, passes, refused, stopped, valid

# Parameters that insmod has to refuse -> what the log has to name.
BAD_PARAMETERS = {
    "on_panic=banana": "on_panic",
    "on_panic=": "on_panic",
    "size=banana": "size",
    "size=-1": "size",
    "size=0": "size=0: expected bytes",
    "size=0T": "size=0T: expected bytes",
    "size=1Q": "size",
    "size=16777216T": "size",
    "size=18446744073709551616": "size",
    "image=": "image=: expected none or BASE,SIZE",
    "image=banana": "image",
    "image=0x41000000,0": "image",
    "image=0x41000000": "image",
    "image=0xfffffffffffff000,4097": "image",
    "image=0xfffffffffffff000,4K": "image=0xfffffffffffff000,4096: expected",
    "image=0x3ffff000,8K": "image=0x3ffff000,8192: expected a place in whole",
    "initrd=banana": "initrd",
    "initrd=0x3ffff000,8K": "initrd=0x3ffff000,8192: expected a place in whole",
    "blob=0x41000000,0": "blob",
    "blob=0x3ffff000,8K": "blob=0x3ffff000,8192: expected a place in whole",
    "memreserve=": "memreserve=: expected none or BASE,SIZE",
    "memreserve=0x41000000,4K,": "memreserve",
    "memreserve=" + ",".join(65 * ["0,1"]): "memreserve",
    "machine=/no/such/node": "machine=/no/such/node: expected the full path of a "
    "node in the device tree, found no such node; nodes whose children have memory: "
    "/",
    "machine=banana": "banana",
    "region=/no/such/node": "/no/such/node",
    "region=/buddy-shadow-empty": "memory-region",
    "seed=banana": "seed",
    "time=1s": "time",
    "time=1000001": "time",
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
    r"^``([a-z]+)`` +(?:one line|text|``name|as (?:debug|``)|a command|KTAP"
    r"|a picture|a line a step)", re.M)

SEEDS = (1, 2, 3, 0xdeadbeef, 18446744073709551615)
SMP_SEEDS = (1, 2, 3)
OPS = 20000

PARAMETERS_JOB = "".join(
    f"load parameter-{number} {quote(parameter)}\n"
    for number, parameter in enumerate(BAD_PARAMETERS)) + """
load seeded seed=77 time=600
unload seeded
load lazy exercise=0
unload lazy
load imaged "$(running_image)"
unload imaged
load imageless image=none
unload imageless
load given initrd=0x41000000,1M blob=0x42000000,64K memreserve=0x43000000,4K,0,1
for name in image initrd blob memreserve; do
	cat /sys/module/buddy_shadow/parameters/$name >/results/given/$name
done
unload given
"""

COMMANDS_JOB = """
load main
(cd $debugfs && stat -c '%a %n' *) >/results/main/modes
command selftest selftest
""" + "".join(
    f"command torture-{seed} 'torture seed={seed} ops={OPS} time=600'\n"
    for seed in SEEDS) + "".join(
    f"command bad-{number} {quote(text)}\n"
    for number, text in enumerate(BAD_COMMANDS)) + """
cat $debugfs/frag >/results/main/frag-torture
command whole 'whole-machine seed=9 ops=50000'
cat $debugfs/frag >/results/main/frag-whole
command after-bad selftest
cat $debugfs/frag >/results/main/frag-after
mkdir /results/shared
exec 3>$debugfs/run
echo "torture ops=1000000000 time=60" >&3 2>/results/shared/write &
until grep -q '^running: ' $debugfs/result; do
	usleep 10000
done
echo stop >&3
exec 3>&-
wait
cat $debugfs/result >/results/shared/result
unload main
"""

SMP_JOB = "load main\n" + "".join(
    f"command smp-{seed} 'smp seed={seed} ops={OPS} time=600'\n"
    for seed in SMP_SEEDS) + "unload main\n"


def bad_parameter(load, word):
    refused(load, "Invalid argument")
    assert re.search(f"buddy_shadow.*{word}", load.text("log"))


def bad_command(load):
    assert "Invalid argument" in load.text("write")
    assert "expected" in load.text("log")


def passed(load, *words):
    """The command was accepted and its result passes and holds the words."""
    assert load.text("write") == ""
    ktap = load.text("result")
    passes(ktap)
    assert not [word for word in words if word not in ktap], ktap


def modes(load):
    found = {name: mode for mode, name in
             map(str.split, load.text("modes").splitlines())}
    names = DOCUMENTED.findall(DOCUMENT.read_text("utf-8"))
    assert found == {name: "600" if name == "run" else "400" for name in names}


def fragments(load, command, ops):
    """Free blocks in the course of the run, from the fresh memory on."""
    header, run, *lines, freed = load.text(f"frag-{command}").splitlines()
    assert header.split()[:4] == ["#", "step", "used", "n0"]
    assert re.fullmatch(rf"# {command}\S* seed=\d+ ops={ops} heap_order=\d+", run)
    steps = [list(map(int, line.split(" "))) for line in lines]
    free = [sum(count << order for order, count in enumerate(blocks))
            for _, _, *blocks in steps]
    assert 100 <= len(steps) <= 198
    assert [step[0] for step in steps] == sorted(step[0] for step in steps)
    assert steps[-1][0] == ops
    assert [step[1] for step in steps] == [
        (free[0] - pages) * 1000 // free[0] for pages in free]
    assert [step[1] for step in steps[:2]] == [0, 1000]
    assert freed == f"# after all was freed: {ops}{lines[0][1:]}"


def kept(load):
    """The self-test leaves the lines of the last run that wrote some."""
    assert load.text("frag-after") == load.text("frag-whole")
    assert load.text("frag").endswith(
        "\n# nothing ran yet, no torture and no whole-machine\n")


def seeded(load, seed):
    valid(load)
    exercised(load)
    figures(load, seed=seed)
    assert f"# selftest seed={seed} ops=2000 time=600\n" in load.text("result")


def stopped_from_beside(load):
    """X6: who shares the open file need not wait for the end of the run."""
    assert "Operation canceled" in load.text("write")
    stopped(load.text("result"), "stop")


def imaged(load):
    valid(load)
    exercised(load)
    assert re.search(r"^    image +0x\w+\.\.0x\w+, as given$",
                     load.text("report"), re.M)


def imageless(load):
    exercised(load)
    assert "kernel" not in load.reserved()
    assert "R3 # SKIP image=none" in load.text("result")
    assert re.search("^    image +none, as given$", load.text("report"), re.M)


def given(load):
    """R3: what is given counts, and can be read again."""
    exercised(load)
    lines = load.text("reserved")
    for place in ("000041000000..0x00000000410fffff initrd",
                  "000042000000..0x000000004200ffff blob",
                  "000043000000..0x0000000043000fff memreserve",
                  "000000000000..0x0000000000000000 memreserve"):
        assert lines.count(f"0x0000{place}\n") == 1
    assert lines.count(" initrd\n") == 1
    assert load.text("image") == "\n"
    assert load.text("initrd") == "0x41000000,1048576\n"
    assert load.text("blob") == "0x42000000,65536\n"
    assert load.text("memreserve") == "0x43000000,4096,0x0,1\n"


def lazy(load):
    valid(load)
    exercised(load, "none")


CASES = [
    Case("parameters", Machine(tree="fixed-pool"), PARAMETERS_JOB, [
        *(check(f"{parameter} is refused and named", bad_parameter,
                f"parameter-{number}", word) for number, (parameter, word)
          in enumerate(BAD_PARAMETERS.items())),
        check("seed= and time= are used", seeded, "seeded", 77),
        check("exercise=0 exercises nothing", lazy, "lazy"),
        check("image= counts as the image", imaged, "imaged"),
        check("image=none reserves no image, and R3 is a skip", imageless,
              "imageless"),
        check("initrd=, blob= and memreserve= count", given, "given"),
    ]),
    Case("commands", Machine(), COMMANDS_JOB, [
        check("files are for root alone, run can be written", modes),
        check("selftest passes", passed, "selftest"),
        *(check(f"torture with seed {seed} passes", passed, f"torture-{seed}",
                str(seed)) for seed in SEEDS),
        *(check("run refuses '%s' and says what it expects" % (
            text if len(text) < 40 else f"{text[:8]}... of {len(text)} bytes"),
                bad_command, f"bad-{number}")
          for number, text in enumerate(BAD_COMMANDS)),
        check("frag shows how the region falls to pieces", fragments, "main",
              "torture", OPS),
        check("frag shows how the machine falls to pieces", fragments, "main",
              "whole", 50000),
        check("frag keeps its lines through a self-test, which writes none",
              kept),
        check("selftest passes after bad commands", passed, "after-bad"),
        check("X6: a stop through the same open file ends a run", stopped_from_beside,
              "shared"),
    ]),
    Case("smp", Machine(cpus=2), SMP_JOB, [
        check(f"smp with seed {seed} passes on 2 CPUs", passed, f"smp-{seed}",
              str(seed), "context on 2 CPUs, ") for seed in SMP_SEEDS]),
]
