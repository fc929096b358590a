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

/**
 * struct shadow_layout_piece - memory as it is described
 * @start: first byte
 * @last: last byte
 * @reserved: reserved, in RAM or not; else it is RAM
 */
struct shadow_layout_piece {
	u64 start;
	u64 last;
	bool reserved;
};

/**
 * struct shadow_layout_span - pages that are alike
 * @pfn: the first
 * @end: what follows the last
 * @state: what they are: bits of the model's own
 */
struct shadow_layout_span {
	u64 pfn;
	u64 end;
	u32 state;
};

/* Spans that so many pieces can make. */
#define SHADOW_LAYOUT_SPANS(nr_pieces)	(4 * (nr_pieces) + 1)

/**
 * struct shadow_layout_model - the model
 * @piece: the pieces
 * @nr_pieces: how many
 * @span: room for SHADOW_LAYOUT_SPANS(@nr_pieces) spans
 * @nr: spans in it
 */
struct shadow_layout_model {
	const struct shadow_layout_piece *piece;
	u32 nr_pieces;
	struct shadow_layout_span *span;
	u32 nr;
};

/**
 * shadow_layout_model_differs() - judge the sets and the layout of a machine
 * @m: its pieces and room for spans
 * @ram: RAM in whole pages
 * @reserved: reserved memory in whole pages
 * @layout: the layout of the two
 *
 * Return: NULL, or the name of what is wrong.
 */
const char *shadow_layout_model_differs(struct shadow_layout_model *m,
					const struct shadow_ranges *ram,
					const struct shadow_ranges *reserved,
					const struct shadow_layout *layout);

#endif /* SHADOW_LAYOUT_MODEL_H */
