# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# Blocks by hand while others write, too. Each function leaves what came of it in
# /results/hands.

# shellcheck source=tests/stress/stress.sh
. /stress.sh

events=/sys/kernel/tracing/events/buddy_shadow/enable

# any_command: of the region at $base, or of another who wants it, by the next seed.
any_command()
{
	local order
	next_seed
	order=$((seed / 16 % 5))
	case $((seed / 256 % 16)) in
	0 | 1 | 2) echo "alloc $order" ;;
	3) echo "alloc 20" ;;
	4 | 5 | 6) printf 'free 0x%x %s\n' \
		$((base + seed / 4096 % 64 * 4096)) $order ;;
	7) echo show ;;
	8) echo map ;;
	9 | 10) echo reset ;;
	11) echo "torture ops=20" ;;
	12) echo "smp ops=20" ;;
	13) echo "whole-machine ops=5" ;;
	*) echo stop ;;
	esac
}

# writer NUMBER TIMES: a line for each command: its name, and why it was refused.
writer()
{
	local nr=0 said
	seed=$((seed + $1))
	while [ $nr -lt "$2" ]; do
		any_command >"/tmp/command-$1"
		said=$(cat "/tmp/command-$1" 2>&1 >"$debugfs/run")
		read -r name _ <"/tmp/command-$1"
		echo "$name: ${said##*: }" >>"/results/hands/writer-$1"
		nr=$((nr + 1))
	done
}

switch_events()
{
	while [ -e /tmp/reading ]; do
		echo 1 >$events
		echo 0 >$events
	done
}

# results_of_hands: what a command by hand left, read over and over.
results_of_hands()
{
	while [ -e /tmp/reading ]; do
		cat "$debugfs/result" >>/tmp/results
		dd if="$debugfs/result" of=/dev/null bs=7 2>/dev/null
	done
}

# hands SEED WRITERS TIMES: load, so many writers with so many commands each, and
# unload with the region in hand and the events on.
hands()
{
	local nr=0 writers=
	seed=$1
	mkdir -p /results/hands
	insmod /buddy-shadow.ko exercise=0 size=256K
	echo "alloc 0" >"$debugfs/run"
	base=$(sed -n 's/^region_base: //p' "$debugfs/summary")
	: >/tmp/reading
	readers &
	results_of_hands &
	switch_events &
	while [ $nr -lt "$2" ]; do
		nr=$((nr + 1))
		writer $nr "$3" &
		writers="$writers $!"
	done
	# shellcheck disable=SC2086 # process ids
	wait $writers
	rm /tmp/reading
	wait
	grep -q '^region_held: by hand$' "$debugfs/summary" ||
		echo "alloc 0" >"$debugfs/run"
	echo 1 >$events
	sed -n 's/^region_held: //p' "$debugfs/summary" >>/results/hands/held
	rmmod buddy_shadow 2>>/results/hands/rmmod
	grep BROKEN /tmp/results >>/results/hands/broken
	sed -n 's/^\(alloc\|free\|reset\).*: .*/\1/p' /tmp/results |
		sort -u >>/results/hands/shown
	rm /tmp/results
}
