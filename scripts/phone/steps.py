# SPDX-License-Identifier: GPL-2.0-only
"""What is done on the phone, in the order in which it is done."""

import re
import secrets
import struct
from dataclasses import dataclass, field
from shlex import quote

from . import explain
from .error import Gone, Interrupted, PhoneError

TEMPORARY = "/data/local/tmp"
DEBUGFS = "/sys/kernel/debug"
TREE = "/sys/firmware/devicetree/base"

# Everything that can be asked without being root and changes nothing.
ASK = """
for name in ro.build.type ro.debuggable ro.product.model ro.product.device \
	ro.build.fingerprint; do
	echo "$name: $(getprop $name)"
done
echo "release: $(uname -r)"
echo "machine: $(uname -m)"
"""

# Asked as root. A kernel older than 5.18 has KUnit without the parameter.
LOOK = f"""
while read -r _ where type _; do
	[ "$type" != debugfs ] || echo "debugfs: $where"
done </proc/mounts
[ ! -d /sys/module/buddy_shadow ] || echo "loaded: buddy_shadow"
[ ! -d /sys/module/buddy_shadow_kunit ] || echo "loaded: buddy_shadow_kunit"
if [ -e /sys/module/kunit/parameters/enable ]; then
	echo "kunit: $(cat /sys/module/kunit/parameters/enable)"
elif [ -d /sys/module/kunit ]; then
	echo "kunit: Y"
fi
ls -d {TEMPORARY}/buddy_shadow-* 2>/dev/null | sed 's/^/leftover: /'
true
"""

# Which node's memory-region names which reserved memory, by phandle.
REGIONS = f"""
cd {TREE} || exit
for file in reserved-memory/*/phandle; do
	echo $file $(od -v -An -tx1 $file)
done
find . -name memory-region | while read -r file; do
	echo $file $(od -v -An -tx1 $file)
done
"""

# What a module reads there it would read without the lock.
IMAGE = "grep -E ' : Kernel (code|data)$' /proc/iomem; true"

# The header of the blob and what it reserves beside its tree, which the live tree
# does not show.
BLOB = "od -v -An -tx1 -N 4096 /sys/firmware/fdt 2>/dev/null; true"
BLOB_MAGIC = 0xd00dfeed

# An insmod that we lost sight of may still be at work.
UNLOAD = """
while [ "$(cat /sys/module/{0}/initstate 2>/dev/null)" = coming ]; do
	sleep 1
done
[ ! -d /sys/module/{0} ] || rmmod {0}
"""


@dataclass
class Job:
    """What is to be done, and what came of it."""

    module: object
    parameters: list  # words of insmod's command line
    pool: str
    region: str = ""
    kunit: list = field(default_factory=list)  # modules, in order of loading
    facts: dict = field(default_factory=dict)
    before: list = None  # the kernel's log at the start
    log: list = field(default_factory=list)  # what it said since
    kunit_said: str = ""  # why the suites did not run
    kunit_failed: bool = False  # although they should have
    directory: str = ""  # the one on the phone


def pairs(text):
    """`name: value` lines as a dictionary; the last of a name counts."""
    split = (line.partition(":") for line in text.splitlines())
    return {name.strip(): value.strip() for name, _, value in split}


def ask(adb):
    """The phone's properties; PhoneError if it is one that cannot be used."""
    facts = pairs(adb.check(ASK, "asking the phone for its properties"))
    if facts["machine"] != "aarch64":
        raise PhoneError(f"the phone's kernel is for {facts['machine']}, "
                         "expected aarch64")
    if facts["ro.debuggable"] != "1":
        raise PhoneError(
            "the phone runs a user build (ro.build.type = "
            f"{facts['ro.build.type']}): it lets nobody become root or load "
            "a module",
            "Unlock the bootloader and flash a userdebug build: "
            "aosp_oriole-userdebug for a Pixel 6. This erases the phone.")
    return facts


def look(adb, job, say):
    """Things that only root sees; PhoneError if somebody is at it already."""
    text = adb.check(LOOK, "looking at the phone's state")
    if loaded := re.findall(r"^loaded: (\w+)", text, re.M):
        names = " and ".join(sorted(loaded))
        raise PhoneError(
            f"{names} is loaded on the phone already",
            "If nobody else is using it: 'adb root', 'adb shell rmmod "
            f"{' '.join(sorted(loaded, reverse=True))}', then try again.")
    for name in re.findall(r"^leftover: (\S+)", text, re.M):
        say(f"note: {name} on the phone is left from another run")
    job.facts.update(pairs(text))


def find_region(listing, pool):
    """Path of the first node whose memory-region is the pool; "" for none."""
    phandles, users = {}, []
    for line in listing.splitlines():
        path, *octets = line.split()
        value = "".join(octets[:4])
        parts = path.split("/")
        if parts[-1] == "phandle":
            phandles[parts[1].partition("@")[0]] = value
        elif len(octets) >= 4:
            users.append((path.removesuffix("/memory-region"), value))
    wanted = phandles.get(pool)
    return next((path.removeprefix(".") for path, value in sorted(users)
                 if value == wanted), "")


def region(adb, job, say):
    """Find the node that names the pool, unless it was given."""
    if not job.region:
        job.region = find_region(
            adb.check(REGIONS, "reading the phone's device tree"), job.pool)
        if not job.region:
            say(f"note: no node of the phone's device tree refers to a pool "
                f"'{job.pool}'; the module looks for one itself")
            return
    job.parameters.insert(0, f"region={job.region}")


