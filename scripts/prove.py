#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""`make prove`: prove properties of the core with the model checker CBMC.

    scripts/prove.py [--quick] [WORD...]

First the proofs of scripts/proofs, then the mutants: sources with one fault
sown in, each of which must make the proofs fail that it names. With WORDs only
those proofs and mutants whose name holds one of them; with --quick only those
that are worth most. Prints a line for each and ends with `N passed, N failed`.
"""

import argparse
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

from proofs import MUTANTS, PROOFS, cbmc
from proofs.cbmc import ROOT, CbmcError
from proofs.tree import lay_out

BY_NAME = {proof.name: proof for proof in PROOFS}


class Tally:
    """Prints the results and counts them."""

    def __init__(self):
        self.passed = self.failed = 0

    def result(self, sentence, wrong=()):
        if wrong:
            self.failed += 1
        else:
            self.passed += 1
        number = self.passed + self.failed
        print(f"{'not ok' if wrong else 'ok'} {number} {sentence}")
        for line in wrong:
            print(f"    # {line}")
        sys.stdout.flush()


def try_proof(proof):
    """Return the sentence for a proof and what is wrong with it."""
    try:
        tree = lay_out(proof)
        verdict = cbmc.prove(proof, tree)
        wrong = verdict.wrong()
        if wrong:
            wrong += cbmc.trace(proof, tree, verdict)
    except CbmcError as error:
        return f"{proof.name}: {proof.claim}", str(error).splitlines()
    return (f"{proof.name}: {proof.claim} ({len(verdict.properties)} "
            f"assertions, {verdict.seconds:.1f} s)", wrong)


def try_mutant(mutant):
    """Return the sentence for a mutant and which proofs overlooked it."""
    wrong, seen = [], []
    start = time.monotonic()
    try:
        for name in mutant.refuted_by:
            proof = BY_NAME[name]
            violated, log = cbmc.refute(proof, lay_out(proof, mutant),
                                        f"{mutant.name}.{name}")
            if violated:
                seen.append(f"{name} ({violated})")
            else:
                wrong.append(f"{name} holds all the same; log: {log}")
    except CbmcError as error:
        wrong += str(error).splitlines()
    return (f"mutant {mutant.name} refuted by "
            f"{', '.join(seen) or 'none'}, "
            f"{time.monotonic() - start:.1f} s", wrong)


def chosen(table, options):
    """Those that the command line asks for."""
    return [one for one in table
            if (one.quick or not options.quick)
            and (not options.words
                 or any(word in one.name for word in options.words))]


def check_tables():
    """Names are used once, and mutants name proofs that exist."""
    names = [one.name for one in (*PROOFS, *MUTANTS)]
    for name in names:
        if names.count(name) > 1:
            sys.exit(f"prove: two proofs or mutants are called {name}")
    for mutant in MUTANTS:
        for name in mutant.refuted_by:
            if name not in BY_NAME:
                sys.exit(f"prove: mutant {mutant.name} names the proof {name}, "
                         "which there is not")
        if not mutant.refuted_by:
            sys.exit(f"prove: mutant {mutant.name} names no proof")


def main():
    parser = argparse.ArgumentParser(prog="prove", description=__doc__,
                                     formatter_class=argparse.
                                     RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("words", nargs="*", metavar="WORD")
    options = parser.parse_args()
    check_tables()
    work = [(try_proof, one) for one in chosen(PROOFS, options)]
    work += [(try_mutant, one) for one in chosen(MUTANTS, options)]
    if not work:
        sys.exit("prove: no proof or mutant of that name; there are: "
                 + ", ".join(one.name for one in (*PROOFS, *MUTANTS)))
    subprocess.run([ROOT / "scripts/need", "cadical", "gcc", "libc6-dev"],
                   check=True)
    try:
        cbmc.program()
    except CbmcError as error:
        sys.exit(f"prove: {error}")
    # What ends this program ends CBMC too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    tally = Tally()
    with ThreadPoolExecutor(cbmc.PROCESSORS) as pool:
        runs = [pool.submit(attempt, one) for attempt, one in work]
        try:
            for run in as_completed(runs):
                tally.result(*run.result())
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            cbmc.kill_all()
            sys.exit("prove: interrupted")
    print(f"{tally.passed} passed, {tally.failed} failed")
    sys.exit(1 if tally.failed else 0)


if __name__ == "__main__":
    main()
