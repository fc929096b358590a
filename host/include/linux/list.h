/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: doubly linked rings. */
#pragma once

#include <linux/kernel.h>
#include <linux/types.h>

static inline void INIT_LIST_HEAD(struct list_head *list)
{
	list->next = list;
	list->prev = list;
}

static inline void list_add(struct list_head *entry, struct list_head *list)
{
	entry->prev = list;
	entry->next = list->next;
	list->next->prev = entry;
	list->next = entry;
}

static inline void list_add_tail(struct list_head *entry,
				 struct list_head *list)
{
	entry->next = list;
	entry->prev = list->prev;
	list->prev->next = entry;
	list->prev = entry;
}

/* Who uses the entry afterwards is to fault. */
static inline void list_del(struct list_head *entry)
{
	entry->next->prev = entry->prev;
	entry->prev->next = entry->next;
	entry->next = NULL;
	entry->prev = NULL;
}

#define list_empty(list)	((list)->next == (list))
#define list_entry(at, type, member) container_of(at, type, member)
#define list_first_entry(list, type, member) \
	list_entry((list)->next, type, member)
#define __host_entry(at, entry, member) \
	list_entry(at, typeof(*(entry)), member)

#define list_for_each_entry(entry, list, member)			\
	for ((entry) = __host_entry((list)->next, entry, member);	\
	     &(entry)->member != (list);				\
	     (entry) = __host_entry((entry)->member.next, entry, member))

#define list_for_each_entry_safe(entry, after, list, member)		\
	for ((entry) = __host_entry((list)->next, entry, member),	\
	     (after) = __host_entry((entry)->member.next, entry, member); \
	     &(entry)->member != (list);				\
	     (entry) = (after),						\
	     (after) = __host_entry((after)->member.next, after, member))
