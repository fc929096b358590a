# SPDX-License-Identifier: GPL-2.0-only
"""scripts/drgn-buddy on what QEMU dumps of a guest, beside what the guest said.

The guest ends its job, sends its files and switches itself off. QEMU keeps its memory
until the monitor has written it down, so the dump is of the very state that the files
tell of.
"""

import json
import mmap
import re
import socket
import struct
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass

import boot
import buddy_core
from tests.boot.case import Case, check

POOL, PAGES, CELLS = 0x70000000, 16384, 64
WHOLE, BROKEN, CANNOT_LOOK = range(3)
BY_HAND = ("alloc 3", *["alloc 0"] * 4, "alloc 5", "alloc 9", "free 0x70008000 0",
           "free 0x7000a000 0", "free 0x70020000 5", "alloc 2", "show", "map")
JOB = """
mkdir /results/hand
hand()
{
	echo "$*" >$debugfs/run || exit 1
	cat $debugfs/result >>/results/hand/said
	cat $debugfs/result >/results/hand/$1
}
insmod /buddy-shadow.ko exercise=0 || exit 1
""" + "".join(f"hand {command}\n" for command in BY_HAND) + """
cat $debugfs/buddyinfo >/results/hand/buddyinfo
"""
# What a command by hand did to the free blocks: (taken or left, order, address).
CHANGED = re.compile(r"^  (split|merged with|free now): order (\d+) at 0x(\w+)$|"
                     r"^alloc (\d+): 0x(\w+)\n(?!  split)", re.M)
LISTED = re.compile(r"^  (free|allocated): order (\d+) at (0x\w+)$", re.M)
PAGE = struct.Struct("<QQIHH")
SEGMENT = struct.Struct("<IIQQQQQQ")


class Monitor(threading.Thread):
    """Waits until the guest is off, dumps its memory, and lets QEMU end."""

    def __init__(self, path, core):
        super().__init__()
        self.path, self.core, self.error = path, core, "there was no dump"
        self.over = threading.Event()

    @staticmethod
    def ask(stream, what, **arguments):
        """A command's answer; events are passed over."""
        json.dump({"execute": what, "arguments": arguments}, stream)
        stream.flush()
        for line in stream:
            answer = json.loads(line)
            if "event" not in answer:
                return answer
        raise OSError(f"QEMU ended at {what}")

    def talk(self, stream):
        stream.readline()
        self.ask(stream, "qmp_capabilities")
        while self.ask(stream, "query-status")["return"]["status"] != "shutdown":
            time.sleep(0.2)
        answer = self.ask(stream, "dump-guest-memory", paging=False,
                          protocol=f"file:{self.core}")
        self.error = answer.get("error")
        self.ask(stream, "quit")

    def run(self):
        """QEMU runs a first time, for its tree alone, and leaves at once."""
        while not self.over.wait(0.2):
            with socket.socket(socket.AF_UNIX) as monitor:
                try:
                    monitor.connect(self.path)
                    with monitor.makefile("rw", encoding="utf-8") as stream:
                        self.talk(stream)
                except OSError:
                    continue


@dataclass
class Dumped(boot.Machine):
    """A machine that stays when it is off, and has a monitor."""

    monitor: str = ""

    def qemu(self):
        program, *words = super().qemu()
        return (program, "-device", "vmcoreinfo", "-action", "shutdown=pause",
                "-qmp", f"unix:{self.monitor},server=on,wait=off", *words)


@dataclass(eq=False)
class DumpCase(Case):
    """A boot after which there is a dump, the file core in its directory."""

    def run(self, live=None):
        # A socket's name is short, the cache's may be long.
        with tempfile.TemporaryDirectory() as directory:
            self.machine = Dumped(boot.IRQSOFF_KERNEL, tree="fixed-pool",
                                  monitor=f"{directory}/qmp")
            core = boot.boots() / self.name / "core"
            monitor = Monitor(self.machine.monitor, core)
            monitor.start()
            try:
                result = super().run(live)
            finally:
                monitor.over.set()
                monitor.join()
        if monitor.error:
            raise boot.BootError(f"QEMU wrote no dump: {monitor.error}")
        # Most of the guest's memory was never written. Not each file system has holes.
        subprocess.run(["fallocate", "--dig-holes", core], check=False)
        return result


