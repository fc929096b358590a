# SPDX-License-Identifier: GPL-2.0-only
"""scripts/drgn-buddy where drgn is not: with a stand-in, or with none at all.

`make stress K=dump` has the real one, and the real module.
"""

import runpy
import subprocess
import sys
from types import ModuleType, SimpleNamespace
from unittest import mock

import boot
import pytest

from .test_drgn_buddy import BANKS, BASE, Memory, buddy_state

SCRIPT = boot.SCRIPTS / "drgn-buddy"
WHOLE, BROKEN, CANNOT_LOOK = range(3)
CONTENTS = ("next", 8), ("prev", 8), ("refcount", 4), ("state", 2), ("unused", 2)


class Fault(Exception):
    """drgn.FaultError"""


class Absent(Exception):
    """drgn.ObjectAbsentError"""


class Thing:
    """An object of drgn's: a value, or members."""

    address_ = 0xffffffc000a01b08

    def __init__(self, value=None, **members):
        self.value = value
        self.__dict__.update(members)

    def value_(self):
        return self.value

    def string_(self):
        return self.value.encode()

    def address_of_(self):
        return self

    def __bool__(self):
        return self.value != 0

    def __getitem__(self, at):
        return self.value[at]


def enum(name):
    return Thing(1, type_=SimpleNamespace(enumerators=[
        SimpleNamespace(name=name, value=1)]))


def runner(memory, exercise="by hand", held=True):
    """A struct shadow_runner."""
    numbers = {name: Thing(value) for name, value in memory.numbers.items()}
    banks = [Thing(start=Thing(bank.start), nr_pages=Thing(bank.nr_pages),
                   first=Thing(bank.first)) for bank in BANKS]
    lock = Thing(raw_lock=Thing(val=Thing(counter=Thing(0))))
    buddy = Thing(lock=lock, bank=Thing(banks), nr_banks=Thing(len(banks)),
                  map=Thing(BASE), **numbers)
    region = Thing(kind=enum("SHADOW_REGION_DEFAULT_CMA"), pa=Thing(1 << 24),
                   bytes=Thing(88 << 12), va=Thing(int(held)))
    return Thing(
        exercise=Thing(1, name=Thing(exercise)) if exercise else Thing(0),
        setup=Thing(lab=Thing(int(held), buddy=buddy, broken=Thing(0))),
        lab=Thing(buddy=buddy), region=region, outcome=enum("SHADOW_PASSED"),
        blocks=Thing([7] * 21))


class Program:
    """A kernel that drgn looks at, with these variables."""

    flags = 1
    platform = SimpleNamespace(flags=1)
    tasks = ()  # (name, its stack)

    def __init__(self, memory=None, **variables):
        self.memory, self.variables = memory, variables

    def variable(self, name, file=None):
        assert file in (None, "buddy_shadow.c")
        if name not in self.variables:
            raise LookupError(name)
        return self.variables[name]

    def type(self, name):
        assert name == "struct shadow_page"
        sizes = [size for _, size in CONTENTS]
        return SimpleNamespace(size=sum(sizes), members=[SimpleNamespace(
            name=name, bit_offset=8 * sum(sizes[:number]),
            type=SimpleNamespace(size=size))
            for number, (name, size) in enumerate(CONTENTS)])

    def stack_trace(self, task):
        if task.stack is None:
            raise ValueError("it runs")
        return task.stack

    def read(self, address, size):
        try:
            return self.memory.read(address, size)
        except buddy_state.Unreadable as error:
            raise Fault(str(error)) from error


def stand_in():
    """The part of drgn that the script uses."""
    drgn, names = ModuleType("drgn"), {}
    drgn.ProgramFlags = SimpleNamespace(IS_LINUX_KERNEL=1)
    drgn.PlatformFlags = SimpleNamespace(IS_LITTLE_ENDIAN=1)
    drgn.FaultError, drgn.ObjectAbsentError = Fault, Absent
    drgn.sizeof = lambda kind: kind.size
    drgn.cast = lambda kind, pointer: pointer
    for name in ("", ".linux", ".linux.list", ".linux.pid"):
        names[f"drgn.helpers{name}"] = ModuleType(f"drgn.helpers{name}")
    names["drgn.helpers.linux.list"].list_for_each_entry = \
        lambda kind, head, member: [Thing(name=Thing(name)) for name in head.value]
    names["drgn.helpers.linux.pid"].for_each_task = lambda program: [
        Thing(comm=Thing(name), pid=Thing(number), stack=stack)
        for number, (name, stack) in enumerate(program.tasks)]
    return {"drgn": drgn, **names}


