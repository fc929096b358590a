/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A naive layout: memory in spans of pages that are all alike, each page asked
 * of every piece that a machine is described with, and all figures counted.
 *
 *	pieces	   |-- RAM -------|	|-- RAM --|
 *		      |-reserved-|			in any order, bytes
 *	spans	|..|==|##########|==|..|..|=======|	sorted, pages
 *
 * It shares nothing with the layout that it judges (R4, H, M, E).
 */
#ifndef SHADOW_LAYOUT_MODEL_H
#define SHADOW_LAYOUT_MODEL_H

#include "../../mem_map.h"

/* Memory as it is described. */
struct shadow_layout_piece {
	u64 start;			/* first byte */
	u64 last;			/* last byte */
	/* reserved, in RAM or not; else it is RAM */
	bool reserved;
};

/* Pages that are alike. */
struct shadow_layout_span {
	u64 pfn;			/* the first */
	u64 end;			/* what follows the last */
	/* what they are: bits of the model's own */
	u32 state;
};

/* Spans that so many pieces can make. */
#define SHADOW_LAYOUT_SPANS(nr_pieces)	(4 * (nr_pieces) + 1)

/* The model. */
struct shadow_layout_model {
	const struct shadow_layout_piece *piece;	/* the pieces */
	u32 nr_pieces;			/* how many */
	/* room for SHADOW_LAYOUT_SPANS(@nr_pieces) spans */
	struct shadow_layout_span *span;
	u32 nr;				/* spans in it */
};

/* NULL, or the name of what is wrong in sets of whole pages and their layout. */
const char *shadow_layout_model_differs(struct shadow_layout_model *m,
					const struct shadow_ranges *ram,
					const struct shadow_ranges *reserved,
					const struct shadow_layout *layout);

#endif /* SHADOW_LAYOUT_MODEL_H */
