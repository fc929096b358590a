# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# A pool that others use too. Sourced by the job of a boot with /bin/pin
# (tests/stress/fault) and CMA's own files in debugfs. A load leaves what came of it in
# /results/NAME.

# shellcheck source=tests/stress/stress.sh
. /stress.sh

store=/tmp/store
pool=$(ls -d /sys/kernel/debug/cma/*shadow-pool*)

mem_free()
{
	sed -n 's/^MemFree: *\([0-9]*\) kB$/\1/p' /proc/meminfo
}

# take NAME: load with a self-test, keep how it went and what was free.
take()
{
	local name=$1
	mkdir -p "/results/$name"
	cma_free >"/results/$name/cma-free"
	load "$name"
	unload "$name"
	echo "cma: $name, $(cut -d. -f1 /proc/uptime) s: CmaFree $(cma_free)"
}

# Files of movable pages, each with a content of its own, until little memory is
# left: by then most of the pool is lent to them.
fill()
{
	local nr=0
	mkdir $store
	mount -t tmpfs -o size=100% tmpfs $store
	while [ "$(mem_free)" -gt "$1" ]; do
		yes "file $nr" | head -c 1048576 >$store/$nr || break
		nr=$((nr + 1))
	done
	echo $nr
}

# thin FIRST LAST: remove every second of these files.
thin()
{
	local nr=$1
	while [ "$nr" -lt "$2" ]; do
		rm $store/"$nr"
		nr=$((nr + 2))
	done
}

sums()
{
	(cd $store && md5sum ./*)
}

# verify NAME: no byte of the files is another one.
verify()
{
	sums | cmp -s - /tmp/sums
	echo $? >"/results/$1/differ"
}

# The files take most of the pool. First there is little room to move them to,
# then enough.
crowd()
{
	local files
	files=$(fill 81920)
	echo "$files" >/results/files
	sums >/tmp/sums
	take crowded
	verify crowded
	thin 0 "$((files / 2))"
	sums >/tmp/sums
	take moved
	verify moved
	umount $store
}

# Others hold half of the pool, then all of it, then nothing.
share()
{
	echo 8192 >"$pool/alloc"
	take half
	echo 8192 >"$pool/alloc" || echo 4096 >"$pool/alloc"
	while echo 256 >"$pool/alloc"; do :; done 2>/dev/null
	take nothing
	while [ "$(cat "$pool/used")" -gt 0 ]; do
		echo 16384 >"$pool/free" || break
	done 2>/dev/null
	take again
}

# Pages of the pool that cannot be moved.
hold()
{
	local files
	files=$(fill 131072)
	pin 80 >/tmp/pinned &
	pinner=$!
	until grep -q pinned /tmp/pinned; do
		kill -0 $pinner || break
		usleep 20000
	done
	thin 0 "$files"
	take pinned
	kill $pinner
	wait $pinner
	umount $store
	take released
}
