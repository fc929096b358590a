/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory of shadow-layout. Nobody has to ask whether there is some: where there is
 * none, a line on standard error says so and the program ends with TOOL_UNUSABLE.
 */
#ifndef TOOL_ARRAY_H
#define TOOL_ARRAY_H

#include <stddef.h>

/**
 * tool_memory() - memory that must be there
 * @memory: what was allocated, or NULL
 *
 * Return: @memory. Where it is NULL, the program ends.
 */
void *tool_memory(void *memory);

/**
 * tool_array_new() - memory for items
 * @nr: how many; of none there is memory, too
 * @size: of one, in bytes
 *
 * Return: the items, all zero, for free().
 */
void *tool_array_new(size_t nr, size_t size);

/**
 * tool_array_grow() - have room for one item more
 * @array: the items; NULL as long as there is no room
 * @nr: how many there are
 * @room: how many there is room for; doubled where it is full
 * @size: of one, in bytes
 *
 * Return: the items, for free(), where they lie now.
 */
void *tool_array_grow(void *array, size_t nr, size_t *room, size_t size);

/**
 * tool_text_new() - a text that can be changed
 * @text: what it is at first
 *
 * Return: it, for free().
 */
char *tool_text_new(const char *text);

#endif /* TOOL_ARRAY_H */
