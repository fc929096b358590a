/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Faults on purpose. "No report" is worth something only from a kernel that
 * reports: each function does one thing wrong, and some detector has to say so.
 * None of them does harm beyond that.
 */
#ifndef SHADOW_BITE_H
#define SHADOW_BITE_H

/* Memory. */
void bite_use_after_free(void);
void bite_out_of_bounds(void);
void bite_vmalloc_out_of_bounds(void);
void bite_array_bounds(void);
void bite_shift(void);
void bite_leak(void);
void bite_page_after_free(void);
void bite_redzone(void);
void bite_cleared(void);

/* Locks, lists, lifetimes. */
void bite_lock_order(void);
void bite_sleep_in_atomic(void);
void bite_list(void);
void bite_live_timer(void);
void bite_data_race(void);

#endif /* SHADOW_BITE_H */
