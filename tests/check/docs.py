# SPDX-License-Identifier: GPL-2.0-only
"""Whatever a user can type or read has a name in the documents."""

import re

from tests.check import files

TARGET = re.compile(r"^([a-z][\w-]*):.*## ", re.MULTILINE)
PARAMETER = re.compile(r"^module_param\w*\(\s*(\w+)", re.MULTILINE)
# A file of its own, or a row of the table of files.
DEBUGFS = re.compile(r"(?:debugfs_create_file\w*\(|^\t+\{) *(?:\.name = )?"
                     r"\"(\w+)\"", re.MULTILINE)

EXERCISE = re.compile(r"^const struct shadow_exercise_ops \w+ = \{\s*"
                      r"\.name = \"([\w-]+)\"", re.MULTILINE)


def documents():
    """The text of the README and of all in Documentation."""
    paths = [path for path in files.project()
             if path.name.startswith("README")
             or path.parts[0] == "Documentation"]
    return "\n".join(files.read(path) for path in paths)


def names():
    """Names that the sources offer and the documents do not mention."""
    module = "\n".join(files.read(path) for path in files.module_files())
    debugfs = "\n".join(files.read(path) for path in files.module_files()
                        if "debugfs_create_file" in files.read(path))
    offered = {
        "make target": (TARGET.findall(files.read("Makefile")), r"\bmake {}\b"),
        "module parameter": (PARAMETER.findall(module), r"\b{}="),
        # These names are plain words: one counts where it stands as a name.
        "exercise": (EXERCISE.findall(module), r"(?:[`*\"]|^){}\b"),
        "debugfs file": (DEBUGFS.findall(debugfs), r"(?:[`*/|]|^){}\b"),
    }
    text = documents()
    found = []
    for kind, (list_of_names, form) in offered.items():
        if not list_of_names:
            found.append(f"no {kind} found in the sources: "
                         "tests/check/docs.py looks for the wrong thing")
        found += [f"{kind} {name}: not in README or Documentation"
                  for name in list_of_names
                  if not re.search(form.format(name), text, re.MULTILINE)]
    return found
