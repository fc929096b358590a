# SPDX-License-Identifier: GPL-2.0-only
"""Documents name whatever a user can type or read, lead where they say, are built."""

import re
from pathlib import Path

import parameters
from tests.check import files

TARGET = re.compile(r"^([a-z][\w-]*):.*## ", re.MULTILINE)
# A file of its own, or a row of the table of files.
DEBUGFS = re.compile(r"(?:debugfs_create_file\w*\(|^\t+\{) *(?:\.name = )?"
                     r"\"(\w+)\"", re.MULTILINE)

EXERCISE = re.compile(r"^const struct shadow_exercise_ops \w+ = \{\s*"
                      r"\.name = \"([\w-]+)\"", re.MULTILINE)

# The name of another document, where a link should be; a code span in the files at the
# top says which file to edit.
PLAIN = re.compile(r"[\w./-]+\.rst\b")
MARKDOWN_LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


def documents():
    """The text of the README and of all in Documentation."""
    paths = [path for path in files.project()
             if path.name.startswith("README")
             or path.parts[0] == "Documentation"]
    return "\n".join(files.read(path) for path in paths)


def offered():
    """Of each kind the names that the sources offer, and the form in a document."""
    module = "\n".join(files.read(path) for path in files.module_files())
    debugfs = "\n".join(files.read(path) for path in files.module_files()
                        if "debugfs_create_file" in files.read(path))
    return {
        "make target": (TARGET.findall(files.read("Makefile")), r"\bmake {}\b"),
        "module parameter": (parameters.names(), r"\b{}="),
        # These names are plain words: one counts where it stands as a name.
        "exercise": (EXERCISE.findall(module), r"(?:[`*\"]|^){}\b"),
        "debugfs file": (DEBUGFS.findall(debugfs), r"(?:[`*/|]|^){}\b"),
    }


def names():
    """Names that the sources offer and the documents do not mention."""
    text = documents()
    found = []
    for kind, (list_of_names, form) in offered().items():
        if not list_of_names:
            found.append(f"no {kind} found in the sources: "
                         "tests/check/docs.py looks for the wrong thing")
        found += [f"{kind} {name}: not in README or Documentation"
                  for name in list_of_names
                  if not re.search(form.format(name), text, re.MULTILINE)]
    return found


def built():
    """What Sphinx and the kernel's kernel-doc say of documents and headers."""
    return files.complaints(["scripts/docs.py"])


def plain():
    """Documents that name another one by its file, where a reader cannot follow."""
    return [f"{path}:{number}: {name} is no link: expected :doc:`{Path(name).stem}`"
            for path in files.project()
            if path.suffix == ".rst" and path.parts[0] == "Documentation"
            for number, line in enumerate(files.lines(path), start=1)
            for name in PLAIN.findall(line)]


def markdown_links():
    """Links of the files at the top that lead nowhere."""
    found = []
    for path in files.project():
        if path.suffix != ".md":
            continue
        for link in MARKDOWN_LINK.findall(files.read(path)):
            name, _, anchor = link.partition("#")
            goal = path.parent / name if name else path
            if "://" not in link and not (
                    (files.ROOT / goal).exists() and
                    (not anchor or anchor in anchors(goal))):
                found.append(f"{path}: the link to {link} leads nowhere")
    return found


def anchors(path):
    """Where one can go in a file, as forges name headings."""
    return [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
            for heading in HEADING.findall(files.read(path))]
