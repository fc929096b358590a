# SPDX-License-Identifier: GPL-2.0-only
"""The buddy allocator keeps its invariant: each step, for any state at all."""

from tests.prove.proof import Mutant, Proof

# CBMC is fast with arrays of numbers and slow with pointers into an array of
# structures. So the proofs read `page->next` as FIELD(page, next), which is the
# element of the same index in an array of numbers: see buddy_state.h.
FIELDS = "pfn|next|prev|refcount|flags|order"
ARROW = (rf"(\b[a-z]+|\(\*page\))->({FIELDS})\b", r"FIELD(\1, \2)")
DOT = (rf"b->map\[([^][]*)\]\.({FIELDS})", r"ENTRY(\1, \2)")
SPELLING = (("buddy.c", *ARROW), ("buddy.c", *DOT),
            ("buddy.c", r"page - b->map", "INDEX(page)"))


def step(name, claim, quick=()):
    """Both proofs of a step: about lists, and about blocks."""
    parts = {"links": ("LINKS=1", "BLOCKS=0"),
             "blocks": ("LINKS=0", "BLOCKS=1")}
    return [Proof(f"{name}-{part}", claim, "buddy_steps.c", f"step_{name}",
                  unwind=2, defines=defines, spelling=SPELLING,
                  options=("--no-standard-checks", "--nondet-static"),
                  singly=True, quick=part in quick)
            for part, defines in parts.items()]


# Where a block is accepted these proofs stop.
ACCEPT = ("buddy.c", r"\bgive_back_allocated\(b, bank, page\);",
          "ACCEPT(page);")

# The orders that have room, from 0: a merge or split goes through all but one.
WHOLE_ORDERS = {8: 3, 16: 5}

# An alloc of each order there is, and of any other.
ORDERS_16 = (*((f"-DORDER={order}",)
               for order in range(WHOLE_ORDERS[16])), ("-DNO_ORDER",))


def merges(most):
    """CBMC's options where a block merges so many times at most."""
    return ("--unwindset", f"merge.0:{most + 1}")


# A free of a block of each order as far as it could merge, and of anything else. A
# mutant goes through them one by one: those that end soonest come first.
MERGES_16 = (*((f"-DORDER={order}", f"-DFINAL={final}", *merges(final - order))
               for final in range(WHOLE_ORDERS[16])[::-1]
               for order in range(final + 1)),
             ("-DNOT_HELD", *merges(WHOLE_ORDERS[16] - 1)))


def refuse(name, claim, function, quick=False):
    """A proof about what is refused."""
    return Proof(name, claim, "buddy_refuse.c", function, 22,
                 spelling=(*SPELLING, ("buddy_map.c", *ARROW),
                           ("buddy_map.c", *DOT), ACCEPT),
                 options=("--no-standard-checks", "--nondet-static"),
                 singly=True, quick=quick)


def whole(name, function, pages, claim, cases=(), quick=False):
    """A proof about a whole call on a machine of so many pages."""
    orders = WHOLE_ORDERS[pages]
    narrow = ("NARROW=1",) if pages > 8 else ()
    return Proof(name, f"{pages} pages in any state: {claim}", "buddy_whole.c",
                 function, unwind=23, defines=(f"PAGES={pages}", *narrow),
                 unwindset=(f"split.0:{orders + 1}",
                            "shadow_buddy_find_bank.0:5",
                            "shadow_buddy_find_bank.1:4",
                            "enter_sections.0:2", "enter_sections.1:5",
                            "init_sections.0:5"),
                 spelling=(*SPELLING, ("buddy_map.c", *ARROW),
                           ("buddy_map.c", *DOT)),
                 options=("--no-standard-checks", "--nondet-static"),
                 cases=cases or (merges(orders - 1),), quick=quick)


