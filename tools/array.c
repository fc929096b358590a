// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of shadow-layout. See array.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "say.h"

#define LEAST_ROOM	16

void *tool_memory(void *memory)
{
	if (memory)
		return memory;
	fflush(stdout);
	tool_say("this machine is out of memory");
	_exit(TOOL_UNUSABLE);
}

void *tool_array_new(size_t nr, size_t size)
{
	return tool_memory(calloc(nr + 1, size));
}

void *tool_array_grow(void *array, size_t nr, size_t *room, size_t size)
{
	if (nr < *room)
		return array;
	*room = *room ? 2 * *room : LEAST_ROOM;
	return tool_memory(reallocarray(array, *room, size));
}

char *tool_text_new(const char *text)
{
	return tool_memory(strdup(text));
}
