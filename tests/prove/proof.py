# SPDX-License-Identifier: GPL-2.0-only
"""What a proof is, and what a mutant is that a proof must refute."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Proof:
    """A function of a harness, of which CBMC shows every assertion.

    A harness also asserts, with REACHABLE() of prove.h, what must be false:
    that no input comes as far as this line. So assumptions that leave no input
    are noticed. `unwind` is the bound of every loop that `unwindset` does not
    name; CBMC asserts that no loop exceeds its bound. `spelling` changes how a
    source of the project is written before it is proven; each of its rules must
    match. `cases` are options of CBMC for one run each, where the harness says
    that together they are all inputs: each alone may take a small part of the
    time.
    """

    name: str  # short, with hyphens: what a person types and mutants name
    claim: str  # the sentence that is proven
    harness: str  # a file of tests/prove
    function: str
    unwind: int = 1
    unwindset: tuple = ()  # "function.loop:bound"
    defines: tuple = ()  # "NAME=value"
    cases: tuple = ((),)  # tuples of such options
    options: tuple = ()  # more options of CBMC
    built_in: bool = False  # CBMC's own solver: better at comparisons
    spelling: tuple = ()  # (file, rule of spelling.cocci), in this order
    singly: bool = False  # one assertion at a time, where that is faster
    quick: bool = False  # a part of `make test`


@dataclass(frozen=True)
class Mutant:
    """A source with an injected bug: a rule of mutants/*.cocci, - for _.

    Each proof of `refuted_by` must fail, by an assertion of its own.
    """

    name: str
    file: str  # a file of the project's root
    refuted_by: tuple
    quick: bool = False

    @property
    def rule(self):
        """The file with the semantic patches of this source, and the rule."""
        return (f"mutants/{self.file.removesuffix('.c')}.cocci",
                self.name.replace("-", "_"))


def mutants(file, quick, table):
    """Mutants of a file: `table` has names, and the proofs that refute each."""
    return [Mutant(name, file, tuple(proofs.split()), name in quick)
            for name, proofs in table.items()]
