# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# What the jobs of `make stress` share. Sourced as /stress.sh.

# shellcheck source=scripts/guest/lib.sh
. /lib.sh

# What is switched on in the kernel; Debian's does not say.
[ ! -e /proc/config.gz ] || zcat /proc/config.gz >/results/config

# A number for the guest's user: seeds follow from the one of the host.
next_seed()
{
	seed=$((seed * 69069 % 4294967296 + 1))
}

# ops_of FILE: how many operations a result tells of. Each block of B7 is two: it
# was freed too.
ops_of()
{
	sed -n 's/.* B7 \([0-9]*\) blocks handed out .*/\1 \1/p
		s/.* through \([0-9]*\) random operations.*/\1/p
		s/^# whole-machine .* ops=\([0-9]*\)$/\1/p' "$1" |
		awk '{ n += $1 + $2 } END { printf "%d", n }'
}

# tried COMMAND: one run with a seed of its own. A line on the console for the
# host to count; what did not pass is kept.
tried()
{
	local said outcome
	next_seed
	echo "$1 seed=$seed" >/tmp/command
	# By cat: the shell's own echo would hide a refusal.
	said=$(cat /tmp/command 2>&1 >"$debugfs/run")
	cat "$debugfs/result" >/tmp/result
	outcome=passed
	if [ -n "$said" ] || ! grep -q '^ok ' /tmp/result ||
		grep -q '^not ok ' /tmp/result; then
		outcome=failed
		echo "$1 seed=$seed: $said" >>/results/failed
		cat /tmp/result >>/results/failed
	fi
	echo "soak: round $round $1 seed=$seed $outcome" \
		"$(ops_of /tmp/result) operations"
}

# readers: reads every file again and again until /tmp/reading is gone.
readers()
{
	while [ -e /tmp/reading ]; do
		for file in "$debugfs"/*; do
			[ "${file##*/}" = run ] || cat "$file" >/dev/null
		done
	done 2>/dev/null
}

# round NUMBER: load, all commands while others read, unload; now and then the
# suites too, which take as long as some rounds.
round()
{
	round=$1
	next_seed
	insmod /buddy-shadow.ko "seed=$seed" 2>>/results/failed
	: >/tmp/reading
	readers &
	tried "torture ops=10000"
	tried "smp ops=20000"
	tried "whole-machine ops=50000"
	tried "selftest"
	rm /tmp/reading
	wait
	if [ $((round % 4)) = 0 ]; then
		insmod /buddy-shadow-kunit.ko 2>>/results/failed
		rmmod buddy_shadow_kunit 2>>/results/failed
	fi
	rmmod buddy_shadow 2>>/results/failed
}

# soak SECONDS SEED
soak()
{
	local end number
	seed=$2
	end=$(($(cut -d. -f1 /proc/uptime) + $1))
	number=0
	: >/results/failed
	while [ "$(cut -d. -f1 /proc/uptime)" -lt "$end" ]; do
		number=$((number + 1))
		round $number
	done
	echo $number >/results/rounds
}

# provoke NAME: a bug that LKDTM knows.
provoke()
{
	[ -d /sys/module/lkdtm ] || insmod lkdtm.ko
	echo "$1" >/sys/kernel/debug/provoke-crash/DIRECT
}

# detect NUMBER COMMANDS: the kernel's own test of a detector, and what was said.
detect()
{
	echo "detectors: $1: $2"
	(cd / && eval "$2") >"/results/detector-$1" 2>&1
	dmesg -c >>"/results/detector-$1"
}
