// SPDX-License-Identifier: GPL-2.0-only
/*
 * A call of the target's allocator, as a line of a trace. See trace.h.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "../exercise/command.h"
#include "trace.h"

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t");
}

static bool ends_word(const char *at)
{
	return !*at || *at == ' ' || *at == '\t';
}

/* Read decimal digits, at most nine; return what follows, NULL for none. */
static const char *read_order(const char *at, u32 *order)
{
	const char *from = at;

	for (*order = 0; isdigit((unsigned char)*at) && at - from < 9; at++)
		*order = 10 * *order + (*at - '0');
	return at != from && ends_word(at) ? skip_blanks(at) : NULL;
}

/* The same with 0x and one to sixteen digits. */
static const char *read_address(const char *at, u64 *pa)
{
	const char *from = at + 2;

	if (at[0] != '0' || (at[1] | 0x20) != 'x')
		return NULL;
	*pa = 0;
	for (at = from; shadow_digit_of(*at) < 16 && at - from < 16; at++)
		*pa = *pa << 4 | shadow_digit_of(*at);
	return at != from && ends_word(at) ? skip_blanks(at) : NULL;
}

/* From the order on. */
static const char *parse_alloc(struct tool_call *call, const char *at)
{
	call->kind = TOOL_CALL_ALLOC;
	at = read_order(at, &call->order);
	if (!at)
		return "no order";
	if (!strncasecmp(at, "none", 4) && ends_word(at + 4)) {
		call->pa = SHADOW_NO_PAGE;
		at = skip_blanks(at + 4);
	} else {
		at = read_address(at, &call->pa);
		/* The last byte of all is no page, and would read as none. */
		if (!at || call->pa == SHADOW_NO_PAGE)
			return "neither an address, 0x and hexadecimal digits, nor none";
	}
	return *at ? "something follows" : NULL;
}

/* The reasons of B5; there are others, which a trace does not have. */
static bool read_reason(struct tool_call *call, const char *at)
{
	size_t length = strlen(at);
	int i;

	while (length && (at[length - 1] == ' ' || at[length - 1] == '\t'))
		length--;
	for (i = SHADOW_UNALIGNED; i <= SHADOW_WRONG_ORDER; i++) {
		const char *name = shadow_refusal_name(i);

		if (strlen(name) == length && !strncasecmp(at, name, length)) {
			call->reason = i;
			return true;
		}
	}
	return false;
}

/* From the address on. */
static const char *parse_free(struct tool_call *call, const char *at)
{
	call->kind = TOOL_CALL_FREE;
	at = read_address(at, &call->pa);
	if (!at)
		return "no address, 0x and hexadecimal digits";
	at = read_order(at, &call->order);
	if (!at)
		return "no order";
	if (!*at)
		return NULL;
	if (strncmp(at, "refused", 7))
		return "something follows";
	call->refused = true;
	at = skip_blanks(at + 7);
	if (!*at)
		return NULL;
	if (*at != ':' || !read_reason(call, skip_blanks(at + 1)))
		return "no reason of B5";
	return NULL;
}

/* What stands at @at, if a call begins there: from its first number on. */
static const char *begins(const char *at, enum tool_call_kind *kind)
{
	const char *number;

	if (!strncmp(at, "alloc", 5) && at[5] && ends_word(at + 5)) {
		number = skip_blanks(at + 5);
		*kind = TOOL_CALL_ALLOC;
		return isdigit((unsigned char)*number) ? number : NULL;
	}
	if (!strncmp(at, "free", 4) && at[4] && ends_word(at + 4)) {
		number = skip_blanks(at + 4);
		*kind = TOOL_CALL_FREE;
		return !strncasecmp(number, "0x", 2) ? number : NULL;
	}
	return NULL;
}

static bool in_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

void tool_call_parse(struct tool_call *call, const char *text)
{
	enum tool_call_kind kind;
	const char *at, *number;

	memset(call, 0, sizeof(*call));
	for (at = text; *at; at++) {
		if ((*at != 'a' && *at != 'f') || (at > text && in_word(at[-1])))
			continue;
		number = begins(at, &kind);
		if (!number)
			continue;
		call->bad = kind == TOOL_CALL_ALLOC ? parse_alloc(call, number) :
						 parse_free(call, number);
		if (call->bad)
			call->kind = TOOL_CALL_BAD;
		return;
	}
}

void tool_call_print(const struct tool_call *call, FILE *out)
{
	if (call->kind == TOOL_CALL_ALLOC && call->pa == SHADOW_NO_PAGE)
		fprintf(out, "alloc %u none\n", call->order);
	else if (call->kind == TOOL_CALL_ALLOC)
		fprintf(out, "alloc %u 0x%016llx\n", call->order, call->pa);
	else
		fprintf(out, "free 0x%016llx %u%s%s%s\n", call->pa, call->order,
			call->refused ? " refused" : "",
			call->reason ? ": " : "",
			call->reason ? shadow_refusal_name(call->reason) : "");
}
