# SPDX-License-Identifier: GPL-2.0-only
"""The command line of shadow-map."""

import argparse
import re
import sys
from pathlib import Path

from . import frag
from .draw import Map
from .page import Page
from .read import is_tree, read, read_text, shadow_layout
from .words import Wrong, visible

DESCRIPTION = "A picture of a machine's memory, as SVG or as a page."
ME = "shadow-map"


class Parser(argparse.ArgumentParser):
    """What is wrong is said in one line."""

    def error(self, message):
        raise Wrong(message)


def width(text):
    if not text.isdecimal() or not 320 <= int(text) <= 4096:
        raise argparse.ArgumentTypeError("expected a width of 320 to 4096")
    return int(text)


def parser():
    found = Parser(prog=ME, description=DESCRIPTION, allow_abbrev=False)
    found.add_argument("input", nargs="?", default="-", metavar="INPUT",
                       help="shadow-layout's JSON, a directory of the module's "
                       "files in debugfs, a device tree, or - (the default): "
                       "JSON on standard input")
    found.add_argument("--output", "-o", metavar="FILE", help="where the picture "
                       "goes; a page, if its name ends in .html; default: SVG on "
                       "standard output")
    found.add_argument("--html", metavar="FILE", help="write a page")
    found.add_argument("--title", metavar="TEXT", help="what stands above it; "
                       "default: the machine's path")
    found.add_argument("--width", type=width, default=800, metavar="PIXELS",
                       help="of an SVG, 320 to 4096; default: 800")
    found.add_argument("--compare", metavar="LOG", help="what a target printed: "
                       "the page says what differs; INPUT must be a device tree")
    found.add_argument("--differences", metavar="TEXT", help="the same, as "
                       "shadow-layout --compare has printed it")
    found.add_argument("--frag", metavar="FILE", help="plot free blocks over "
                       "time from the lines of INPUT")
    found.add_argument("--version", action="store_true", help="show the version")
    return found


def version():
    """That of the project: in the sources it has one place, `make install` copies it."""
    here = Path(__file__).resolve()
    for path in here.parents[1] / "version.h", here.parents[2] / "report/version.h":
        if path.is_file():
            return re.search('SHADOW_VERSION "(.*)"', path.read_text("utf-8"))[1]
    raise Wrong("version.h: No such file")


def write(path, text):
    data = text.encode("utf-8")
    try:
        if path in (None, "-"):
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        else:
            Path(path).write_bytes(data)
    except OSError as error:
        # Nothing more is said to who does not listen.
        sys.stdout = None
        raise Wrong(f"{path or 'standard output'}: {error.strerror}") from None


def about(path, function, *arguments):
    """What is wrong with a file has its name before it."""
    try:
        return function(*arguments)
    except Wrong as error:
        name = "standard input" if str(path) == "-" else path
        raise Wrong(f"{name}: {error}") from None


def differences(options):
    """What --compare or --differences has for the page, None for neither."""
    if options.compare is not None:
        if not is_tree(options.input):
            raise Wrong("--compare needs a device tree; with JSON, --differences "
                        "takes what shadow-layout --compare printed")
        return shadow_layout("--compare", options.compare, options.input,
                             allowed=(0, 3))
    if options.differences is not None:
        return about(options.differences, read_text, options.differences)
    return None


def check(options):
    """Refuse what does not go together; --output FILE.html means --html."""
    targets = [one for one in (options.output, options.html, options.frag)
               if one is not None]
    if len(targets) > 1:
        raise Wrong("one of --output, --html and --frag")
    if options.html is None and (options.output or "").endswith(".html"):
        options.html, options.output = options.output, None
    compared = [one for one in (options.compare, options.differences)
                if one is not None]
    if len(compared) > 1:
        raise Wrong("one of --compare and --differences")
    if compared and options.html is None:
        raise Wrong("differences are for a page: --html FILE")


def run(arguments):
    options = parser().parse_args(arguments)
    if options.version:
        write(None, f"{ME} {version()}\n")
        return
    check(options)
    if options.frag is not None:
        write(options.frag, about(options.input, lambda: frag.plot(
            read_text(options.input), width=options.width,
            title=options.title)))
        return
    machine = about(options.input, read, options.input)
    if options.html is not None:
        found = differences(options)
        write(options.html, about(options.input, lambda: Page(
            machine, title=options.title, differences=found).html()))
        return
    write(options.output, about(options.input, lambda: Map(
        machine, width=options.width, title=options.title).svg()))


def main():
    try:
        run(sys.argv[1:])
    except Wrong as error:
        print(f"{ME}: {visible(error)}", file=sys.stderr)
        return 2
    return 0
