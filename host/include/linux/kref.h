/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: references, and objects that have some. */
#pragma once

struct kref {
	int references;
};

#define kref_read(kref)	((unsigned int)(kref)->references)

struct kobject {
	struct kref kref;
	const struct kobj_type *type;
};

struct kobj_type {
	void (*release)(struct kobject *kobj);
};

static inline void kobject_init(struct kobject *kobj,
				const struct kobj_type *type)
{
	*kobj = (struct kobject){ { 1 }, type };
}