def look(load, *arguments, vmlinux=True, module=True, runner=()):
    """Run drgn-buddy on the dump: exit status, output, complaints."""
    subprocess.run([boot.SCRIPTS / "need", "python3-drgn"], check=True)
    built = boot.build(boot.IRQSOFF_KERNEL)
    files = [built["Image"].parents[3] / "vmlinux"] * vmlinux + \
        [built["buddy-shadow.ko"]] * module
    target = ["-c", load.result.directory / "core",
              *(word for path in files for word in ("-s", path))]
    script = [boot.SCRIPTS / "drgn-buddy"]
    done = subprocess.run(
        [*runner, *target, *script, *arguments] if runner else
        [*script, *target, *arguments], check=False, text=True, capture_output=True)
    print(done.stdout + done.stderr)
    return done.returncode, done.stdout, done.stderr


class Mapped:
    """The dump with a segment more: as kdump has it, it says where page tables are."""

    def __init__(self, load):
        self.core = load.result.directory / "core"
        self.size = self.core.stat().st_size
        tables = buddy_core.arm64_tables(self.core)
        with open(self.core, "rb") as file:
            self.header = file.read(64)
            at, = struct.unpack_from("<Q", self.header, 32)
            self.number, = struct.unpack_from("<H", self.header, 56)
            file.seek(at)
            self.segments = file.read(self.number * SEGMENT.size)
        place, lies = next((each[2], each[4]) for each in
                           SEGMENT.iter_unpack(self.segments) if each[0] == 1)
        self.segments += SEGMENT.pack(1, 0, place + tables.physical - lies,
                                      tables.address, tables.physical, tables.size,
                                      tables.size, 0)

    def __enter__(self):
        header = bytearray(self.header)
        struct.pack_into("<Q", header, 32, self.size)
        struct.pack_into("<H", header, 56, self.number + 1)
        with open(self.core, "r+b") as file:
            file.write(header)
            file.seek(self.size)
            file.write(self.segments)

    def __exit__(self, *_):
        with open(self.core, "r+b") as file:
            file.write(self.header)
            file.truncate(self.size)


def in_drgn(load):
    """drgn runs it where it finds the page tables; where it does not, that is said."""
    drgn = "/usr/bin/drgn", "--quiet", "--no-default-symbols"
    status, output, errors = look(load, runner=drgn)
    assert status == CANNOT_LOOK and output == ""
    assert errors.endswith("; run drgn-buddy by itself, with the same -c and -s\n")
    alone = look(load, "--list")
    with Mapped(load):
        assert look(load, "--list", runner=drgn) == alone
    assert alone[0] == WHOLE


def free_by_hand(said):
    """{(order, address)} of the free blocks, by what each command said it did."""
    free = {(14, POOL)}
    for what, order, at, taken, where in CHANGED.findall(said):
        block = (int(order or taken), int(at or where, 16))
        if what == "free now":
            free.add(block)
        else:
            free.remove(block)
    return free