def run(capsys, program, *arguments):
    """The script as drgn runs it: status, output, complaints."""
    with mock.patch.dict(sys.modules, stand_in()), \
            mock.patch.object(sys, "argv", ["drgn-buddy", *arguments]), \
            mock.patch.object(sys, "path", [*sys.path]), \
            pytest.raises(SystemExit) as ended:
        runpy.run_path(str(SCRIPT), {"prog": program}, "__main__")
    return ended.value.code, *capsys.readouterr()


def test_a_buddy_held_by_hand(capsys):
    memory = Memory()
    status, output, errors = run(
        capsys, Program(memory, runner=runner(memory)), "--list")
    assert status == WHOLE and errors == ""
    assert output.startswith(
        "buddy_shadow: the region is held by hand\n"
        "  region    default-cma, 0x1000000..0x1057fff\n"
        "the buddy over the region, struct shadow_buddy at 0xffffffc000a01b08\n"
        "  lock      free\n"
        "  banks     2\n"
        "    0x0000000001000000..0x000000000103ffff, pages: 64, from entry 21 on\n")
    assert "\n  free: order 4 at 0x1010000\n" in output
    assert output.endswith("lists, counters and pages agree\n")


def test_a_broken_buddy_has_a_status_of_its_own(capsys):
    memory = Memory()
    memory.entries[memory.at(0x1008)][1] = 7
    status, output, errors = run(
        capsys, Program(memory, runner=runner(memory, "torture")))
    assert status == BROKEN and errors == ""
    assert output.startswith("buddy_shadow: torture runs\n")
    assert "\n  BROKEN: order 0: the head of list 0: next is 29, but prev of " in output
    assert output.endswith("\n  2 BROKEN, see above\n")


@pytest.mark.parametrize("what, words", [
    (Thing("B2 overlap"), "B2 overlap"), (Thing(0), "something")])
def test_what_the_module_found_broken_has_it_too(capsys, what, words):
    memory = Memory()
    found = runner(memory, "torture")
    found.setup.lab.broken, found.setup.lab.what = Thing(1), what
    status, output, _ = run(capsys, Program(memory, runner=found))
    assert status == BROKEN
    assert f"\n  broken    {words}\n" in output


@pytest.mark.parametrize("members, words", [
    ({"raw_lock": Thing(val=Thing(counter=Thing(1)))}, "held"),
    ({"raw_lock": Thing(val=Thing(counter=Thing(1))), "owner_cpu": Thing(3),
      "owner": Thing(1, comm=Thing("sh"), pid=Thing(42))}, "held by CPU 3, sh (pid 42)"),
    ({"raw_lock": Thing(slock=Thing(0))}, "of a kind that is not known here"),
])
def test_who_holds_the_lock(capsys, members, words):
    memory = Memory()
    what = runner(memory)
    what.setup.lab.buddy.lock = Thing(**members)
    status, output, _ = run(capsys, Program(memory, runner=what))
    assert status == WHOLE and f"\n  lock      {words}\n" in output


class Frame(dict):
    """Of a stack: {name of a local: object}."""

    name = "whole_machine"
    locals = dict.keys

    def __getitem__(self, name):
        if self.get(name) is None:
            raise Absent(name)
        return self.get(name)


