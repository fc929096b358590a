#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""`make run`: load the module in an arm64 guest and print its report.

The exit status is 0 only if the module could be loaded and unloaded, its
verdict is OK and its exercise passed; 2 if there is no such machine.
"""

import argparse
import signal
import sys

import boot
import devicetree


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kernel", default=boot.SYSTEMS_KERNEL,
                        help="Debian's: 5.10, 6.1, 6.12, 7.3, newest; 6.12-rt, "
                             "6.12-cloud, 6.12-16k (pages of 16 KiB)")
    parser.add_argument("--memory", default="1G", help="what QEMU's -m takes")
    parser.add_argument("--cpus", type=int, default=1)
    board = parser.add_mutually_exclusive_group()
    board.add_argument("--machine", default="virt",
                       help="a file of scripts/machines/, without .dts")
    board.add_argument("--dtb", default="",
                       help="a device tree blob whose memory is taken instead")
    parser.add_argument("--args", default="", help="module parameters")
    parser.add_argument("--verbose", action="store_true",
                        help="show all that the guest's kernel prints")
    return parser.parse_args()


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
    values = result.pairs("debugfs/summary")
    for name, wanted in (("verdict", "OK"), ("exercise", "passed")):
        if values.get(name) != wanted:
            return (f"{name} is '{values.get(name, 'missing')}', "
                    f"expected '{wanted}'")
    return None


def say(text):
    print(f"== {text}", flush=True)


def main():
    options = arguments()
    machine = boot.Machine(options.kernel, options.memory, options.cpus,
                           options.machine, options.dtb)
    # What ends this program ends its guest too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        devicetree.check(machine)
        say(f"build the module for kernel {machine.kernel}")
        boot.build_module(machine.kernel)
        say(f"boot {machine.name} with {machine.cpus} CPU")
        result = boot.boot(
            "run", machine, (boot.SCRIPTS / "guest" / "run").read_text(),
            files={"args": options.args.encode()}, live=sys.stdout.buffer,
            bootargs="" if options.verbose else "quiet")
    except (boot.MachineError, devicetree.DeviceTreeError) as error:
        print(f"run: {error}", file=sys.stderr)
        sys.exit(2)
    except boot.BootError as error:
        sys.exit(f"run: {error}")
    except KeyboardInterrupt:
        sys.exit("run: interrupted")
    if problem := failure(result):
        sys.exit(f"run: {problem}\nrun: all about it is in {result.directory}")
    print(f"run: verdict OK, exercise passed; booted, loaded and unloaded in "
          f"{result.seconds:.1f} s")


if __name__ == "__main__":
    main()
