# SPDX-License-Identifier: GPL-2.0-only
"""The buddy allocator keeps its invariant: each step, for any state at all."""

from tests.prove.proof import Proof, mutants

# buddy_steps.h and buddy.c, and buddy_map.c with them, for buddy_state.h.
STEPS = (("buddy_steps.h", "table"), ("buddy_steps.h", "member"))
SPELLING = (*STEPS, ("buddy.c", "member"))
WITH_MAP = (*SPELLING, ("buddy_map.c", "member"))


def step(name, claim, quick=()):
    """Both proofs of a step: about lists, and about blocks."""
    parts = {"links": ("LINKS=1", "BLOCKS=0"),
             "blocks": ("LINKS=0", "BLOCKS=1")}
    return [Proof(f"{name}-{part}", claim, "buddy_steps.c", f"step_{name}",
                  unwind=2, defines=defines, spelling=SPELLING,
                  options=("--no-standard-checks", "--nondet-static"),
                  singly=True, quick=part in quick)
            for part, defines in parts.items()]


# The orders that have room, from 0: a merge or split goes through all but one.
WHOLE_ORDERS = {8: 3, 16: 5}

# An alloc of each order there is, and of any other.
ORDERS_16 = (*((f"-DORDER={order}",)
               for order in range(WHOLE_ORDERS[16])), ("-DNO_ORDER",))


def merges(most):
    """CBMC's options where a block merges so many times at most."""
    return ("--unwindset", f"give_back.0:{most + 1}")


# A free of a block of each order as far as it could merge, and of anything
# else. A mutant goes through them one by one: the shortest come first.
MERGES_16 = (*((f"-DORDER={order}", f"-DFINAL={final}", *merges(final - order))
               for final in range(WHOLE_ORDERS[16])[::-1]
               for order in range(final + 1)),
             ("-DNOT_HELD", *merges(WHOLE_ORDERS[16] - 1)))


# A pair of each order, then settled or followed by an alloc of any other.
PAIRS_8 = tuple((f"-DORDER={order}", *last, *merges(WHOLE_ORDERS[8] - 1))
                for last in ((), ("-DLAST",))
                for order in range(WHOLE_ORDERS[8]))


def refuse(name, claim, function, quick=False):
    """A proof about what is refused."""
    return Proof(name, claim, "buddy_refuse.c", function, 22,
                 spelling=(*WITH_MAP, ("buddy_steps.h", "accept")),
                 unwindset=("shadow_bank_below.0:2",),
                 options=("--no-standard-checks", "--nondet-static"),
                 singly=True, quick=quick)


def whole(name, function, pages, claim, cases=(), quick=False):
    """A proof about a whole call on a machine of so many pages."""
    orders = WHOLE_ORDERS[pages]
    narrow = ("NARROW=1",) if pages > 8 else ()
    return Proof(name, f"{pages} pages in any state: {claim}", "buddy_whole.c",
                 function, unwind=23, defines=(f"PAGES={pages}", *narrow),
                 unwindset=(f"split.0:{orders + 1}",
                            "shadow_bank_below.0:2",
                            "shadow_bank_of_entry.0:2"),
                 spelling=WITH_MAP,
                 options=("--no-standard-checks", "--nondet-static"),
                 cases=cases or (merges(orders - 1),), quick=quick)


PROOFS = [
    *step("merge", "a block that merges with its buddy keeps the invariant"),
    *step("push", "a block that goes to its list keeps the invariant"),
    *step("pop", "the first block of the right list is removed from it"),
    *step("split", "a block split in two keeps the invariant"),
    *step("close", "a block that is allocated keeps the invariant",
          ["links"]),
    *step("open", "an allocated block that is freed keeps the invariant"),
    refuse("refuse-find", "what begins an allocated block is found, no more",
           "find_block"),
    refuse("refuse-free", "a refused free changes nothing, a free is right",
           "refuse_free", quick=True),
    refuse("refuse-get-put", "get and put count, the last put frees",
           "refuse_get_put"),
    whole("whole-pair-8", "whole_pair", 8, "an alloc and its free change nothing",
          cases=PAIRS_8),
    Proof("cut", "a run of up to 16 pages is cut into aligned pieces",
          "buddy_cut.c", "cut", unwind=6,
          spelling=(*SPELLING, ("buddy_run.c", "stays"), ("buddy_run.c", "freed")),
          options=("--no-standard-checks", "--nondet-static"),
          unwindset=("shadow_bank_below.0:2",),
          defines=("CUT=4",), singly=True),
    whole("whole-alloc-8", "whole_alloc", 8, "any alloc leaves them whole"),
    whole("whole-free-8", "whole_free", 8, "any free leaves them whole"),
    whole("whole-alloc-16", "whole_alloc", 16, "any alloc leaves them whole",
          cases=ORDERS_16),
    whole("whole-free-16", "whole_free", 16, "any free leaves them whole",
          cases=MERGES_16),
]


MUTANTS = [
    *mutants("buddy_steps.h", (
            "push-no-back-link", "merge-order-not-compared"), {
        "split-wrong-half": "split-blocks",
        "split-lower-half": "split-blocks",
        "split-no-count": "split-links",
        "split-not-free": "split-links",
        "split-no-link-to-head": "split-links",
        "split-no-link-from-head": "split-links",
        "split-one-too-few": "split-blocks",
        "split-stops-at-4": "whole-alloc-16",
        "push-no-count": "push-links",
        "push-no-mask": "push-links",
        "push-no-order": "push-blocks",
        "push-not-free": "push-blocks",
        "push-no-back-link": "push-links",
        "push-no-link-from-head": "push-links",
        "push-no-link-to-head": "push-links",
        "push-no-link-to-next": "push-links",
        "unlist-no-back-link": "merge-links",
        "unlist-stale-head": "merge-links",
        "unlist-stale-state": "merge-blocks",
        "unlist-no-count": "merge-links",
        "unlist-mask-kept": "merge-links",
        "unlist-mask-cleared-early": "merge-links",
        "pop-wrong-order": "pop-links",
        "pop-last-of-list": "pop-links",
        "pop-no-back-link": "pop-links",
        "pop-no-count": "pop-links",
        "pop-mask-of-block": "pop-links",
        "pop-mask-cleared-early": "pop-links",
        "merge-order-not-compared": "merge-blocks",
        "merge-with-allocated": "merge-blocks",
        "merge-no-xor": "merge-blocks",
        "merge-past-bank-end": "merge-blocks",
        "merge-before-bank": "merge-blocks",
        "merge-keeps-upper": "merge-blocks",
        "merge-stale-frame": "merge-blocks",
        "merge-stops-at-3": "whole-free-16",
        "free-any-order": "refuse-free",
        "free-what-is-held": "refuse-free",
        "close-no-reference": "close-blocks",
        "close-no-order": "close-blocks",
        "open-stale-references": "open-blocks",
        "open-stale-state": "open-blocks",
        "find-no-offset": "refuse-free",
        "put-frees-early": "refuse-get-put",
    }),
    *mutants("buddy.c", ("free-order-21",), {
        "free-order-21": "refuse-free",
        "free-unaligned": "refuse-free",
        "get-wraps": "refuse-get-put",
        "recent-not-settled": "whole-pair-8",
        "recent-of-any-order": "whole-pair-8",
        "recent-twice": "whole-pair-8",
    }),
    *mutants("buddy_run.c", (), {
        "cut-drops-tail": "cut",
        "cut-piece-too-large": "cut",
        "cut-tail-unaligned": "cut",
    }),
]
