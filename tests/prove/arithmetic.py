# SPDX-License-Identifier: GPL-2.0-only
"""Ranges, heap, layout and the source of page tables, for all 64-bit inputs."""

from tests.prove.proof import Proof, mutants

CHECKS = ("--unsigned-overflow-check",)


def proof(name, harness, function, unwind, claim, wraps=False, **rest):
    """What `claim` says; no access misses its array, no sum wraps.

    Last fit counts down past 0: there, something `wraps` on purpose.
    """
    return Proof(name, claim, harness, function, unwind=unwind,
                 options=() if wraps else CHECKS, **{"built_in": True, **rest})


def ranges(name, function, nr, claim, harness="ranges.c", **rest):
    """A proof for sets of up to `nr` ranges."""
    # The storage has room for one more, and a loop ends with one test more.
    return proof(name, harness, function, nr + 2,
                 f"{claim}, up to {nr} ranges", defines=(f"NR={nr}",), **rest)


# ranges.c for ranges_any.c.
ANY = tuple(("ranges.c", rule) for rule in ("whole", "start", "last"))
SOUGHT = (("ranges.c", "find"),)


def any_number(name, function, claim, spelling=ANY + SOUGHT, **rest):
    """A proof for sets of any number of ranges."""
    return Proof(name, f"{claim}, any number of ranges", "ranges_any.c",
                 function, unwind=9, spelling=spelling, singly=True,
                 options=("--nondet-static", "--no-standard-checks"), **rest)


PROOFS = [
    ranges("ranges-add-2", "ranges_add", 2,
           "add gives the union, or changes nothing"),
    ranges("ranges-remove-2", "ranges_remove", 2,
           "remove leaves the rest, or changes nothing"),
    ranges("ranges-find", "ranges_find", 3,
           "all ranges that end at or above an address are found"),
    any_number("ranges-find-any", "any_find", "a range is found in 32 steps",
               spelling=ANY + (("ranges.c", "halving"),), quick=True),
    any_number("ranges-add-any", "any_add", "add gives the union"),
    any_number("ranges-remove-any", "any_remove", "remove leaves the rest"),
    proof("ranges-add-all", "ranges.c", "ranges_add_all", 4,
          "what is added with others is in, or nothing: one to one",
          defines=("NR=1", "ADDED=1"), quick=True),
    proof("ranges-add-all-2", "ranges.c", "ranges_add_all", 5,
          "all that is added at once is in, or nothing: two to one",
          defines=("NR=1", "ADDED=2")),
    proof("ranges-add-all-behind", "ranges.c", "ranges_add_all_behind", 5,
          "the same, from behind what the set has",
          defines=("NR=1", "ADDED=2")),
    ranges("ranges-round-in", "ranges_round_in", 4,
           "rounded inwards, whole pages are kept, no others"),
    ranges("ranges-round-out", "ranges_round_out", 4,
           "rounded outwards, touched pages are in, no others", quick=True),
    ranges("ranges-pages", "ranges_pages", 4,
           "a range adds its pages to the sum, which does not wrap",
           "ranges_fit.c", singly=True, built_in=False),
    ranges("first-fit", "ranges_first_fit", 4,
           "first fit fits, and is first", "ranges_fit.c"),
    proof("ranges-subtract", "ranges.c", "ranges_subtract", 4,
          "subtract removes a range from two", defines=("NR=2", "HOLES=1"),
          quick=True),
    proof("ranges-subtract-holes", "ranges.c", "ranges_subtract", 4,
          "subtract removes two ranges from one",
          defines=("NR=1", "HOLES=2")),
    ranges("last-fit", "ranges_last_fit", 3,
           "last fit at a multiple of any power of two fits, and is last",
           "ranges_fit.c", wraps=True, built_in=False),
    proof("heap-bytes", "arith.c", "heap_bytes", 1,
          "the heap is what H1 says for any amount of RAM", quick=True),
    proof("heap-order", "arith.c", "heap_order", 1,
          "the heap's order is the smallest that holds it", quick=True),
    proof("block-order", "layout.c", "layout_block_order", 1,
          "a block is the largest that is aligned and fits", quick=True),
    proof("count-block", "layout.c", "layout_count_block", 1,
          "each step of counting blocks counts just its pages", quick=True),
    proof("count-ends", "layout.c", "layout_count_ends", 1,
          "counting blocks ends after 42 steps", quick=True),
    ranges("measure-ram", "layout_measure", 4,
           "24 bytes a page, and no figure of RAM wraps", "layout.c"),
    ranges("mem-map-rest", "layout_rest", 4,
           "mem_map uses just its room of one free range, so sums agree",
           "layout_rest.c"),
    ranges("place-mem-map", "layout_mem_map", 4,
           "mem_map gets the lowest place, which is not free then",
           "layout.c", quick=True),
    ranges("largest-run", "layout_largest_run", 4,
           "the largest run of free pages is the first of the longest",
           "layout.c"),
    proof("pick-heap", "layout.c", "layout_heap", 22,
          "the heap is the first block of the smallest order that does, "
          "and E5 says that there is none", quick=True),
    ranges("bank-below", "bank_below", 6, "the bank of a page is found",
           "arith_map.c", wraps=True, quick=True),
    ranges("bank-of-entry", "bank_of_entry", 6,
           "the bank of a descriptor is found", "arith_map.c", wraps=True),
    ranges("buddy-bytes", "map_bytes_needed", 4,
           "an allocator's memory is what its parts need, 0 for no RAM",
           "arith_map.c", built_in=False),
    proof("pt-alloc", "pt_alloc.c", "pt_alloc_tables", 5,
          "tables are allocated all or none, whichever allocation fails",
          unwindset=("pool_free.0:17",)),
    proof("pt-free", "pt_alloc.c", "pt_free_table", 5,
          "a table is freed once, to where it came from", quick=True,
          unwindset=("pool_free.0:17",)),
]

