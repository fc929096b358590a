// SPDX-License-Identifier: GPL-2.0-only
/*
 * A naive layout. See layout_model.h.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "layout_model.h"

#define PAGE		SHADOW_PAGE_SIZE
#define ALL_PFNS	(~0ULL / SHADOW_PAGE_SIZE + 1)
#define DESCRIPTOR	24	/* bytes (M1) */
#define REACH		(1ULL << 36)	/* pages that 48 bits address (E6) */
/* Counting the blocks of more pages than these would take too long. */
#define MOST_PAGES	0x100000000ULL

/* What the pages of a span are. Free is RAM and nothing else. */
#define RAM		0x1
#define RESERVED	0x2
#define MAP		0x4

/* R4: is every byte of the page in some RAM? */
static bool all_ram(const struct shadow_layout_model *m, u64 pfn)
{
	u64 pa = pfn * PAGE, last = pa + (PAGE - 1);
	u32 i = 0;

	while (i < m->nr_pieces) {
		const struct shadow_layout_piece *piece = &m->piece[i++];

		if (piece->reserved || pa < piece->start || pa > piece->last)
			continue;
		if (piece->last >= last)
			return true;
		/* From the byte after it all pieces are asked once more. */
		pa = piece->last + 1;
		i = 0;
	}
	return false;
}

/* R4: is any byte of the page reserved? */
static bool any_reserved(const struct shadow_layout_model *m, u64 pfn)
{
	u32 i;

	for (i = 0; i < m->nr_pieces; i++)
		if (m->piece[i].reserved && pfn >= m->piece[i].start / PAGE &&
		    pfn <= m->piece[i].last / PAGE)
			return true;
	return false;
}

static void add_edge(struct shadow_layout_model *m, u64 pfn)
{
	u32 i = m->nr;

	while (i && m->span[i - 1].pfn > pfn)
		i--;
	if (i && m->span[i - 1].pfn == pfn)
		return;
	memmove(&m->span[i + 1], &m->span[i], (m->nr - i) * sizeof(*m->span));
	m->span[i].pfn = pfn;
	m->nr++;
}

/* Pages differ from their neighbours only where a piece begins or ends. */
static void make_spans(struct shadow_layout_model *m)
{
	u32 i;

	m->nr = 0;
	for (i = 0; i < m->nr_pieces; i++) {
		add_edge(m, m->piece[i].start / PAGE);
		add_edge(m, m->piece[i].start / PAGE + 1);
		add_edge(m, m->piece[i].last / PAGE);
		add_edge(m, m->piece[i].last / PAGE + 1);
	}
	if (m->nr)
		m->nr--;
	for (i = 0; i < m->nr; i++) {
		struct shadow_layout_span *span = &m->span[i];

		span->end = span[1].pfn;
		span->state = (all_ram(m, span->pfn) ? RAM : 0) |
			      (any_reserved(m, span->pfn) ? RESERVED : 0);
	}
}

/*
 * The next run of pages whose bits of @mask are @want, from span *@i on; *@i is
 * then the span behind it. An empty run: there is none.
 */
static struct shadow_layout_span next_run(const struct shadow_layout_model *m,
					  u32 *i, u32 mask, u32 want)
{
	struct shadow_layout_span run = {};

	while (*i < m->nr && (m->span[*i].state & mask) != want)
		++*i;
	if (*i < m->nr)
		run.pfn = m->span[*i].pfn;
	for (; *i < m->nr && (m->span[*i].state & mask) == want; ++*i)
		run.end = m->span[*i].end;
	return run;
}

static u64 count(const struct shadow_layout_model *m, u32 mask, u32 want)
{
	struct shadow_layout_span run;
	u64 pages = 0;
	u32 i = 0;

	do {
		run = next_run(m, &i, mask, want);
		pages += run.end - run.pfn;
	} while (run.end);
	return pages;
}

static bool set_is(const struct shadow_layout_model *m, u32 mask, u32 want,
		   const struct shadow_ranges *set)
{
	struct shadow_layout_span run;
	u32 i = 0, nr;

	for (nr = 0; nr < set->nr; nr++) {
		run = next_run(m, &i, mask, want);
		if (!run.end || set->range[nr].start != run.pfn * PAGE ||
		    set->range[nr].last != run.end * PAGE - 1)
			return false;
	}
	return !next_run(m, &i, mask, want).end;
}

