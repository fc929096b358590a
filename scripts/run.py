#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""`make run`: load the module in an arm64 guest; verdict, map and figures.

With --shell, `make shell`: load it there and give a prompt. Else the exit status is 0
only if the module could be loaded and unloaded, its verdict is OK and its exercise,
unless exercise=n is given, passed; 2 if there is no such machine, kernel or parameter.
"""

import argparse
import re
import signal
import sys
import textwrap
from pathlib import Path

import boot
import devicetree
import parameters
import screen

# As scripts/fetch-kernel takes it.
KERNEL = re.compile(r"[0-9][0-9a-z.+-]*|newest")
IGNORED = re.compile(r"buddy_shadow: unknown parameter '(.*?)' ignored")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kernel", default=boot.SYSTEMS_KERNEL,
                        help="Debian's: 5.10, 6.1, 6.12, 7.3, newest; 6.12-rt, "
                             "6.12-cloud, 6.12-16k (pages of 16 KiB)")
    parser.add_argument("--memory", default="1G",
                        help="of QEMU's own machine, for example 2G or 512M")
    parser.add_argument("--cpus", default="1")
    parser.add_argument("--machine", default="virt",
                        help="a file of scripts/machines/, without .dts")
    parser.add_argument("--dtb", default="",
                        help="a device tree blob whose memory is taken instead")
    parser.add_argument("--ram", default="", metavar="BASE,SIZE",
                        help="more memory for that tree, as a boot loader adds "
                             "it; several with blanks between them")
    parser.add_argument("--args", default="", help="module parameters")
    parser.add_argument("--shell", action="store_true",
                        help="give a prompt in the guest instead")
    parser.add_argument("--out", metavar="DIRECTORY",
                        help="keep all files of the run there")
    parser.add_argument("--verbose", action="store_true",
                        help="show all that is printed: compilers, the guest's "
                             "kernel, the report")
    return parser.parse_args()


def machine_of(options):
    """What is to be booted. Raises boot.MachineError."""
    if not KERNEL.fullmatch(options.kernel):
        raise boot.MachineError(f"KERNEL={options.kernel}: expected a version "
                                "such as 6.1 or 6.12-rt, or newest")
    if not re.fullmatch("[1-9][0-9]*", options.cpus):
        raise boot.MachineError(f"SMP={options.cpus}: expected a number of CPUs, "
                                "1 or more")
    if options.dtb and options.machine != "virt":
        raise boot.MachineError(f"MACHINE={options.machine}: expected without "
                                "DTB=, which is a machine as well")
    if options.ram and not options.dtb:
        raise boot.MachineError(f"RAM={options.ram}: expected together with "
                                "DTB=, which it adds memory to")
    if (name := parameters.unknown(options.args)) is not None:
        raise boot.MachineError(f"ARGS={options.args}: the module has no "
                                f"parameter '{name}', expected some of: "
                                f"{', '.join(parameters.names())}")
    return boot.Machine(options.kernel, options.memory, int(options.cpus),
                        options.machine, options.dtb, options.ram)


def failure(result):
    """What went wrong, or None."""
    if result.panic:
        return f"the guest panicked: {result.panic}"
    step = result.text("step").strip()
    if result.status is None:
        return "the guest ended early"
    if result.status:
        return f"this step failed: {step}"
    if complaints := result.complaints():
        return f"the guest's kernel complained: {complaints[0]}"
    if ignored := IGNORED.search(result.text("dmesg")):
        return f"the module has no parameter '{ignored[1]}'"
    values = result.pairs("debugfs/summary")
    for name, wanted in (("verdict", "OK"), ("exercise", outcome(result))):
        if values.get(name) != wanted:
            return (f"{name} is '{values.get(name, 'missing')}', "
                    f"expected '{wanted}'")
    return None


def outcome(result):
    """What `exercise` of summary has to be: exercise=n may be given."""
    return "none" if result.text("exercise").strip() == "N" else "passed"


def say(text):
    print(f"== {text}", flush=True)


class Steps:
    """Of a console, the lines that say what is done."""

    def __init__(self):
        self.rest = b""

    def write(self, data):
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            if line.startswith(b"== "):
                print(textwrap.fill(
                    line.decode("utf-8", "replace"), screen.COLUMNS,
                    subsequent_indent="   ", break_on_hyphens=False,
                    break_long_words=False), flush=True)

    def flush(self):
        """What is not yet a line is not yet said."""


def keep(result, where):
    """All files of the run, the console too. Raises OSError."""
    for name, data in {**result.files,
                       "console": result.console.encode()}.items():
        path = Path(where, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    say(f"all files of this run are in {where}")


def show(result):
    """The first screen, where the guest came so far."""
    files = {name: result.text(f"debugfs/{name}")
             for name in ("summary", "map", "result")}
    if files["summary"] and files["map"]:
        print("", *screen.screen(files), sep="\n")


def shell(machine, options):
    """A prompt in a guest with the module loaded."""
    job = (boot.SCRIPTS / "guest" / "shell").read_text()
    boot.shell(machine, job, {"args": f"exercise=n {options.args}".encode()},
               sys.stdout.buffer, "" if options.verbose else "quiet")


def main():
    options = arguments()
    # What ends this program ends its guest too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        machine = machine_of(options)
        devicetree.check(machine)
        say(f"build the module for kernel {machine.kernel}")
        boot.quiet = not options.verbose
        boot.build_module(machine.kernel)
        say(f"boot {machine.name} with {machine.cpus} CPU" +
            "s" * (machine.cpus > 1))
        if options.shell:
            shell(machine, options)
            return
        result = boot.boot(
            "run", machine, (boot.SCRIPTS / "guest" / "run").read_text(),
            files={"args": options.args.encode()},
            live=sys.stdout.buffer if options.verbose else Steps(),
            bootargs="" if options.verbose else "quiet")
    except (boot.MachineError, devicetree.DeviceTreeError) as error:
        print(f"run: {error}", file=sys.stderr)
        sys.exit(2)
    except (boot.BootError, OSError) as error:
        sys.exit(f"run: {error}")
    except KeyboardInterrupt:
        sys.exit("run: interrupted")
    if options.out:
        keep(result, options.out)
    problem = failure(result)
    if problem and not options.verbose:
        print(result.console, end="")
    show(result)
    if problem:
        sys.exit(f"run: {problem}\nrun: all about it is in {result.directory}")
    exercised = "passed" if outcome(result) == "passed" else "not asked for"
    print(f"run: verdict OK, exercise {exercised}; booted, loaded and unloaded "
          f"in {result.seconds:.1f} s")


if __name__ == "__main__":
    main()
