// SPDX-License-Identifier: GPL-2.0-only
/*
 * A machine at the desk. See machine.h.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/err.h>

#include "../host/host.h"
#include "machine.h"

void tool_say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("shadow-layout: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
}

/* Why there is no plan. */
static void say_refused(const char *path, const struct shadow_image *image,
			int err)
{
	if (err == -EINVAL)
		tool_say("%s: image 0x%llx,%llu: expected a place in whole pages of RAM",
			 path, image->base, image->bytes);
	else
		tool_say("%s: there could be no plan, error %d", path, err);
}

bool tool_machine_open(struct tool_machine *m, const char *path,
		       const struct shadow_image *image)
{
	const char *error;
	int err;

	*m = (struct tool_machine){};
	m->root = host_tree_load(path, &error);
	if (!m->root) {
		tool_say("%s: %s", path, error);
		return false;
	}
	err = shadow_plan_make(&m->plan, m->root, false, image,
			       shadow_row_find("6.1-gki"));
	if (err)
		say_refused(path, image, err);
	m->report = (struct shadow_report){ .plan = &m->plan, .machine = path };
	return !err;
}

/* The files are there for a moment: two machines have them one after another. */
static char *read_file(struct tool_machine *m, const char *name)
{
	struct dentry *directory = shadow_report_create(&m->report);
	size_t length;
	char *text = host_debugfs_read(name, &length);

	shadow_report_remove(directory);
	return IS_ERR(text) ? NULL : text;
}

const char *tool_file(struct tool_machine *m, const char *name)
{
	unsigned int i;
	char *text;

	for (i = 0; i < m->nr_texts; i++)
		if (!strcmp(m->names[i], name))
			return m->texts[i];
	text = i < TOOL_MOST_FILES ? read_file(m, name) : NULL;
	if (text) {
		m->names[i] = name;
		m->texts[i] = text;
		m->nr_texts++;
	}
	return text;
}

void tool_machine_close(struct tool_machine *m)
{
	while (m->nr_texts)
		free(m->texts[--m->nr_texts]);
	if (!m->root)
		return;
	shadow_plan_free(&m->plan);
	host_tree_free(m->root);
	m->root = NULL;
}
