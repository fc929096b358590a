// SPDX-License-Identifier: GPL-2.0-only
/*
 * insmod buddy-shadow-bite.ko fault=NAME triggers that bug, once.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/string.h>

#include "bite.h"

static char *fault = "";
module_param(fault, charp, 0);
MODULE_PARM_DESC(fault, "the fault to commit");

static const struct {
	const char *name;
	void (*commit)(void);
} faults[] = {
	{ "use-after-free", bite_use_after_free },
	{ "out-of-bounds", bite_out_of_bounds },
	{ "vmalloc-out-of-bounds", bite_vmalloc_out_of_bounds },
	{ "array-bounds", bite_array_bounds },
	{ "shift", bite_shift },
	{ "leak", bite_leak },
	{ "page-after-free", bite_page_after_free },
	{ "redzone", bite_redzone },
	{ "cleared", bite_cleared },
	{ "lock-order", bite_lock_order },
	{ "sleep-in-atomic", bite_sleep_in_atomic },
	{ "list", bite_list },
	{ "live-timer", bite_live_timer },
	{ "data-race", bite_data_race },
};

static int __init bite_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		if (strcmp(fault, faults[i].name))
			continue;
		faults[i].commit();
		pr_info("committed %s\n", fault);
		return 0;
	}
	pr_err("fault=%s: expected one of those in bite.c\n", fault);
	return -EINVAL;
}

static void __exit bite_exit(void)
{
}

module_init(bite_init);
module_exit(bite_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Faults on purpose, to see that they are noticed");
