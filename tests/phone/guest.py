# SPDX-License-Identifier: GPL-2.0-only
"""A guest of QEMU that plays a phone, and ways to run things in it."""

import gzip
import shlex
import socket
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import boot

HERE = Path(__file__).resolve().parent
# Packed it is less: the guest's serial port takes 64 KiB without losing any.
CHUNK = 49152
PROPERTIES = {
    "ro.build.type": "userdebug", "ro.debuggable": "1",
    "ro.product.model": "Pixel 6", "ro.product.device": "oriole",
    "ro.build.fingerprint": "google/oriole/oriole:rig",
}


class Line:
    """One serial line to an agent in the guest, one request at a time."""

    def __init__(self, directory, name):
        self.name, self.path = name, f"{directory}/{name}"
        self.lock = threading.Lock()
        self.ready = threading.Event()
        self.file = None
        self.asked = None  # since when an answer is awaited
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def qemu(self, slot):
        return ("-chardev", f"socket,id={self.name},path={self.path}",
                "-device", f"pci-serial,chardev={self.name},addr={slot:#x}")

    def _accept(self):
        # QEMU also connects when it is only asked for its device tree.
        while not self.ready.is_set():
            file = self.listener.accept()[0].makefile("rwb")
            if file.readline().strip() == b"ready":
                self.file = file
                self.ready.set()

    def request(self, line, data=b""):
        """(status, stdout, stderr) of a request."""
        with self.lock:
            self.send(line.encode() + b"\n" + data)
            answer = self.file.readline().split()
            if len(answer) != 3:
                raise ConnectionError("the guest's agent is gone")
            status, out, err = map(int, answer)
            found = status, self.file.read(out), self.file.read(err)
            self.asked = None
            return found

    def send(self, data):
        self.asked = time.monotonic()
        self.file.write(data)
        self.file.flush()

    def alive(self):
        """When it last gave a sign of life: now, if it is not asked for one."""
        return (self.asked or time.monotonic()) if self.ready.is_set() else 0

    def run(self, script):
        return self.request(f"run {len(script.encode())}", script.encode())


@dataclass
class Machine(boot.Machine):
    """The harness's machine with more serial lines."""

    lines: tuple = ()

    def qemu(self):
        # After the slot of the line that carries the results.
        more = [part for number, line in enumerate(self.lines)
                for part in line.qemu(0x10 + number)]
        *command, option, machine = super().qemu()
        return (*command, *more, option, machine)


class Guest:
    """A booted guest. It has the methods that adbd.Adbd wants."""

    def __init__(self, name, tree):
        self.directory = tempfile.TemporaryDirectory(prefix="buddy-shadow-")
        self.adb = Line(self.directory.name, "adb")
        self.test = Line(self.directory.name, "test")
        self.machine = Machine(tree=tree, lines=(self.adb, self.test))
        self.name = name
        self.error = None
        self.stopped = False
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._boot, daemon=True)
        self.thread.start()

    def _boot(self):
        files = {name: HERE / name for name in ("agent", "android.sh")}
        try:
            boot.boot(self.name, self.machine, (HERE / "job").read_text(),
                      files=files, alive=self.alive)
        except (boot.BootError, OSError) as error:
            self.error = error
        self.ended.set()

    def alive(self):
        if self.stopped:
            raise boot.BootError("it was ended")
        return min(self.adb.alive(), self.test.alive())

    def wait(self):
        """Until it is up. It plays a healthy phone then."""
        for line in (self.adb, self.test):
            while not line.ready.wait(1):
                if self.ended.is_set():
                    raise boot.BootError(f"guest {self.name}: {self.error}")
        self.play()

    def end(self):
        """Switch it off."""
        try:
            self.adb.send(b"end\n")
            self.test.send(b"end\n")
        except (AttributeError, OSError):
            self.stopped = True
        self.thread.join()
        self.directory.cleanup()
        if self.error and not self.stopped:
            raise self.error

    def play(self, uid=0, insmod="", script="", **changed):
        """Play a phone: who `id` says it is, what getprop says.

        `insmod` is what insmod does first, `script` redefines other commands
        of android.sh. The property rig.root is what adbd says and does no more.
        """
        changed = {name.replace("_", "."): value
                   for name, value in changed.items()}
        lines = "".join(f"{name}={value}\n" for name, value in
                        {**PROPERTIES, **changed}.items())
        played = f"before_insmod()\n{{\n{insmod or ':'}\n}}\n{script}"
        self.sh(f"cat >/phone/properties <<'END'\n{lines}END\n"
                f"echo {uid} >/phone/uid\n"
                f"cat >/phone/played <<'END'\n{played}\nEND")

    def sh(self, script):
        """Output of a script that has to work, not by way of adb."""
        status, out, err = self.test.run(script)
        if status:
            raise RuntimeError(f"in the guest: {err.decode()}: {script}")
        return out.decode()

    def reset(self):
        """Undo what a case that failed may have left, and play a phone."""
        self.sh("""
touch /phone/go
umount /proc/sys/kernel/random/boot_id 2>/dev/null
for module in buddy_shadow_kunit kunit buddy_shadow; do
	while [ "$(cat /sys/module/$module/initstate 2>&1)" = coming ]; do
		usleep 20000
	done
	[ ! -d /sys/module/$module ] || busybox rmmod $module
done
mountpoint -q /sys/kernel/debug || mount -t debugfs debugfs /sys/kernel/debug
mount -o remount,size=64m /data/local/tmp
rm -rf /data/local/tmp/* /phone/go /phone/waiting
""")
        self.play()

    def state(self):
        """What a session must not change."""
        return self.sh("cut -d' ' -f1 /proc/modules; cat /proc/mounts; "
                       "find /data; cat /phone/uid")

    def shell(self, script):
        return self.adb.run(script)

    def stat(self, path):
        _, out, _ = self.adb.run(f"stat -L -c '%f %s %Y' {shlex.quote(path)}")
        mode, size, mtime = out.split() or ("0", "0", "0")
        return int(mode, 16), int(size), int(mtime)

    def list(self, path):
        _, out, _ = self.adb.run(f"cd {shlex.quote(path)} && "
                                 "stat -c '%f %s %Y %n' .* *")
        for line in out.decode().splitlines():
            mode, size, mtime, name = line.split(" ", 3)
            yield int(mode, 16), int(size), int(mtime), name

    def read(self, path):
        return self.adb.run(f"cat {shlex.quote(path)}")[1]

    def write(self, path, mode, chunks):
        wrong = ""
        _, _, err = self.adb.run(f": >{shlex.quote(path)} && "
                                 f"chmod {mode & 0o777:o} {shlex.quote(path)}")
        for data in chunks:
            for start in range(0, len(data), CHUNK):
                part = gzip.compress(data[start:start + CHUNK])
                if not (wrong or err):
                    _, _, err = self.adb.request(f"put {len(part)} {path}",
                                                 part)
            wrong = wrong or err.decode().strip().rpartition(": ")[2]
        return wrong or err.decode().strip()

    def root(self, wanted):
        said = self.sh("sed -n 's/^rig.root=//p' "
                       "/phone/properties").strip()
        if said:
            return said
        self.sh(f"echo {0 if wanted else 2000} >/phone/uid")
        return "restarting adbd as " + ("root" if wanted else "non root")