MUTANTS = [
    *mutants("ranges.c", (
            "round-in-guard", "first-fit-bytes", "find-missed",
            "add-all-inside"), {
        "find-missed": "ranges-find ranges-find-any",
        "find-equal": "ranges-find ranges-find-any",
        "find-last": "ranges-find ranges-find-any",
        "add-touching": "ranges-add-2",
        "add-beyond-storage": "ranges-add-2",
        "add-wrong-last": "ranges-add-2",
        "add-shift": "ranges-add-2 ranges-add-any",
        "add-all-order": "ranges-add-all",
        "add-all-inside": "ranges-add-all",
        "add-all-room": "ranges-add-all",
        "add-all-moved": "ranges-add-all",
        "add-all-one-byte": "ranges-add-all",
        "remove-above": "ranges-remove-2",
        "remove-below": "ranges-remove-2",
        "remove-last": "ranges-remove-2",
        "remove-touching": "ranges-remove-2 ranges-remove-any",
        "remove-beyond-storage": "ranges-remove-2",
        "round-in-guard": "ranges-round-in",
        "round-in-empty": "ranges-round-in",
        "round-in-up": "ranges-round-in",
        "round-out-last": "ranges-round-out",
        "round-out-meet": "ranges-round-out",
        "pages-no-one": "ranges-pages",
        "first-fit-bytes": "first-fit",
        "first-fit-short": "first-fit",
        "subtract-below": "ranges-subtract ranges-subtract-holes",
        "subtract-hole-left": "ranges-subtract ranges-subtract-holes",
        "subtract-hole-below": "ranges-subtract-holes",
        "subtract-next-lost": "ranges-subtract",
        "subtract-beyond-storage": "ranges-subtract",
        "last-fit-unaligned": "last-fit",
        "last-fit-low": "last-fit",
        "last-fit-window": "last-fit",
    }),
    *mutants("heap_size.c", ("heap-not-whole",), {
        "heap-no-most": "heap-bytes",
        "heap-not-whole": "heap-bytes",
        "heap-order-trailing": "heap-order",
        "heap-order-holds": "heap-order",
    }),
    *mutants("mem_map.c", ("block-order-no-cap", "mem-map-room"), {
        "block-order-no-cap": "block-order",
        "block-order-fits": "block-order",
        "block-order-unaligned": "block-order",
        "count-one": "count-block",
        "count-first": "count-block",
        "mem-map-room": "place-mem-map mem-map-rest",
        "mem-map-stays": "place-mem-map mem-map-rest",
        "heap-of-larger": "pick-heap",
        "ram-wraps": "measure-ram",
        "reach-of-49": "measure-ram",
        "largest-run-last": "largest-run",
    }),
    *mutants("buddy_map.c", (), {
        "bytes-no-heads": "buddy-bytes",
    }),
    *mutants("buddy_steps.h", ("halving-above",), {
        "halving-stops-early": "bank-below",
        "halving-above": "bank-below",
        "halving-entry-above": "bank-of-entry",
    }),
    *mutants("pt_alloc.c", ("pt-twice",), {
        "pt-lost": "pt-alloc",
        "pt-source-kept": "pt-alloc",
        "pt-not-marked": "pt-alloc",
        "pt-twice": "pt-free",
        "pt-all-back": "pt-free",
    }),
]
