// SPDX-License-Identifier: GPL-2.0-only
/*
 * A machine at the desk. See machine.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/err.h>

#include "../host/host.h"
#include "machine.h"
#include "say.h"

#define MOST_REG_BYTES	(1 << 20)

/* Why there is no plan. */
static bool say_refused(const char *path, const struct shadow_plan *plan,
			int err)
{
	const struct shadow_place *place = &plan->given.place[plan->misplaced];

	if (err == -EINVAL)
		tool_say("%s: --%s 0x%llx,%llu: expected a place in whole pages of RAM",
			 path, shadow_placed_name(plan->misplaced), place->base,
			 place->bytes);
	else
		tool_say("%s: there could be no plan, error %d", path, err);
	return false;
}

/* The cells of a number in the root, as Linux has them; 0 where they are wrong. */
static u32 root_cells(const struct device_node *root, const char *name)
{
	const struct property *prop = of_find_property(root, name, NULL);
	u32 cells = 1;

	if (prop)
		cells = prop->length == sizeof(__be32) ?
			be32_to_cpup(prop->value) : 0;
	return cells <= 2 ? cells : 0;
}

static bool add_number(__be32 **cell, u32 cells, u64 number)
{
	if (cells == 2)
		*(*cell)++ = cpu_to_be32((u32)(number >> 32));
	*(*cell)++ = cpu_to_be32((u32)number);
	return cells == 2 || number <= U32_MAX;
}

/* A bank in the root's cells: several ranges, where one is too large for them. */
static bool add_bank(FILE *reg, const struct shadow_place *bank, u32 addr,
		     u32 size)
{
	u64 most = size == 2 ? U64_MAX : 2ULL << 30, base = bank->base;
	u64 left = bank->bytes, piece;
	__be32 cells[4], *cell;

	for (; left; base += piece, left -= piece) {
		cell = cells;
		piece = min(left, most);
		if (!add_number(&cell, addr, base))
			return false;
		add_number(&cell, size, piece);
		fwrite(cells, sizeof(*cell), cell - cells, reg);
		/* Nobody has so many. */
		if (ftell(reg) > MOST_REG_BYTES)
			return false;
	}
	return true;
}

/* A memory node for all banks, as a boot loader adds it. */
static bool add_banks(struct device_node *root,
		      const struct tool_target *target)
{
	u32 addr = root_cells(root, "#address-cells");
	u32 size = root_cells(root, "#size-cells");
	char *value = NULL;
	size_t length;
	FILE *reg = open_memstream(&value, &length);
	struct device_node *np;
	u32 i;

	for (i = 0; i < target->nr_ram && addr && size; i++)
		if (!add_bank(reg, &target->ram[i], addr, size))
			break;
	fclose(reg);
	if (!addr || !size) {
		tool_say("--ram: the root's #address-cells or #size-cells is malformed, so no bank can be added");
	} else if (i < target->nr_ram) {
		tool_say("--ram 0x%llx,%llu: does not fit into the root's cells, %u for an address and %u for a size",
			 target->ram[i].base, target->ram[i].bytes, addr, size);
	} else {
		np = host_tree_node(root, "buddy-shadow-ram");
		host_tree_property(np, "device_type", "memory",
				   sizeof("memory"));
		host_tree_property(np, "reg", value, length);
	}
	free(value);
	return addr && size && i == target->nr_ram;
}

bool tool_machine_open(struct tool_machine *m, const char *path,
		       const struct tool_target *target)
{
	struct shadow_given given = target->given;
	int err;

	*m = (struct tool_machine){};
	m->root = tool_input_read(path, &m->memreserve);
	if (!m->root || (target->nr_ram && !add_banks(m->root, target)))
		return false;
	if (!given.memreserve.given)
		given.memreserve = m->memreserve;
	err = shadow_plan_make(&m->plan, m->root, false, &given,
			       target->row ?: shadow_row_find(TOOL_ROW));
	m->report = (struct shadow_report){
		.plan = &m->plan,
		.machine = strcmp(path, "-") ? path : "standard input",
	};
	return !err || say_refused(path, &m->plan, err);
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
	if (m->report.plan)
		shadow_plan_free(&m->plan);
	host_tree_free(m->root);
	free(m->memreserve.place);
	m->root = NULL;
}