/* Bytes of so many pages; the whole address space lacks one. */
static u64 bytes_of(u64 pages)
{
	return (pages == ALL_PFNS ? pages - 1 : pages) * PAGE;
}

static void measure(struct shadow_layout_model *m, struct shadow_layout *want)
{
	u32 first = 0, last = m->nr;
	u64 span;

	want->pages = count(m, RAM, RAM);
	want->reserved_pages = count(m, RAM | RESERVED, RAM | RESERVED);
	if (!want->pages)
		return;
	while (!(m->span[first].state & RAM))
		first++;
	while (!(m->span[last - 1].state & RAM))
		last--;
	span = m->span[last - 1].end - m->span[first].pfn;
	want->total_ram = bytes_of(want->pages);
	want->span_bytes = bytes_of(span);
	want->too_high = m->span[last - 1].end > REACH;
	want->flat_bytes = DESCRIPTOR * span;
	want->mem_map_bytes = DESCRIPTOR * want->pages;
	want->heap_bytes = want->total_ram / 128;
	if (want->heap_bytes < 16 << 20)
		want->heap_bytes = 16 << 20;
	if (want->heap_bytes > 64 << 20)
		want->heap_bytes = 64 << 20;
	want->heap_bytes -= want->heap_bytes % PAGE;
	while (PAGE << want->heap_order < want->heap_bytes)
		want->heap_order++;
}

/* The pages before @pfn of its span become a span of their own. */
static void split(struct shadow_layout_model *m, u64 pfn)
{
	u32 i = 0;

	while (i < m->nr && m->span[i].end <= pfn)
		i++;
	if (i == m->nr || m->span[i].pfn == pfn)
		return;
	memmove(&m->span[i + 1], &m->span[i], (m->nr - i) * sizeof(*m->span));
	m->span[i].end = pfn;
	m->span[i + 1].pfn = pfn;
	m->nr++;
}

/* M3: the lowest run that holds it. */
static bool place_mem_map(struct shadow_layout_model *m, u64 pages, u64 *base)
{
	struct shadow_layout_span run;
	u32 i = 0;

	do
		run = next_run(m, &i, ~0U, RAM);
	while (run.end && run.end - run.pfn < pages);
	if (!run.end)
		return false;
	*base = run.pfn * PAGE;
	split(m, run.pfn + pages);
	for (i = 0; i < m->nr; i++)
		if (m->span[i].pfn >= run.pfn &&
		    m->span[i].end <= run.pfn + pages)
			m->span[i].state |= MAP;
	return true;
}

/* M4: a run is cut, at each page, into the largest block that begins there. */
static void count_blocks(const struct shadow_layout_model *m,
			 struct shadow_layout *want,
			 u64 lowest[SHADOW_NR_ORDERS])
{
	struct shadow_layout_span run;
	u32 i = 0;

	do {
		run = next_run(m, &i, ~0U, RAM);
		while (run.pfn < run.end) {
			u32 n = 0;

			while (n < SHADOW_MAX_ORDER &&
			       !(run.pfn & ((2ULL << n) - 1)) &&
			       run.end - run.pfn >= 2ULL << n)
				n++;
			if (!want->free_blocks[n]++)
				lowest[n] = run.pfn * PAGE;
			run.pfn += 1ULL << n;
		}
	} while (run.end);
}

/* Where there are too many blocks to count, their sum must do. */
static void accept_blocks(struct shadow_layout *want,
			  const struct shadow_layout *layout)
{
	u64 pages = 0;
	u32 n;

	for (n = 0; n < SHADOW_NR_ORDERS; n++)
		pages += layout->free_blocks[n] << n;
	if (pages != want->free_pages)
		return;
	memcpy(want->free_blocks, layout->free_blocks,
	       sizeof(want->free_blocks));
	want->heap_base = layout->heap_base;
}

