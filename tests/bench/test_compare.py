# SPDX-License-Identifier: GPL-2.0-only
"""The buddy's addresses are those of the record's design (B2, B3, B4, B5)."""

import os
import re
import subprocess

import pytest
from tests.host import WIDTHS

from . import native

OPERATIONS, LONG = 2_000_000, 100_000_000


def compare(operations, *built, **options):
    done = subprocess.run(
        [native.program("compare", *built, **options), os.environ["SEED"],
         str(operations)], check=False, text=True, stdout=subprocess.PIPE)
    print(done.stdout)
    assert done.returncode == 0, done.stdout
    return [int(number) for number in re.findall(r"\d+", done.stdout)]


@pytest.mark.seconds(20)
@pytest.mark.parametrize("bits", WIDTHS)
def test_addresses_are_the_same(bits):
    """Each is of some use: wrong calls are there, and machines that are full."""
    machines, refused, full = compare(OPERATIONS, bits)
    assert machines == OPERATIONS // 50_000
    assert refused > OPERATIONS // 20 and full > OPERATIONS // 100


@pytest.mark.long
@pytest.mark.seconds(120)
def test_addresses_are_the_same_for_long():
    compare(LONG, checked=False)


def test_a_seed_repeats_what_it_was():
    assert compare(100_000) == compare(100_000)


def test_a_region_falls_to_pieces_as_the_design_does():
    for order, blocks in native.fragments().items():
        assert blocks["project"] == blocks["literal"], order
        assert len(blocks["project"]) == 21


def test_engines_are_measured_side_by_side():
    """Also one of another directory; what takes how long is not asked."""
    counts = native.run("HEAD", rounds=2)
    both = [case for case, found in counts.items() if "project" in found]
    assert len(both) > 30 and all(
        len(counts[case]["project"]) == len(counts[case]["against"]) == 2
        and len(counts[case].get("literal", (1, 1))) == 2 for case in both)
    assert "x" in "".join(native.table(counts))
