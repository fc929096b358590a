# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# The module is loaded and unloaded, also while it is in use. Each function
# leaves in /results/NAME what is to be seen of it.

# shellcheck source=scripts/guest/lib.sh
. /lib.sh

ko=/buddy-shadow.ko
cpu=/sys/devices/system/cpu

# come_and_go NAME TIMES [PARAMETER...]: the number of times that worked, and how the
# self-tests went. On one CPU these are quick.
come_and_go()
{
	local name=$1 times=$2 nr=0
	shift 2
	mkdir -p "/results/$name"
	while [ $nr -lt "$times" ]; do
		taskset 1 insmod $ko "$@" 2>>"/results/$name/said" || break
		sed -n 's/^exercise: //p' "$debugfs/summary" \
			>>"/results/$name/outcomes"
		rmmod buddy_shadow 2>>"/results/$name/said" || break
		nr=$((nr + 1))
	done
	echo $nr >"/results/$name/times"
}

# read_all NAME: read every file over and over, there or not, until /tmp/enough.
read_all()
{
	local file rounds=0
	while [ ! -e /tmp/enough ]; do
		for file in "$debugfs"/*; do
			[ "${file##*/}" = run ] || cat "$file"
		done >/dev/null 2>&1
		rounds=$((rounds + 1))
	done
	echo $rounds >>"/results/$1/rounds"
}

# start_readers NAME NUMBER
start_readers()
{
	local nr=0
	mkdir -p "/results/$1"
	rm -f /tmp/enough
	readers=
	while [ $nr -lt "$2" ]; do
		read_all "$1" &
		readers="$readers $!"
		nr=$((nr + 1))
	done
}

stop_readers()
{
	touch /tmp/enough
	# shellcheck disable=SC2086 # process ids
	wait $readers
}

# under_way: wait until the run has its region and is, or has ended.
under_way()
{
	until grep '^running: ' "$debugfs/result" | grep -Eqv 'begins|region'; do
		kill -0 "$runner" 2>/dev/null || return
		usleep 10000
	done
}

# during NAME COMMAND DO...: load, write the command in the background and do that
# meanwhile; then stop the run, by the command of that name, and go on to a
# self-test and rmmod.
during()
{
	local name=$1
	mkdir -p "/results/$name"
	insmod $ko exercise=0
	echo "$2" 2>"/results/$name/write" >"$debugfs/run" &
	runner=$!
	under_way
	shift 2
	"$@" "$name"
	grep '^running: ' "$debugfs/result" >"/results/$name/until-stop"
	echo stop >"$debugfs/run"
	wait "$runner"
	cat "$debugfs/result" >"/results/$name/result"
	command "$name-after" selftest
	unload "$name"
}

# unload_when_free: files may be open for moments yet.
unload_when_free()
{
	local tries=1
	until rmmod buddy_shadow 2>/dev/null; do
		[ -d /sys/module/buddy_shadow ] || return
		[ $tries -lt 50000 ] || return
		tries=$((tries + 1))
	done
	echo $tries
}

# unload_while_read NAME TIMES READERS: load, run, unload, all of it with readers
# at work. A line a round: how many tries rmmod took.
unload_while_read()
{
	local nr=0
	start_readers "$1" "$3"
	while [ $nr -lt "$2" ]; do
		insmod $ko exercise=0 size=1M seed=$nr || break
		echo "torture ops=100" 2>/dev/null >"$debugfs/run" &
		writer=$!
		unload_when_free
		wait $writer
		unload_when_free >/dev/null
		nr=$((nr + 1))
	done >"/results/$1/tries" 2>"/results/$1/said"
	stop_readers
}

# For during: rmmod must be refused.
try_to_unload()
{
	rmmod buddy_shadow 2>"/results/$1/refused"
}

# read_at_once NAME TIMES: three readers while nothing runs. None may be told
# that something does.
read_at_once()
{
	local nr=0
	mkdir -p "/results/$1"
	insmod $ko size=1M
	start_readers "$1" 2
	while [ $nr -lt "$2" ]; do
		cat "$debugfs/result" "$debugfs/summary"
		nr=$((nr + 1))
	done >/tmp/read
	stop_readers
	grep -c '^1\.\.' /tmp/read >"/results/$1/whole"
	grep '^running: \|exercise: running' /tmp/read | sort | uniq -c \
		>"/results/$1/running"
	unload "$1"
}

# For during: the second CPU goes and comes so many TIMES.
hotplug()
{
	local nr=0
	while [ $nr -lt "$1" ]; do
		echo 0 >$cpu/cpu1/online || break
		cat $cpu/online
		echo 1 >$cpu/cpu1/online || break
		nr=$((nr + 1))
	done >"/results/$2/online" 2>"/results/$2/said"
}

# interrupt NAME TIMES COMMAND...: runs that end by a signal, sooner or later (not
# by INT: a shell lets what is in the background ignore that). A
# line for each: what is said of it, and whether a result shows a failure.
interrupt()
{
	local name=$1 times=$2 nr=0 signal
	shift 2
	mkdir -p "/results/$name"
	insmod $ko exercise=0 size=1M
	while [ $nr -lt "$times" ]; do
		for signal in HUP TERM KILL; do
			echo "$*" 2>/dev/null >"$debugfs/run" &
			usleep $((nr * 7919 % 200000))
			kill -$signal $!
			wait $!
			grep '^not ok' "$debugfs/result" |
				grep -qv ' stopped by signal after ' && echo failed
			sed -n 's/^exercise: //p' "$debugfs/summary"
		done
		nr=$((nr + 1))
	done >"/results/$name/outcomes"
	command "$name" selftest
	unload "$name"
}

# For during: suspend to idle, or as far as TEST says (/sys/power/pm_test; "none"
# is all the way, until the clock rings). To sleep, the kernel interrupts the
# write; the shell writes again on waking.
go_to_sleep()
{
	echo "$1" >/sys/power/pm_test
	# A test spins for so many seconds.
	echo 1 >/sys/module/suspend/parameters/pm_test_delay
	echo 0 >/sys/class/rtc/rtc0/wakealarm
	[ "$1" != none ] || echo +20 >/sys/class/rtc/rtc0/wakealarm
	echo freeze >/sys/power/state 2>"/results/$2/said"
	cat /sys/power/suspend_stats/success >"/results/$2/sleeps"
	under_way
}
