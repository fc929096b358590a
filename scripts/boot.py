# SPDX-License-Identifier: GPL-2.0-only
"""Boot Debian's arm64 kernel in QEMU, run a shell script there, get files back.

    machine = boot.Machine(kernel="6.1", memory="2G")
    result = boot.boot("example", machine, "cat /proc/iomem >/results/iomem")
    print(result.status, result.text("iomem"))

The script finds the module as /buddy-shadow.ko and leaves what the host shall
see in /results. Everything about a boot is kept in one folder of the cache.

The kernel is started by six instructions of our own instead of by QEMU's -kernel:
that would replace the memory nodes of the tree it is given.
"""

import fcntl
import functools
import io
import os
import re
import select
import struct
import subprocess
import sys
import tarfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import devicetree
import initramfs

SCRIPTS = Path(__file__).resolve().parent
# A boot takes a few seconds. This only ends one that hangs.
HANG_TIMEOUT = os.environ.get("BUDDY_SHADOW_TIMEOUT", "600")
if not HANG_TIMEOUT.isdecimal():
    sys.exit(f"BUDDY_SHADOW_TIMEOUT={HANG_TIMEOUT}: expected seconds")

# Where in the guest's memory things are put: in its first 128 MiB, which start
# at 1 GiB. The kernel takes some 40 MiB from a multiple of 2 MiB on.
KERNEL, TREE, STUB, INITRD = 0x40200000, 0x44000000, 0x44180000, 0x44200000

# A57 is the fastest of QEMU's 64-bit processors here; `max` takes twice as long.
QEMU = ("qemu-system-aarch64", "-accel", "tcg,thread=multi", "-nodefaults",
        "-display", "none", "-no-reboot", "-cpu", "cortex-a57")
BOOTARGS = "console=ttyAMA0 earlycon=pl011,0x9000000 panic=-1"

# Whatever prints one of these has failed, whatever else it says.
COMPLAINTS = re.compile(r"WARNING:|BUG:|BUG at|Oops|possible .* lock|"
                        r"possible irq|inconsistent lock state|"
                        r"suspicious RCU|Call trace:|Unable to handle|"
                        r"detected stall|blocked for more than|memory leak")


class BootError(Exception):
    """The guest did not come as far as running its script."""


@dataclass
class Machine:
    """What is booted."""

    kernel: str = "6.1"
    memory: str = "1G"
    cpus: int = 1
    tree: str = "virt"  # a file of scripts/machines/, without .dts

    def qemu(self):
        return (*QEMU, "-m", self.memory, "-smp", str(self.cpus),
                "-machine", "virt,gic-version=3")


@dataclass
class Result:
    """What came of it."""

    folder: Path
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

    def complaints(self):
        """The lines with which the kernel said that something is wrong."""
        # What follows on a panic is its own trace.
        said = self.console.partition("Kernel panic - not syncing")[0]
        lines = (said + self.text("dmesg")).splitlines()
        return [line.strip() for line in lines if COMPLAINTS.search(line)]


def cache():
    """The folder outside of the tree that holds all that is generated."""
    if own := os.environ.get("BUDDY_SHADOW_CACHE"):
        return Path(own)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "buddy-shadow"


@functools.cache
def build_module(kernel):
    """Fetch the kernel, build the module for it; return the module's folder."""
    run = subprocess.run([SCRIPTS / "build-module", kernel], check=False,
                         stdout=subprocess.PIPE, text=True)
    if run.returncode:
        raise BootError(f"no module for kernel {kernel} (see above)")
    return Path(run.stdout.splitlines()[-1])


def _stub():
    """Machine code: x0 = the tree, x1 to x3 = 0, jump to the kernel."""
    code = (0x580000C0, 0xD2800001, 0xD2800002, 0xD2800003, 0x58000084,
            0xD61F0080)
    return struct.pack("<6I2Q", *code, TREE, KERNEL)


def _folder(modules, name):
    """An empty folder for this boot, locked until the file is closed."""
    folder = modules.parent.parent / "boots" / name
    folder.mkdir(parents=True, exist_ok=True)
    lock = open(folder / ".lock", "w", encoding="ascii")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print(f"another boot named {name} is running, waiting for its end",
              file=sys.stderr)
        fcntl.flock(lock, fcntl.LOCK_EX)
    for old in folder.iterdir():
        if old.name != ".lock":
            old.unlink()
    return folder, lock


def _command(folder, machine, modules, job, files, bootargs):
    """Write all that QEMU needs into `folder`; return its command line."""
    image = cache() / "kernels" / machine.kernel
    guest = SCRIPTS / "guest"
    initrd = folder / "initramfs"
    initramfs.write(initrd, {
        "init": guest / "init", "lib.sh": guest / "lib.sh",
        "bin/busybox": image / "busybox", "job": job.encode(),
        "buddy-shadow.ko": modules / "buddy-shadow.ko", **files})
    tree = devicetree.build(
        folder, machine.qemu(), machine.tree, bootargs=bootargs,
        initrd_start=INITRD, initrd_end=INITRD + initrd.stat().st_size)
    stub = folder / "stub"
    stub.write_bytes(_stub())
    places = ((image / "Image", KERNEL), (tree, TREE), (stub, STUB),
              (initrd, INITRD))
    loads = [part for path, address in places for part in
             ("-device", f"loader,file={path},addr={address:#x},force-raw=on")]
    return [*machine.qemu(), *loads,
            "-device", f"loader,addr={STUB:#x},cpu-num=0",
            "-chardev", "stdio,id=console,signal=off",
            "-serial", "chardev:console",
            "-chardev", f"file,id=files,path={folder / 'results.tar'}",
            "-device", "pci-serial,chardev=files"]


def _watch(qemu, log, live):
    """Copy the console to the log (and to `live`) until QEMU ends."""
    end = time.monotonic() + int(HANG_TIMEOUT)
    while True:
        wait = end - time.monotonic()
        if wait <= 0 or not select.select([qemu.stdout], [], [], wait)[0]:
            raise BootError(f"the guest did not end within {HANG_TIMEOUT} s; "
                            f"console log: {log.name}")
        data = os.read(qemu.stdout.fileno(), 65536)
        if not data:
            return
        log.write(data)
        if live:
            live.write(data.replace(b"\r", b""))
            live.flush()


def _run(command, folder, live):
    """Run QEMU to its end."""
    log = folder / "console.log"
    with open(folder / "qemu.log", "w+", encoding="utf-8") as errors, \
            open(log, "wb") as console, \
            subprocess.Popen(command, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=errors) as qemu:
        try:
            _watch(qemu, console, live)
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


def boot(name, machine, job, files=None, live=None, bootargs=""):
    """Boot `machine`, run the shell script `job` in it and return a Result.

    `files` are more files for the guest (name -> bytes or Path), `live` a binary
    stream to which the console is copied, `bootargs` go to the kernel's command
    line. `name` is that of the folder in the cache. Raises BootError.
    """
    modules = build_module(machine.kernel)
    folder, lock = _folder(modules, name)
    with lock:
        start = time.monotonic()
        try:
            command = _command(folder, machine, modules, job, files or {},
                               f"{bootargs} {BOOTARGS}".strip())
        except devicetree.DeviceTreeError as error:
            raise BootError(str(error)) from error
        _run(command, folder, live)
        console = (folder / "console.log").read_bytes()
        return Result(folder, time.monotonic() - start,
                      console.decode("utf-8", "replace").replace("\r", ""),
                      _files(folder / "results.tar"))
