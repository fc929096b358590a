# SPDX-License-Identifier: GPL-2.0-only
"""The module's parameters, as its source names them.

The kernel says no more than a line in its log of a parameter that it does not know.
"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARAMETER = re.compile(r"^module_param\w*\((\w+)", re.MULTILINE)


def names():
    return sorted({name for path in ROOT.glob("*.c")
                   for name in PARAMETER.findall(path.read_text("utf-8"))})


def unknown(words):
    """The first of the words NAME=VALUE that names no parameter, or None."""
    for word in words.split():
        # To the kernel both strokes are the same.
        name = word.partition("=")[0]
        if name.replace("-", "_") not in names():
            return name
    return None