PROOFS = [
    *step("merge", "a block that merges with its buddy keeps the invariant"),
    *step("push", "a block that goes to its list keeps the invariant",
          ["blocks"]),
    *step("pop", "the first block of the right list is taken off it"),
    *step("split", "a block split in two keeps the invariant", ["blocks"]),
    *step("close", "a block that is handed out keeps the invariant",
          ["links", "blocks"]),
    *step("open", "an allocated block taken back keeps the invariant"),
    refuse("refuse-find", "what begins an allocated block is found, no more",
           "find_block"),
    refuse("refuse-free", "a refused free changes nothing, a free is right",
           "refuse_free", quick=True),
    refuse("refuse-get-put", "get and put count, the last put frees",
           "refuse_get_put"),
    Proof("cut", "a run of up to 16 pages is cut into aligned pieces",
          "buddy_cut.c", "cut", unwind=6,
          spelling=(*SPELLING,
                    ("buddy.c", r"mark_allocated\(page \+ at, pfn \+ at, n\)",
                     "take_piece(page + at, pfn + at, n, true)"),
                    ("buddy.c", r"give_back\(b, bank, page \+ at, pfn \+ at, n, "
                     r"true\)", "take_piece(page + at, pfn + at, n, false)")),
          options=("--no-standard-checks", "--nondet-static"),
          defines=("CUT=4",), singly=True, quick=True),
    whole("whole-alloc-8", "whole_alloc", 8, "any alloc leaves them whole"),
    whole("whole-free-8", "whole_free", 8, "any free leaves them whole"),
    whole("whole-alloc-16", "whole_alloc", 16, "any alloc leaves them whole",
          cases=ORDERS_16),
    whole("whole-free-16", "whole_free", 16, "any free leaves them whole",
          cases=MERGES_16),
]


def buddy(name, old, new, *refuted_by, quick=False):
    return Mutant(name, "buddy.c", old, new, refuted_by, quick)


