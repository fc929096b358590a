# SPDX-License-Identifier: GPL-2.0-only
"""Boot Debian's arm64 kernel in QEMU, run a shell script there, get files back.

    machine = boot.Machine(kernel="6.1", memory="2G")
    result = boot.boot("example", machine, "cat /proc/iomem >/results/iomem")
    print(result.status, result.text("iomem"))

The script finds the module as /buddy-shadow.ko and leaves what the host shall
see in /results. Everything about a boot is kept in one directory of the cache.

The kernel is started by six instructions of our own instead of by QEMU's
-kernel: that would replace the memory nodes of the tree it is given. They, the
kernel, the tree and the initramfs lie where the tree has free memory.
"""

import fcntl
import functools
import io
import os
import re
import select
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import devicetree
import initramfs
import races
from qemu import SYSTEMS_KERNEL, BootError, Machine, MachineError

SCRIPTS = Path(__file__).resolve().parent
# Seconds without a word after which a guest hangs. How long a boot takes depends
# on what else the machine does; one that takes so many times that hangs too.
HANG_TIMEOUT = os.environ.get("BUDDY_SHADOW_TIMEOUT", "600")
if not HANG_TIMEOUT.isdecimal():
    sys.exit(f"BUDDY_SHADOW_TIMEOUT={HANG_TIMEOUT}: expected seconds")
HANG_TIMEOUT, ENDLESS = int(HANG_TIMEOUT), 12

# Whether compilers are heard only where they fail; set by who wants it so.
quiet = False
# How our scripts begin what they say of themselves.
SAID = re.compile(r"[a-z]+(?:-[a-z]+)*: ")

# The most that a kernel takes of a tree.
TREE_BYTES = 2 << 20
# The exit status of scripts where the archive does not give a kernel.
GONE = 3
# The kernel that the KUnit suites run on, with lockdep and the project inside.
KUNIT_KERNEL = "kunit"
# The same kernel with the project as loadable modules.
KUNIT_MODULES_KERNEL = "kunit-modules"
# Kernels that look at all that happens, with the project as loadable modules:
# kunit/*.config. They want twice the memory, and are several times as slow.
KASAN_KERNEL, KCSAN_KERNEL = DEBUG_KERNELS = ("kasan", "kcsan")
# One with the kernel's tracers of latencies.
IRQSOFF_KERNEL = "irqsoff"
OUR_MODULES = ("buddy-shadow", "buddy-shadow-kunit")
# Our kernels, and what scripts/kunit-kernel is told; without a word they have the
# project inside.
OURS = {KUNIT_KERNEL: (), KUNIT_MODULES_KERNEL: ("--modules",),
        **{name: ("--debug", name) for name in (*DEBUG_KERNELS, IRQSOFF_KERNEL)}}
# On a busy machine a guest's processors stand still for a while. Its own watchdogs
# take that for a fault; they wait for so many seconds.
PATIENT = "rcupdate.rcu_cpu_stall_timeout=300 watchdog_thresh=150 " \
    "sysctl.kernel.hung_task_timeout_secs=300"
BOOTARGS = f"console=ttyAMA0 earlycon=pl011,0x9000000 panic=-1 {PATIENT}"

# Whatever prints one of these has failed, whatever else it says.
COMPLAINTS = re.compile(r"WARNING:|\bBUG:|BUG at|Oops|possible .* lock|"
                        r"possible irq|inconsistent lock state|"
                        r"suspicious RCU|Call trace:|Unable to handle|"
                        r"detected stall|blocked for more than|"
                        r"suspected memory leak|UBSAN:|corruption|"
                        r"BUG [\w-]+ \(")


class KernelGone(MachineError):
    """The archive does not give a kernel of Debian's (any more)."""


@dataclass(eq=False)
class Result:
    """What came of it."""

    directory: Path
    seconds: float
    console: str
    files: dict = field(default_factory=dict)

    @property
    def status(self):
        """Exit status of the guest's script; None if it did not end."""
        text = self.files.get("status")
        return None if text is None else int(text)

    @property
    def panic(self):
        """What the guest's kernel said as it panicked, or None."""
        found = re.search(r"Kernel panic - not syncing: (.*)", self.console)
        return found and found[1]

    def text(self, name):
        """A file that the script left in /results, "" if it left none."""
        return self.files.get(name, b"").decode("utf-8", "replace")

    def pairs(self, name):
        """The `name: value` lines of such a file as a dictionary."""
        split = (line.partition(":") for line in self.text(name).splitlines())
        return {name: value.strip() for name, _, value in split}

    def complaints(self):
        """The lines with which the kernel said that something is wrong."""
        # What follows on a panic is its own trace.
        said = self.console.partition("Kernel panic - not syncing")[0]
        lines = races.without_foreign(said + self.text("dmesg")).splitlines()
        return [line.strip() for line in lines if COMPLAINTS.search(line)]