static bool place_heap(const struct shadow_layout_model *m,
		       struct shadow_layout *want,
		       const struct shadow_layout *layout)
{
	u64 lowest[SHADOW_NR_ORDERS] = {};
	u32 n = want->heap_order;

	if (want->free_pages > MOST_PAGES) {
		accept_blocks(want, layout);
		return true;
	}
	count_blocks(m, want, lowest);
	while (n <= SHADOW_MAX_ORDER && !want->free_blocks[n])
		n++;
	if (n > SHADOW_MAX_ORDER)
		return false;
	want->heap_base = lowest[n];
	return true;
}

/* Both places are looked for, whatever the verdict is (E6). */
static void decide(struct shadow_layout_model *m, struct shadow_layout *want,
		   const struct shadow_layout *layout)
{
	u64 room = (want->mem_map_bytes + PAGE - 1) / PAGE;

	want->has_mem_map = want->pages &&
			    place_mem_map(m, room, &want->mem_map_base);
	want->free_pages = count(m, ~0U, RAM);
	want->has_heap = want->has_mem_map && place_heap(m, want, layout);
	if (!want->pages)
		want->verdict = SHADOW_NO_RAM;
	else if (want->pages == want->reserved_pages)
		want->verdict = SHADOW_ALL_RESERVED;
	else if (want->too_high)
		want->verdict = SHADOW_TOO_HIGH;
	else if (!want->has_mem_map)
		want->verdict = SHADOW_NO_MEM_MAP;
	else if (!want->has_heap)
		want->verdict = SHADOW_NO_HEAP;
}

/* E7: the free run of the most pages, of equal ones the lowest. */
static bool largest_run_is(const struct shadow_layout_model *m,
			   const struct shadow_layout *layout)
{
	struct shadow_layout_span run, largest = {};
	struct shadow_range got = { 1, 0 };
	bool found = shadow_layout_largest_run(layout, &got);
	u32 i = 0;

	do {
		run = next_run(m, &i, ~0U, RAM);
		if (run.end - run.pfn > largest.end - largest.pfn)
			largest = run;
	} while (run.end);
	/* Where there is none, nothing was set. */
	if (!largest.end)
		return !found && got.start == 1 && !got.last;
	return found && got.start == largest.pfn * PAGE &&
	       got.last == largest.end * PAGE - 1;
}

static const char *figure_differs(const struct shadow_layout *want,
				  const struct shadow_layout *got)
{
	const struct { const char *name; u64 want, got; } figures[] = {
		{ "the verdict", want->verdict, got->verdict },
		{ "too_high", want->too_high, got->too_high },
		{ "has_mem_map", want->has_mem_map, got->has_mem_map },
		{ "has_heap", want->has_heap, got->has_heap },
		{ "total_ram", want->total_ram, got->total_ram },
		{ "pages", want->pages, got->pages },
		{ "reserved_pages", want->reserved_pages, got->reserved_pages },
		{ "span_bytes", want->span_bytes, got->span_bytes },
		{ "flat_bytes", want->flat_bytes, got->flat_bytes },
		{ "mem_map_bytes", want->mem_map_bytes, got->mem_map_bytes },
		{ "mem_map_base", want->mem_map_base, got->mem_map_base },
		{ "heap_bytes", want->heap_bytes, got->heap_bytes },
		{ "heap_order", want->heap_order, got->heap_order },
		{ "heap_base", want->heap_base, got->heap_base },
		{ "free_pages", want->free_pages, got->free_pages },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(figures); i++)
		if (figures[i].want != figures[i].got)
			return figures[i].name;
	return NULL;
}

const char *shadow_layout_model_differs(struct shadow_layout_model *m,
					const struct shadow_ranges *ram,
					const struct shadow_ranges *reserved,
					const struct shadow_layout *layout)
{
	struct shadow_layout want = {};

	make_spans(m);
	if (!set_is(m, RAM, RAM, ram))
		return "the set of RAM";
	if (!set_is(m, RESERVED, RESERVED, reserved))
		return "the set of reserved memory";
	measure(m, &want);
	decide(m, &want, layout);
	if (!set_is(m, ~0U, RAM, &layout->free))
		return "the free ranges";
	if (!largest_run_is(m, layout))
		return "the largest free run";
	if (memcmp(want.free_blocks, layout->free_blocks,
		   sizeof(want.free_blocks)))
		return "the free blocks";
	return figure_differs(&want, layout);
}