def test_a_buddy_that_a_run_has_for_itself_is_found_on_its_stack(capsys):
    memory = Memory()
    what = runner(memory, "whole-machine", False)
    own = what.setup.lab.buddy
    what.lab = Thing(buddy=Thing(address_=4096))
    lab = Thing(1, buddy=own, type_=SimpleNamespace(
        type_name=lambda: "struct shadow_lab *"))
    other = Thing(1, type_=SimpleNamespace(type_name=lambda: "struct shadow_page *"))
    program = Program(memory, runner=what)
    program.tasks = (("sh", [Frame(page=other, gone=None, lab=lab)]), ("init", None))
    status, output, errors = run(capsys, program)
    assert status == WHOLE and errors == ""
    assert output.startswith("buddy_shadow: whole-machine runs\n")
    assert "\nthe buddy of whole_machine() in sh (pid 0), struct shadow_buddy at " \
        in output
    memory.numbers["nr_managed"] = own.nr_managed.value = 1
    assert run(capsys, program)[0] == BROKEN


def test_more_banks_than_pages_are_not_looked_for(capsys):
    memory = Memory()
    what = runner(memory)
    what.setup.lab.buddy.nr_banks.value = 1 << 31
    what.setup.lab.buddy.nr_pages.value = 1
    status, output, _ = run(capsys, Program(memory, runner=what))
    assert status == BROKEN and "\n  banks     1\n" in output


def test_where_nothing_runs_the_last_numbers_are_shown(capsys):
    status, output, errors = run(
        capsys, Program(runner=runner(Memory(), "", False)))
    assert status == WHOLE and errors == ""
    assert output.startswith("buddy_shadow: nothing runs\n  region    default-cma, "
                             "0x1000000..0x1057fff, not held\n  last run  passed\n")
    assert "\nregion  " + 21 * "      7" + "\nno buddy lives" in output


@pytest.mark.parametrize("variables, message", [
    ({}, "no debug info of the kernel"),
    ({"modules": []}, "the module buddy_shadow is not loaded (modules: none)"),
    ({"modules": ["drm", "fuse"]}, "is not loaded (modules: drm, fuse)"),
    ({"modules": ["drm", "buddy_shadow"]}, "no debug info of the module"),
])
def test_what_is_missing_is_said(capsys, variables, message):
    status, output, errors = run(capsys, Program(
        **{name: Thing(value) for name, value in variables.items()}))
    assert status == CANNOT_LOOK and output == ""
    assert errors.startswith("drgn-buddy: ") and message in errors
    assert errors.count("\n") == 1


@pytest.mark.parametrize("loaded, message", [
    ([], "the module buddy_shadow is not loaded (modules: none)"),
    (["buddy_shadow"], "memory of the kernel cannot be read: 0x98"),
])
def test_variables_that_are_not_in_memory(capsys, loaded, message):
    what = runner(Memory())
    what.exercise.value_ = mock.Mock(side_effect=Fault("0x98"))
    status, output, errors = run(capsys, Program(runner=what, modules=Thing(loaded)))
    assert status == CANNOT_LOOK and output == ""
    assert errors == f"drgn-buddy: {message}\n"


def test_who_runs_it_where_drgn_finds_no_page_tables_is_told_how_to(capsys):
    what = runner(Memory())
    what.exercise.value_ = mock.Mock(side_effect=Fault("recursive address translation"))
    program = Program(runner=what, modules=Thing(["buddy_shadow"]))
    assert run(capsys, program)[2].endswith(
        "; run drgn-buddy by itself, with the same -c and -s\n")


def test_what_is_no_kernel_is_said(capsys):
    program = Program()
    program.flags = 0
    status, _, errors = run(capsys, program)
    assert status == CANNOT_LOOK and "is no Linux kernel" in errors


@pytest.mark.parametrize("arguments, status, message", [
    ([], CANNOT_LOOK, "drgn is missing; install it: sudo apt-get install "),
    (["--help"], WHOLE, ""), (["--no-such"], 2, "unrecognized arguments"),
    (["--at", "x"], 2, "invalid"),
])
def test_without_drgn(arguments, status, message):
    done = subprocess.run(["/usr/bin/python3", "-S", SCRIPT, *arguments], text=True,
                          capture_output=True, check=False)
    assert done.returncode == status and message in done.stderr
    assert "drgn-buddy -c CORE -s vmlinux" in done.stdout or arguments != ["--help"]
