/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The words of a proof. CBMC follows a harness for all values of what it calls
 * nondeterministic at once: nondet_u64() is every number, ASSUME() skips the
 * values that a lemma does not speak of, and ASSERT() must hold for the rest.
 */
#ifndef PROVE_H
#define PROVE_H

#include <linux/types.h>

/* CBMC takes functions without a body that begin so for any value. */
_Bool nondet_bool(void);
u8 nondet_u8(void);
u32 nondet_u32(void);
u64 nondet_u64(void);

#define ASSUME(condition)	__CPROVER_assume(condition)
#define ASSERT(condition, text)	__CPROVER_assert(condition, text)

/* Asserted first, then a help for the solver. */
#define LEMMA(condition, text) do {					\
	ASSERT(condition, text);					\
	ASSUME(condition);						\
} while (0)

/*
 * Some input comes here and meets the condition. The runner wants this false
 * assertion to fail: where it holds, assumptions have left nothing to prove. It
 * skips it where it looks for the bug of a mutant.
 */
#ifndef NO_REACHABLE
#define PROVE_REACH	1
#else
#define PROVE_REACH	0
#endif
#define REACHABLE(condition, text) \
	__CPROVER_assert(!(PROVE_REACH && (condition)), "reachable: " text)

#endif