def cache():
    """The directory outside of the tree that holds all that is generated."""
    if own := os.environ.get("BUDDY_SHADOW_CACHE"):
        return Path(own)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "buddy-shadow"


def work():
    """The directory of this checkout in the cache: two do not meet there."""
    checkout = re.sub(r"[^A-Za-z0-9.-]", "_", str(SCRIPTS.parent))
    return cache() / "work" / checkout


def boots():
    return work() / "boots"


def raise_if_gone(status, kernel):
    """After a script that ended so."""
    if status == GONE:
        raise KernelGone(f"the archive does not give kernel {kernel} (any more)")


def _relay(lines):
    """What a script says is shown; what compilers say only where it fails."""
    said = []
    for line in lines:
        said.append(line)
        if SAID.match(line):
            sys.stderr.write(line)
    return said


def _script(name, *arguments):
    """Run one of our scripts; return what its last line names."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out, \
            subprocess.Popen([SCRIPTS / name, *arguments], stdout=out,
                             stderr=subprocess.PIPE if quiet else None,
                             text=True) as run:
        said = _relay(run.stderr) if quiet else []
        status = run.wait()
        out.seek(0)
        lines = out.read().strip()
    raise_if_gone(status, arguments[0] if arguments else "")
    if status:
        sys.stderr.writelines(said)
        raise BootError(f"scripts/{' '.join((name, *arguments))} failed "
                        "(see above)")
    return Path(lines.rpartition("\n")[2])


@functools.cache
def build_module(kernel, *arguments):
    """Fetch the kernel, build the module for it; return its directory."""
    return _script("build-module", kernel, *arguments)


@functools.cache
def build(kernel, *arguments):
    """What a boot needs: name in the guest -> file, and "Image"."""
    if kernel not in OURS:
        debian = cache() / "kernels" / kernel
        return {"Image": debian / "Image", "bin/busybox": debian / "busybox",
                "buddy-shadow.ko":
                build_module(kernel, *arguments) / "buddy-shadow.ko"}
    # busybox comes from another kernel.
    _script("fetch-kernel", SYSTEMS_KERNEL)
    where = _script("kunit-kernel", *OURS[kernel])
    return {"Image": where / "arch/arm64/boot/Image",
            "bin/busybox": cache() / "kernels" / SYSTEMS_KERNEL / "busybox",
            **{f"{name}.ko": where / "lib/buddy_shadow" / f"{name}.ko"
               for name in OUR_MODULES if OURS[kernel]}}


def _stub(tree, kernel):
    """Machine code: x0 = the tree, x1 to x3 = 0, jump to the kernel."""
    code = (0x580000C0, 0xD2800001, 0xD2800002, 0xD2800003, 0x58000084,
            0xD61F0080)
    return struct.pack("<6I2Q", *code, tree, kernel)


def _image_bytes(image):
    """The memory that a kernel takes: more than its file, its header says."""
    with open(image, "rb") as file:
        header = file.read(64)
    if header[56:60] != b"ARM\x64":
        raise BootError(f"{image} is no arm64 kernel image")
    return int.from_bytes(header[16:24], "little")


def lock(path):
    """Lock until the file that is returned is closed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = open(path, "w", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print(f"another run holds the lock, waiting for its end: {path}",
              file=sys.stderr)
        fcntl.flock(file, fcntl.LOCK_EX)
    return file


def directory(name):
    """An empty directory for a boot, and its lock."""
    where = boots() / name
    locked = lock(where / ".lock")
    for old in where.iterdir():
        if old.is_dir() and not old.is_symlink():
            shutil.rmtree(old)
        elif old.name != ".lock":
            old.unlink()
    return where, locked


def _initramfs(path, built, job, files):
    """Write the guest's first file system; return its size."""
    guest = SCRIPTS / "guest"
    initramfs.write(path, {
        "init": guest / "init", "lib.sh": guest / "lib.sh",
        "job": job.encode(), **files,
        **{name: file for name, file in built.items() if name != "Image"}})
    return path.stat().st_size


def _command(where, machine, built, job, files, bootargs, live, shell=False):
    """Write all that QEMU needs into `where`; return its command line.

    Of a shell the console is a person's: Ctrl-A X ends the guest.
    """
    initrd, stub = where / "initramfs", where / "stub"
    size = _initramfs(initrd, built, job, files)
    tree = devicetree.guest(where, machine, (
        ("kernel", _image_bytes(built["Image"])), ("tree", TREE_BYTES),
        ("initramfs", size), ("boot stub", 64)))
    at_kernel, at_tree, at_initrd, at_stub = tree.places
    if live:
        live.write("".join(f"== {note}\n" for note in tree.notes).encode())
    blob = tree.write(bootargs, at_initrd, at_initrd + size, at_tree)
    stub.write_bytes(_stub(at_tree, at_kernel))
    places = ((built["Image"], at_kernel), (blob, at_tree), (stub, at_stub),
              (initrd, at_initrd))
    loads = [part for path, address in places for part in
             ("-device", f"loader,file={path},addr={address:#x},force-raw=on")]
    return [*tree.machine.qemu(), *loads,
            "-device", f"loader,addr={at_stub:#x},cpu-num=0",
            "-chardev", "stdio,id=console,signal=off" + ",mux=on" * shell,
            "-serial", "chardev:console", *("-mon", "chardev=console") * shell,
            "-chardev", f"file,id=files,path={where / 'results.tar'}",
            "-device", "pci-serial,chardev=files"]


def _last_step(log):
    """What the guest's script said last that it does, for a sentence, or ""."""
    with open(log, encoding="utf-8", errors="replace") as console:
        steps = re.findall(r"^== (.*?)\r?$", console.read(), re.MULTILINE)
    return f" in the step '{steps[-1]}'" if steps else ""


def _watch(qemu, log, live, limit, alive):
    """Copy the console to the log (and to `live`) until QEMU ends or hangs."""
    start = said = time.monotonic()
    while True:
        if select.select([qemu.stdout], [], [], min(1, limit))[0]:
            data = os.read(qemu.stdout.fileno(), 65536)
            if not data:
                return
            log.write(data)
            if live:
                live.write(data.replace(b"\r", b""))
                live.flush()
            said = time.monotonic()
        now = time.monotonic()
        if now - max(said, alive()) > limit or now - start > limit * ENDLESS:
            raise BootError(f"the guest hangs{_last_step(log.name)}: not a word "
                            f"for {now - said:.0f} s, no end for "
                            f"{now - start:.0f} s; console log: {log.name}")


def _run(command, where, *watched):
    """Run QEMU to its end."""
    log = where / "console.log"
    with open(where / "qemu.log", "w+", encoding="utf-8") as errors, \
            open(log, "wb", buffering=0) as console, \
            subprocess.Popen(command, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=errors) as qemu:
        try:
            _watch(qemu, console, *watched)
        except BaseException:
            qemu.kill()
            raise
        if qemu.wait():
            errors.seek(0)
            raise BootError(f"QEMU failed: {errors.read().strip()}")


def _files(path):
    """The files of a tar archive; none if it is not whole."""
    try:
        with tarfile.open(fileobj=io.BytesIO(path.read_bytes())) as archive:
            return {member.name.removeprefix("./"):
                    archive.extractfile(member).read()
                    for member in archive if member.isfile()}
    except (OSError, tarfile.TarError):
        return {}


def shell(machine, job, files, live, bootargs):
    """Boot `machine` and run `job` with this terminal as the guest's console.

    The arguments are those of boot(). Raises BootError and MachineError.
    """
    built = build(machine.kernel, *machine.make)
    where, locked = directory("shell")
    with locked:
        try:
            command = _command(where, machine, built, job, files,
                               f"{BOOTARGS} {bootargs}", live, shell=True)
        except devicetree.DeviceTreeError as error:
            raise MachineError(str(error)) from error
        if status := subprocess.run(command, check=False).returncode:
            raise BootError(f"QEMU failed: exit status {status}")


def boot(name, machine, job, files=None, live=None, bootargs="", patience=0,
         alive=lambda: 0):
    """Boot `machine`, run the shell script `job` in it and return a Result.

    `files` are more files for the guest (name -> bytes or Path), `live` a
    binary stream to which the console is copied, `bootargs` go to the kernel's
    command line, `patience` is added to the seconds without a word after which
    a guest hangs, `alive` says when (time.monotonic()) it gave another sign of
    life. `name` is that of the directory in the cache. Raises BootError, and
    MachineError where nothing was started.
    """
    built = build(machine.kernel, *machine.make)
    where, locked = directory(name)
    with locked:
        start = time.monotonic()
        try:
            command = _command(where, machine, built, job, files or {},
                               f"{BOOTARGS} {bootargs}".strip(), live)
        except devicetree.DeviceTreeError as error:
            raise MachineError(str(error)) from error
        _run(command, where, live, HANG_TIMEOUT + patience, alive)
        console = (where / "console.log").read_bytes()
        return Result(where, time.monotonic() - start,
                      console.decode("utf-8", "replace").replace("\r", ""),
                      _files(where / "results.tar"))
