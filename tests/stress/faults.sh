# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# Allocations that fail on purpose. Sourced by the job of a boot with /bin/fault
# (tests/stress/fault); each function leaves what came of it in /results/NAME.

# shellcheck source=tests/stress/stress.sh
. /stress.sh

faults="/sys/kernel/debug/failslab /sys/kernel/debug/fail_page_alloc"

# set_faults KNOB VALUE
set_faults()
{
	local fault
	for fault in $faults; do
		echo "$2" >"$fault/$1"
	done
}

# Any allocation may fail, not only those that may not sleep, but of slabs only
# those that the command line marks. The kernel need not say so each time.
allow_faults()
{
	echo Y >/sys/kernel/debug/failslab/cache-filter
	set_faults ignore-gfp-wait N
	set_faults verbose 0
	echo N >/sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem
	echo 0 >/sys/kernel/debug/fail_page_alloc/min-order
}

# inject NAME WORD...: let fail what /bin/fault is told, one by one.
inject()
{
	local name=$1
	shift
	mkdir -p "/results/$name"
	fault "$@" >"/results/$name/outcomes" 2>"/results/$name/said"
	# shellcheck disable=SC2046 # one line
	echo "faults: $name, $(cut -d. -f1 /proc/uptime) s:" \
		$(cat "/results/$name/outcomes" "/results/$name/said")
}

# roll NAME TIMES CHANCE COMMAND: a line for each time, why the command was refused
# or how much of it failed, while CHANCE in a hundred allocations fail.
roll()
{
	local nr=0 name=$1 times=$2 chance=$3 said
	shift 3
	set_faults times -1
	echo "$*" >/tmp/command
	while [ $nr -lt "$times" ]; do
		set_faults probability "$chance"
		said=$(cat /tmp/command 2>&1 >"$debugfs/run")
		set_faults probability 0
		[ -n "$said" ] || said=$(grep -c '^not ok' "$debugfs/result")
		echo "${said##*: }"
		nr=$((nr + 1))
	done >"/results/$name"
	# shellcheck disable=SC2046 # one line
	echo "faults: $name, $(cut -d. -f1 /proc/uptime) s:" \
		$(sort "/results/$name" | uniq -c)
}

# The same, but only where the kernel makes a thread.
roll_threads()
{
	echo 1 >/proc/2/make-it-fail
	set_faults task-filter Y
	roll "$@"
	set_faults task-filter N
	echo 0 >/proc/2/make-it-fail
}

# The same, but only in what is called, however far down, from the module's code.
roll_ours()
{
	local start size
	start=$(cat /sys/module/buddy_shadow/sections/.text)
	# Code comes first in a module, and is all that can call.
	size=$(sed -n 's/^buddy_shadow \([0-9]*\) .*/\1/p' /proc/modules)
	set_faults require-start "$start"
	set_faults require-end "$(printf '0x%x' $((start + size)))"
	roll "$@"
	set_faults require-start 0
	set_faults require-end 0xffffffffffffffff
}
