// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeps the second CPU of a guest to itself, for ever: a real-time task that does
 * not sleep. The page that it writes stays on a list of that CPU: whoever is to
 * empty the lists of all CPUs waits for this task. Without a C library and its
 * headers, for there may be none for arm64. Ends at once with status 1 where the
 * kernel does not let it.
 */
#define NR_EXIT			93
#define NR_SCHED_SETSCHEDULER	119
#define NR_SCHED_SETAFFINITY	122
#define SCHED_FIFO		1

static long syscall(long number, long a, const void *b, const void *c)
{
	register long x8 asm("x8") = number;
	register long x0 asm("x0") = a;
	register const void *x1 asm("x1") = b;
	register const void *x2 asm("x2") = c;

	asm volatile("svc 0" : "+r" (x0) : "r" (x8), "r" (x1), "r" (x2)
		     : "memory");
	return x0;
}

void _start(void)
{
	static const unsigned long cpus = 2;
	static const int priority = 50;
	static volatile char page;

	if (syscall(NR_SCHED_SETAFFINITY, 0, (void *)sizeof(cpus), &cpus) ||
	    syscall(NR_SCHED_SETSCHEDULER, 0, (void *)SCHED_FIFO, &priority))
		syscall(NR_EXIT, 1, 0, 0);
	for (;;)
		page++;
}