MUTANTS = [
    buddy("split-wrong-half", "upper = page + (1UL << from);",
          "upper = page + (2UL << from);", "split-blocks"),
    buddy("split-lower-half", "upper = page + (1UL << from);",
          "upper = page;", "split-blocks"),
    buddy("split-wrong-frame", "upper->pfn = pfn + (1ULL << from);",
          "upper->pfn = pfn;", "split-blocks"),
    buddy("split-wrong-list", "list_block(b, upper, from, from);",
          "list_block(b, upper, from, to + 1);", "split-links"),
    buddy("split-one-too-few", "while (from > to) {",
          "while (from > to + 1) {", "split-blocks"),
    buddy("split-stops-at-4", "while (from > to) {",
          "while (from > to && from != 4) {", "whole-alloc-16"),
    buddy("push-no-count", "\tb->nr_blocks[order]++;\n", "", "push-links"),
    buddy("push-no-mask", "\tb->nonempty |= 1U << order;\n", "",
          "push-links", quick=True),
    buddy("push-no-order", "\tpage->flags = SHADOW_PAGE_FREE;\n"
          "\tpage->order = order;\n", "\tpage->flags = SHADOW_PAGE_FREE;\n",
          "push-blocks"),
    buddy("push-not-free", "\tpage->flags = SHADOW_PAGE_FREE;\n"
          "\tpage->order = order;\n", "\tpage->order = order;\n",
          "push-blocks"),
    buddy("push-no-back-link", "\tb->map[next].prev = index;\n", "",
          "push-links", quick=True),
    buddy("push-no-link-from-head", "\tb->map[at].next = index;\n", "",
          "push-links"),
    buddy("push-no-link-to-head", "\tpage->prev = at;\n", "", "push-links"),
    buddy("push-no-link-to-next", "\tpage->next = next;\n", "", "push-links"),
    buddy("unlist-no-back-link",
          "\tb->map[page->next].prev = page->prev;\n", "", "pop-links",
          "merge-links"),
    buddy("unlist-stale-head",
          "\tb->map[page->prev].next = page->next;\n", "", "pop-links"),
    buddy("unlist-stale-flags", "page->next].prev = page->prev;\n"
          "\tpage->flags = 0;\n", "page->next].prev = page->prev;\n",
          "merge-blocks"),
    buddy("unlist-stale-order", "page->next].prev = page->prev;\n"
          "\tpage->flags = 0;\n\tpage->order = 0;\n",
          "page->next].prev = page->prev;\n\tpage->flags = 0;\n",
          "pop-blocks"),
    buddy("unlist-no-count", "if (!--b->nr_blocks[order])",
          "if (!b->nr_blocks[order])", "pop-links"),
    buddy("unlist-mask-kept",
          "\tif (!--b->nr_blocks[order])\n\t\tb->nonempty &= ~(1U << order);\n",
          "\t--b->nr_blocks[order];\n", "merge-links"),
    buddy("unlist-mask-cleared-early", "if (!--b->nr_blocks[order])",
          "if (--b->nr_blocks[order] < 2)", "pop-links"),
    buddy("pop-wrong-order", "b->nonempty >> *order << *order",
          "b->nonempty", "pop-links"),
    buddy("pop-last-of-list", "page = &b->map[b->map[*order].next];",
          "page = &b->map[b->map[*order].prev];", "pop-links"),
    buddy("merge-order-not-compared", " || other->order != order)", ")",
          "merge-blocks", quick=True),
    buddy("merge-with-allocated", "other->flags != SHADOW_PAGE_FREE ||",
          "!other->flags ||", "merge-blocks"),
    buddy("merge-no-xor", "u64 other_pfn = *pfn ^ (1ULL << order);",
          "u64 other_pfn = *pfn + (1ULL << order);", "merge-blocks"),
    buddy("merge-past-bank-end", "other_pfn >= bank->end)",
          "other_pfn > bank->end)", "merge-blocks"),
    buddy("merge-before-bank", "other_pfn < bank->start || ", "",
          "merge-blocks"),
    buddy("merge-keeps-upper", "if (other_pfn < *pfn) {",
          "if (other_pfn > *pfn) {", "merge-blocks"),
    buddy("merge-stale-frame", "\t\t*pfn = other_pfn;\n", "", "merge-blocks"),
    buddy("merge-stops-at-3", "while (*order < SHADOW_MAX_ORDER &&",
          "while (*order < 3 &&", "whole-free-16"),
    buddy("alloc-no-count", "\tb->nr_free -= 1ULL << order;\n", "",
          "whole-alloc-8"),
    buddy("free-any-order", "\tif ((*page)->order != order)\n"
          "\t\treturn SHADOW_WRONG_ORDER;\n", "", "refuse-free"),
    buddy("free-what-is-held",
          "(*page)->refcount == 1 ? SHADOW_ACCEPTED : SHADOW_REFERENCED",
          "SHADOW_ACCEPTED", "refuse-free"),
    buddy("free-order-21", "\tif (order > SHADOW_MAX_ORDER)\n"
          "\t\treturn SHADOW_BAD_ORDER;\n", "", "refuse-free", quick=True),
    buddy("free-no-count", "\tb->nr_free += 1ULL << order;\n", "",
          "whole-free-8"),
    Mutant("find-no-offset", "buddy_map.c",
           "*page = &b->map[(*bank)->first + (u32)(pfn - (*bank)->start)];",
           "*page = &b->map[(*bank)->first];", ("refuse-find",)),
    Mutant("free-unaligned", "buddy_map.c", "\tif (pa & ~SHADOW_PAGE_MASK)\n"
           "\t\treturn SHADOW_UNALIGNED;\n", "", ("refuse-free",)),
    buddy("get-wraps", "\tif (!refusal && page->refcount == U32_MAX)\n"
          "\t\trefusal = SHADOW_REFCOUNT_FULL;\n", "", "refuse-get-put"),
    buddy("put-frees-early", "if (page->refcount > 1)",
          "if (page->refcount > 2)", "refuse-get-put"),
    buddy("cut-drops-tail", "\tfor (; at < size; at += 1ULL << n) {",
          "\tfor (; at < size / 2; at += 1ULL << n) {", "cut"),
    buddy("cut-piece-too-large", "n = fls64(nr_pages - at) - 1;",
          "n = fls64(nr_pages - at);", "cut"),
    buddy("cut-tail-unaligned", "n = __ffs64(at);", "n = fls64(at) - 1;",
          "cut", quick=True),
    buddy("close-no-reference", "\tpage->refcount = 1;\n", "",
          "close-blocks"),
    buddy("close-no-order", "\tpage->order = order;\n\tpage->refcount = 1;\n",
          "\tpage->refcount = 1;\n", "close-blocks"),
    buddy("open-stale-references", "\tpage->refcount = 0;\n", "",
          "open-blocks"),
    buddy("open-stale-flags", "\tpage->flags = 0;\n\tpage->order = 0;\n"
          "\tpage->refcount = 0;\n", "\tpage->order = 0;\n"
          "\tpage->refcount = 0;\n", "open-blocks"),
]
