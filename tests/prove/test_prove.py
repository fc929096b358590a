# SPDX-License-Identifier: GPL-2.0-only
"""CBMC proves properties of the core, and refutes each mutant of it.

Those that are worth most in little time are a part of `make test`; the others
are marked `long`.
"""

import re

import pytest

from tests.prove import arithmetic, buddy, cbmc, tree
from tests.prove.cbmc import HARNESSES, ROOT

PROOFS = [*arithmetic.PROOFS, *buddy.PROOFS]
MUTANTS = [*arithmetic.MUTANTS, *buddy.MUTANTS]
BY_NAME = {proof.name: proof for proof in PROOFS}
FILES = sorted({mutant.file for mutant in MUTANTS})
# What looks like a local variable but is none.
WORDS = ("bool break char const continue else enum false for if int long "
         "return s64 sizeof static struct true u32 u64 unsigned void "
         "while").split()


def each(table):
    return [pytest.param(one, id=one.name,
                         marks=() if one.quick else pytest.mark.long)
            for one in table]


@pytest.fixture(scope="module", autouse=True)
def tools():
    cbmc.program()


@pytest.mark.parametrize("proof", each(PROOFS))
def test_proof(proof):
    """The claim holds for all inputs, and there are some."""
    root = tree.lay_out(proof)
    verdict = cbmc.prove(proof, root)
    print(f"{proof.claim}: {len(verdict.properties)} assertions, "
          f"{verdict.seconds:.1f} s")
    if wrong := verdict.wrong():
        pytest.fail("\n".join([f"not proven: {proof.claim}", *wrong,
                               *cbmc.trace(proof, root, verdict)]),
                    pytrace=False)


@pytest.mark.parametrize("mutant", each(MUTANTS))
def test_mutant(mutant):
    """Each proof that the mutant names finds its bug."""
    for name in mutant.refuted_by:
        proof = BY_NAME[name]
        violated, log = cbmc.refute(proof, tree.lay_out(proof, mutant),
                                    f"{mutant.name}.{name}")
        if not violated:
            pytest.fail(f"{name} holds all the same; log: {log}",
                        pytrace=False)
        print(f"refuted by {name}: {violated}")


def renamed(text):
    """Give another name to all local variables of a source."""
    # Neither a member, an include, a macro, nor a function.
    word = re.compile(r"(?<![\w.>#</\"])[a-z_]\w*\b(?!\()")
    return word.sub(lambda found: found[0] if found[0] in WORDS or
                    found[0].startswith("shadow_") else found[0] + "_2", text)


@pytest.mark.parametrize("file", FILES)
def test_mutants_apply_whatever_variables_are_called(file):
    source = (ROOT / file).read_text()
    other = renamed(source)
    for mutant in MUTANTS:
        if mutant.file == file:
            assert (renamed(tree.mutate(source, mutant)).split() ==
                    tree.mutate(other, mutant).split()), mutant.name


def rules(file):
    return re.findall(r"^@depends on (\w+)(?: exists)?@$",
                      (ROOT / HARNESSES / file).read_text(), re.MULTILINE)


def test_tables_and_patches_name_the_same():
    """Names are used once, mutants name proofs, and no rule lies idle."""
    names = [one.name for one in (*PROOFS, *MUTANTS)]
    assert len(names) == len(set(names))
    for mutant in MUTANTS:
        assert mutant.refuted_by and set(mutant.refuted_by) <= set(BY_NAME)
    for file in {mutant.rule[0] for mutant in MUTANTS}:
        assert sorted(rules(file)) == sorted(
            mutant.rule[1] for mutant in MUTANTS if mutant.rule[0] == file)
    assert set(rules("spelling.cocci")) == {
        rule for proof in PROOFS for _, rule in proof.spelling}
