# SPDX-License-Identifier: GPL-2.0-only
"""A tree of links to the project's sources, with some of them changed.

CBMC runs in such a tree, where sources are spelt as a proof wants them and
mutants have their fault.
"""

import re
import shutil

from tests.prove import cbmc
from tests.prove.cbmc import ROOT, CbmcError

SOURCES = ("*.[ch]", "tests/prove/**/*.[ch]", "host/include/**/*.h")


def change(text, where, old, new):
    """Replace the one place where `old` stands."""
    if text.count(old) != 1:
        raise CbmcError(f"{where}: expected exactly once, found "
                        f"{text.count(old)} times: {old}")
    return text.replace(old, new)


def respell(text, where, pattern, instead):
    """Replace until nothing matches: `a[a[i].b].b` has to be done twice."""
    rest, found = text, True
    while found:
        rest, found = re.subn(pattern, instead, rest)
    if rest == text:
        raise CbmcError(f"{where}: nothing matches {pattern}")
    return rest


def changed(proof, mutant):
    """The sources that differ from the project's, by name."""
    texts = {}

    def text(name):
        return texts[name] if name in texts else (ROOT / name).read_text()

    if mutant:
        texts[mutant.file] = change(text(mutant.file), mutant.file,
                                    mutant.old, mutant.new)
    for name, pattern, instead in proof.spelling:
        texts[name] = respell(text(name), name, pattern, instead)
    return texts


def lay_out(proof, mutant=None):
    """Make the tree for a proof, perhaps of a mutant; return its path."""
    name = f"{mutant.name}.{proof.name}" if mutant else proof.name
    tree = cbmc.directory() / "trees" / name
    shutil.rmtree(tree, ignore_errors=True)
    texts = changed(proof, mutant)
    for pattern in SOURCES:
        for path in ROOT.glob(pattern):
            name = str(path.relative_to(ROOT))
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            if name in texts:
                (tree / name).write_text(texts[name])
            else:
                (tree / name).symlink_to(path)
    return tree
