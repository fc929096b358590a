#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""`make docs`: Documentation/ as HTML, in the cache, with the name of its first page.

Sphinx reads it beside pages that are made of the headers' comments, by the kernel's
own scripts/kernel-doc, one for each room. Whatever either of them warns about is an
error, as is a reference that leads nowhere.
"""

import hashlib
import itertools
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import boot

ROOT = boot.SCRIPTS.parent
DOCUMENTS = ROOT / "Documentation"
# The rooms of the module, left to right, and what a page says of each.
ROOMS = {
    "hall": (".", "Arithmetic and lists: ranges, the plan, the buddy, page tables."),
    "dt": ("dt", "From a device tree to a plan."),
    "exercise": ("exercise", "What is done with the design."),
    "report": ("report", "What people read."),
}
FIRST_COMMENT = re.compile(r"\A/\* SPDX[^\n]*\*/\n/\*\n(.*?)\n \*/", re.DOTALL)
CONSTANT = re.compile(r"^#define (SHADOW_\w+)[ \t]+(\S.*?)[ \t]*(?:/\* (.*) \*/)?$",
                      re.MULTILINE)
# A member or parameter that is named, and what reStructuredText takes for its own.
NAMED_OR_MARK = re.compile(r"@(\w+)|[\\*`|_]")


class Error(Exception):
    """It cannot be built; the text says why."""


def output_of(command):
    done = subprocess.run(command, cwd=ROOT, text=True, check=False,
                          capture_output=True)
    if done.returncode:
        raise Error((done.stderr or done.stdout).rstrip())
    return done.stdout


def underlined(title, mark):
    return f"{title}\n{mark * len(title)}\n\n"


def first_comment(text):
    """What a header says of itself; what begins with a tab is shown as it stands."""
    found = FIRST_COMMENT.match(text)
    said = re.sub(r"^ \* ?", "", found[1], flags=re.MULTILINE) if found else ""
    parts = []
    for shown, lines in itertools.groupby(said.splitlines(), lambda line: line and
                                          line.startswith("\t")):
        lines = list(lines)
        if shown == "":
            continue
        if shown:
            parts.append("::\n\n" + "\n".join(line.expandtabs(8) for line in lines))
        else:
            parts.append(NAMED_OR_MARK.sub(
                lambda mark: f"``{mark[1]}``" if mark[1] else f"\\{mark[0]}",
                "\n".join(lines)))
    return "\n\n".join(parts)


def constants(text):
    """The values that a header has names for, with what stands beside them."""
    return "".join(f".. c:macro:: {name}\n\n   ``{value}``  {said}".rstrip() + "\n\n"
                   for name, value, said in CONSTANT.findall(text))


def header(path, kernel_doc):
    """The section of a header."""
    text = path.read_text("utf-8")
    section = underlined(str(path.relative_to(ROOT)), "=")
    if said := first_comment(text):
        section += f"{said}\n\n"
    section += constants(text)
    if "\n/**\n" in text:
        section += output_of(["perl", kernel_doc, "-rst", "-Werror", "-sphinx-version",
                              "3.0.0", path.relative_to(ROOT)])
    return section


def write_headers(directory, kernel_doc):
    """A page for each room."""
    for room, (place, what) in ROOMS.items():
        paths = sorted((ROOT / place).glob("*.h"))
        page = underlined(f"Headers of {room}", "#") + f"{what}\n\n" + \
            "\n".join(header(path, kernel_doc) for path in paths)
        (directory / f"headers-{room}.rst").write_text(page, "utf-8")


def stage(source):
    """All that Sphinx reads in one directory: links, and what is generated."""
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    for path in DOCUMENTS.iterdir():
        (source / path.name).symlink_to(path)
    kernel = output_of(["scripts/kunit-source"]).splitlines()[-1]
    write_headers(source, Path(kernel, "scripts/kernel-doc"))


def inputs(source):
    """A number that stands for all that the pages are made of."""
    sum_of_all = hashlib.sha256(metadata.version("sphinx").encode())
    for path in [Path(__file__), ROOT / "report/version.h", *sorted(DOCUMENTS.rglob("*")),
                 *sorted(source.glob("headers-*"))]:
        if path.is_file():
            sum_of_all.update(f"{path.name}\0".encode() + path.read_bytes())
    return sum_of_all.hexdigest()


def render(source, work):
    """Sphinx, from the beginning: what it has warned about it would not repeat."""
    shutil.rmtree(work / "html", ignore_errors=True)
    done = subprocess.run(
        [sys.executable, "-B", "-m", "sphinx", "-q", "-n", "-W", "--keep-going",
         "-b", "html", "-d", work / "doctrees", "-E", source, work / "html"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise Error(done.stdout.replace(f"{source}/", "Documentation/").rstrip())


def build(work):
    """The first page; it is made anew where something has changed."""
    source, known = work / "source", work / "known"
    stage(source)
    now = inputs(source)
    if not known.exists() or known.read_text("ascii") != now:
        known.unlink(missing_ok=True)
        render(source, work)
        known.write_text(now, "ascii")
    return work / "html/index.html"


def main():
    work = boot.work() / "docs"
    with boot.lock(work / "lock"):
        try:
            print(build(work))
        except Error as error:
            sys.exit(f"docs: {error}")


if __name__ == "__main__":
    main()
