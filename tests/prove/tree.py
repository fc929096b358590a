# SPDX-License-Identifier: GPL-2.0-only
"""A tree of links to the project's sources, with some of them changed.

CBMC runs in such a tree, where sources are spelled as a proof wants them and
a mutant has its bug. Coccinelle makes the changes: its semantic patches know C,
and no local variable by its name.
"""

import difflib
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.prove import cbmc
from tests.prove.cbmc import HARNESSES, ROOT, CbmcError

SOURCES = ("*.[ch]", "tests/prove/**/*.[ch]", "host/include/**/*.h")
# None of the patterns that Coccinelle takes for the same: they are not all.
SPATCH = ("spatch", "--iso-file", "/dev/null", "--very-quiet",
          "--no-show-diff", "--no-includes")


def patch(text, file, rule):
    """Apply a rule of a semantic patch, which must change something."""
    with tempfile.TemporaryDirectory() as temporary:
        source, result = Path(temporary, "in.c"), Path(temporary, "out.c")
        source.write_text(text)
        run = subprocess.run(
            [*SPATCH, "--sp-file", ROOT / HARNESSES / file, "-D", rule,
             "-o", result, source], check=False, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        changed = result.read_text() if result.exists() else text
    if run.returncode or run.stdout or changed == text:
        raise CbmcError(f"{file}: {rule} did not work:\n{run.stdout}")
    return changed


def places(old, new):
    """How many runs of lines differ."""
    lines = difflib.SequenceMatcher(None, old.splitlines(), new.splitlines(),
                                    autojunk=False)
    return sum(kind != "equal" for kind, *_ in lines.get_opcodes())


def mutate(text, mutant):
    """Inject a mutant's bug into its source, in one place."""
    changed = patch(text, *mutant.rule)
    if (found := places(text, changed)) != 1:
        raise CbmcError(f"mutant {mutant.name} changes {found} places")
    return changed


def changed_sources(proof, mutant):
    """The sources that differ from the project's, by name."""
    texts = {}
    if mutant:
        texts[mutant.file] = mutate((ROOT / mutant.file).read_text(), mutant)
    for name, rule in proof.spelling:
        texts[name] = patch(texts.get(name) or (ROOT / name).read_text(),
                            "spelling.cocci", rule)
    return texts


def lay_out(proof, mutant=None):
    """Make the tree for a proof, perhaps of a mutant; return its path."""
    name = f"{mutant.name}.{proof.name}" if mutant else proof.name
    tree = cbmc.directory() / "trees" / name
    shutil.rmtree(tree, ignore_errors=True)
    texts = changed_sources(proof, mutant)
    for pattern in SOURCES:
        for path in ROOT.glob(pattern):
            name = str(path.relative_to(ROOT))
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            if name in texts:
                (tree / name).write_text(texts[name])
            else:
                (tree / name).symlink_to(path)
    return tree
