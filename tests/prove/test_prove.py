# SPDX-License-Identifier: GPL-2.0-only
"""CBMC proves properties of the core, and refutes each mutant of it.

Those that are worth most in little time are a part of `make test`; the others
are marked `long`.
"""

import pytest

from tests.prove import arithmetic, buddy, cbmc, tree

PROOFS = [*arithmetic.PROOFS, *buddy.PROOFS]
MUTANTS = [*arithmetic.MUTANTS, *buddy.MUTANTS]
BY_NAME = {proof.name: proof for proof in PROOFS}


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


def test_tables():
    """Names are used once, and mutants name proofs."""
    names = [one.name for one in (*PROOFS, *MUTANTS)]
    assert len(names) == len(set(names))
    for mutant in MUTANTS:
        assert mutant.refuted_by and set(mutant.refuted_by) <= set(BY_NAME)