def find_image(iomem):
    """The module's parameter for the image in these lines; "" for none."""
    parts = {name: (int(start, 16), int(last, 16)) for start, last, name in
             re.findall(r"^ *(\w+)-(\w+) : Kernel (\w+)$", iomem, re.M)}
    if {"code", "data"} - {*parts} or not parts["data"][1]:
        return ""
    start, last = parts["code"][0], parts["data"][1]
    return f"image={start:#x},{last - start + 1}"


def _tell(job, say, name, find, otherwise):
    """Tell the module what `find` finds, unless it is told, or say what follows."""
    if any(word.startswith((f"{name}=", "machine=")) for word in job.parameters):
        return
    if found := find():
        job.parameters.append(found)
    else:
        say(f"note: {otherwise}")


def image(adb, job, say):
    """Tell the module where the phone's kernel lies, unless it is told."""
    _tell(job, say, "image",
          lambda: find_image(adb.check(IMAGE, "reading /proc/iomem")),
          "/proc/iomem does not show the phone's kernel; the module looks for it "
          "itself")


def find_memreserve(octets):
    """The module's parameter for what this blob reserves; "" where it is none."""
    data = bytes.fromhex(octets)
    magic, _, _, _, at = struct.unpack(">5I", data[:20].ljust(20, b"\0"))
    if magic != BLOB_MAGIC:
        return ""
    found = []
    while at + 16 <= len(data):
        base, size = struct.unpack(">2Q", data[at:at + 16])
        if not size:
            return f"memreserve={','.join(found) or 'none'}"
        found.append(f"{base:#x},{size}")
        at += 16
    return ""


def memreserve(adb, job, say):
    """Tell the module what the phone's blob reserves, unless it is told."""
    _tell(job, say, "memreserve",
          lambda: find_memreserve(adb.check(BLOB, "reading the phone's blob")),
          "the phone does not show its device tree blob; what that reserves "
          "beside the tree is not counted")


def push(adb, session, job):
    """Copy the modules into a directory of their own."""
    job.directory = f"{TEMPORARY}/buddy_shadow-{secrets.token_hex(4)}"
    session.note(f"rm -rf {job.directory}",
                 f"the directory {job.directory} on the phone")
    adb.check(f"mkdir -p {job.directory}/out/kunit", "making a directory")
    for module in (job.module, *job.kunit):
        adb.copy("push", module.path, f"{job.directory}/{module.path.name}")


def mount(adb, session, job):
    """Mount debugfs, unless it is."""
    if "debugfs" in job.facts:
        return
    session.note(f"umount {DEBUGFS}", f"debugfs on {DEBUGFS} of the phone", True)
    done = adb.shell(f"mount -t debugfs debugfs {DEBUGFS}")
    if done.status:
        raise PhoneError(f"debugfs cannot be mounted on the phone: {done.said}",
                         "Its kernel has to be built with CONFIG_DEBUG_FS=y and "
                         "without debugfs=off on its command line.")
    job.facts["debugfs"] = DEBUGFS


def read_log(adb):
    return adb.check("dmesg", "dmesg").splitlines()


def new_lines(before, after):
    """The lines of `after` that follow the last line of `before`."""
    if before and before[-1] in after:
        last = len(after) - 1 - after[::-1].index(before[-1])
        return after[last + 1:]
    return after


def insmod(adb, session, job, module, parameters):
    """Load a module; PhoneError that explains if the kernel refuses it."""
    session.note(UNLOAD.format(module.name),
               f"{module.name} is still loaded on the phone; a reboot ends "
               "that", True)
    before = read_log(adb)
    words = " ".join(map(quote, parameters))
    done = adb.shell(f"insmod {job.directory}/{module.path.name} {words}")
    if done.status:
        raise explain.insmod(module, done.said,
                             new_lines(before, read_log(adb)),
                             job.facts["release"])


def collect(adb, job, out):
    """Copy the module's files on the phone, then all of them to here."""
    source = f"{job.facts['debugfs']}/buddy_shadow"
    adb.check(f"""
cd {source} || exit
for file in *; do
	[ "$file" = run ] || cat "$file" >{job.directory}/out/$file || exit
done
""", f"copying the files of {source}")
    adb.copy("pull", f"{job.directory}/out/.", out)


def kunit_state(job):
    """Why KUnit suites cannot run there, "" if they can."""
    state = job.facts.get("kunit")
    names = {module.name for module in job.kunit}
    if "buddy_shadow_kunit" not in names:
        return "no buddy-shadow-kunit.ko beside the module"
    if state is None and "kunit" not in names:
        return ("the phone's kernel has no KUnit, and there is no kunit.ko "
                "beside the module")
    if state == "N":
        return ("KUnit is in the phone's kernel but disabled. To enable it, "
                "put kunit.enable=1 on the kernel's command line (on 6.1: a "
                "vendor_boot or boot image of your own, 'fastboot boot'; from "
                "6.6 on: unload kunit, then this script loads kunit.ko)")
    return ""


def kunit(adb, session, job):
    """Run the suites if they can run. What fails here costs no report."""
    job.kunit_said = kunit_state(job)
    if job.kunit_said:
        return
    try:
        _run_suites(adb, session, job)
    except (Gone, Interrupted):
        raise
    except PhoneError as error:
        job.kunit_said, job.kunit_failed = str(error), True


def _run_suites(adb, session, job):
    """Load the suites; their results are files in debugfs afterwards."""
    for module in job.kunit:
        if module.name != "kunit":
            insmod(adb, session, job, module, [])
        elif "kunit" not in job.facts:
            insmod(adb, session, job, module, ["enable=1"])
    adb.check(f"""
cd {job.facts['debugfs']}/kunit || exit
for suite in *; do
	cat $suite/results >{job.directory}/out/kunit/$suite || exit
done
""", "copying KUnit's results")