def picture(blocks):
    """As `map` draws them."""
    cells = [0] * CELLS * 16
    each = PAGES // len(cells)
    for what, order, at in blocks:
        first = (at - POOL) // 4096
        for cell in range(first // each, (first + (1 << order) - 1) // each + 1):
            cells[cell] = max(cells[cell], order + 1 if what == "free" else 255)
    signs = " 0123456789abcdefghijk"
    row = "".join("#" if cell == 255 else signs[cell] for cell in cells)
    return [f"{POOL + first * each * 4096:012x} |{row[first:first + CELLS]}|"
            for first in range(0, len(cells), CELLS)]


def as_the_guest(load):
    """Blocks, numbers and picture are what the guest's own files have."""
    status, output, errors = look(load, "--list")
    assert status == WHOLE and errors == "" and "BROKEN" not in output
    assert output.startswith("buddy_shadow: the region is held by hand\n"
                             f"  region    cma, {POOL:#x}..0x73ffffff\n")
    blocks = [(what, int(order), int(at, 16))
              for what, order, at in LISTED.findall(output)]
    assert {(order, at) for what, order, at in blocks if what == "free"} == \
        free_by_hand(load.text("said"))
    assert blocks == sorted(blocks, key=lambda block: block[2])
    show = load.text("show")
    assert [line for line in output.splitlines() if " allocated: " in line] == \
        [line for line in show.splitlines() if " allocated: " in line]
    region, = re.findall("^region +(.*)", load.text("buddyinfo"), re.M)
    for title in "counted", "listed":
        row, = re.findall(f"^{title} +(.*)", output, re.M)
        assert row == region
    assert load.text("map").splitlines()[:16] == picture(blocks)


def its_members(load):
    """What else the struct has."""
    status, output, _ = look(load)
    assert status == WHOLE and "free: order" not in output
    for line in ("lock      free", "banks     1", "array     16405 entries of 24",
                 "recent    0x7000c000, order 2, allocated last",
                 f"0x{POOL:016x}..0x0000000073ffffff, pages: {PAGES}, from entry 21"):
        assert f"\n  {line}" in output or f"\n    {line}" in output, line


class Patched:
    """The dump with other bytes in the buddy's array, for as long as it takes.

    The array begins a page, and the heads in it are known by the numbers of its blocks.
    """

    def __init__(self, load, at, **members):
        self.core = load.result.directory / "core"
        self.at, self.members = at, members
        lists = {}
        for order, address in free_by_hand(load.text("said")):
            lists.setdefault(order, []).append(21 + (address - POOL) // 4096)
        # Each of these lists has one block, or none.
        heads = b"".join(PAGE.pack(*lists.get(order, [order]) * 2, 0, 0, 0)
                         for order in range(1, 21))
        with open(self.core, "rb") as file, mmap.mmap(
                file.fileno(), 0, access=mmap.ACCESS_READ) as memory:
            first = memory.find(heads)
            assert first > 0 and memory.find(heads, first + 1) < 0
            self.place = first - PAGE.size + at * PAGE.size
            self.before = memory[self.place:self.place + PAGE.size]

    def write(self, data):
        with open(self.core, "r+b") as file:
            file.seek(self.place)
            file.write(data)

    def __enter__(self):
        names = ("next", "prev", "refcount", "state", "unused")
        values = dict(zip(names, PAGE.unpack(self.before))) | self.members
        self.write(PAGE.pack(*values.values()))

    def __exit__(self, *_):
        self.write(self.before)


def named(load, at, members, *wrong):
    """Each thing that is wrong is said, and the rest is looked at as before."""
    whole = look(load, "--list")[1]
    with Patched(load, at, **members):
        status, output, errors = look(load, "--list")
    assert status == BROKEN and errors == ""
    assert re.findall("^  BROKEN: (.*)", output, re.M) == list(wrong)
    assert output.endswith(f"  {len(wrong)} BROKEN, see above\n")
    kept = [line for line in output.splitlines() if "BROKEN" not in line]
    for line in whole.splitlines()[:-1]:
        assert line in kept or line.startswith(
            ("  allocated: ", "  pages", "in use", "listed")) \
            or f" at {buddy_address(at):#x}" in line, line


def buddy_address(at):
    return POOL + (at - 21) * 4096


def nothing_held(load):
    status, output, errors = look(load)
    assert status == WHOLE and errors == ""
    assert output.startswith("buddy_shadow: nothing runs\n  region    cma, 0x")
    assert output.endswith("no buddy lives over the region; the numbers are those of "
                           "the last time\n")
    assert re.findall("^region .*", output, re.M) == \
        re.findall("^region .*", load.text("buddyinfo"), re.M)


def of_a_run(load):
    """A run's own buddy, which no variable names, in the middle of the run."""
    status, output, errors = look(load)
    assert status == WHOLE and errors == ""
    assert output.startswith("buddy_shadow: whole-machine runs\n")
    title, = re.findall("^the buddy of .*", output, re.M)
    assert "() in sh (pid " in title
    _, _, own = output.partition(title)
    assert "\n    0x0000000040000000..0x000000007fffffff, pages: 262144, from " in own
    assert own.endswith("lists, counters and pages agree\n")
    managed, free = map(int, re.search(r"(\d+) managed, (\d+) on lists", own).groups())
    assert 0 < free < managed < 262144


def refused(load, message, **symbols):
    """Nothing can be looked at, and why is said in one line."""
    status, output, errors = look(load, **symbols)
    assert status == CANNOT_LOOK and output == ""
    assert errors.startswith("drgn-buddy: ") and errors.count("\n") == 1
    assert message in errors


# Entries of the two blocks on list 0, and of the block on list 4.
FIRST, SECOND, FOURTH = 31, 29, 37
CASES = [
    DumpCase("dump-by-hand", boot.Machine(boot.IRQSOFF_KERNEL), JOB, [
        check("drgn-buddy finds in a dump of the guest what the guest's own files say",
              as_the_guest, "hand"),
        check("drgn-buddy shows lock, banks, array and what is remembered",
              its_members, "hand"),
        check("drgn runs drgn-buddy, to the same effect", in_drgn, "hand"),
        check("drgn-buddy names a link that does not lead back, from both sides", named,
              "hand", SECOND, {"prev": 999},
              "order 0: entry 31 (0x7000a000): next is 29, but prev of entry 29 "
              "(0x70008000) is 999",
              "order 0: entry 29 (0x70008000): prev is 999, but next of entry 999 "
              "(0x703d2000) is 0"),
        check("drgn-buddy follows no link out of the array", named, "hand", FIRST,
              {"next": 1 << 63},
              "order 0: entry 31 (0x7000a000): next is 9223372036854775808, outside "
              "the array of 16405 entries",
              "order 0: entry 29 (0x70008000): prev is 31, but next of entry 31 "
              "(0x7000a000) is 9223372036854775808"),
        check("drgn-buddy names what is on a list and no free block", named, "hand",
              FOURTH, {"state": 0x203},
              "order 4: the head of list 4: next is 37, and its state is 0x203, "
              "allocated of order 3, not a free block of order 4",
              "order 4: the head of list 4: prev is 37, and its state is 0x203, "
              "allocated of order 3, not a free block of order 4",
              "order 4: blocks found on the list: 0; nr_blocks says 1",
              "nr_managed is 16384, the blocks have 16376 pages"),
        check("drgn-buddy says that the kernel's debug info is missing", refused,
              "hand", "no debug info of the kernel", vmlinux=False, module=False),
        check("drgn-buddy says that the module's debug info is missing", refused,
              "hand", "no debug info of the module buddy_shadow", module=False),
    ]),
    DumpCase("dump-idle", boot.Machine(boot.IRQSOFF_KERNEL), f"""{JOB}
echo reset >$debugfs/run
cat $debugfs/buddyinfo >/results/hand/buddyinfo
""", [
        check("drgn-buddy shows the last numbers where no buddy lives", nothing_held,
              "hand"),
    ]),
    DumpCase("dump-run", boot.Machine(boot.IRQSOFF_KERNEL), """
insmod /buddy-shadow.ko exercise=0 || exit 1
echo "whole-machine ops=1000000000 time=100000" >$debugfs/run &
until grep -q "^running: random operations" $debugfs/result; do usleep 20000; done
""", [
        check("drgn-buddy finds the buddy of whole-machine on the stack of who runs it",
              of_a_run, "hand"),
    ]),
    DumpCase("dump-unloaded", boot.Machine(boot.IRQSOFF_KERNEL),
             f"{JOB}\nrmmod buddy_shadow\n", [
        check("drgn-buddy says that the module is not loaded", refused, "hand",
              "the module buddy_shadow is not loaded (modules: none)"),
    ]),
]
