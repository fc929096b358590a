# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# The job of test_dt_kernel.py: every record of /trees is a blob for the reader in
# the kernel, and /results/texts is what that made of them, one after another. The
# host sets $record, the size of a record in bytes.

# shellcheck source=scripts/guest/lib.sh
. /lib.sh

kmemleak=/sys/kernel/debug/kmemleak
dt_diff=/sys/kernel/debug/dt_diff

load dt-diff exercise=0
insmod /dt_diff.ko || exit 1
echo scan >"$kmemleak"
echo clear >"$kmemleak"
# A record a write: that is how the module tells them apart.
# shellcheck disable=SC2154 # set in the line above all this
dd if=/trees of="$dt_diff" bs="$record" 2>/tmp/dd ||
	{ cat /tmp/dd; exit 1; }
cat "$dt_diff" >/results/texts || exit 1
rmmod dt_diff || exit 1
# kmemleak reports what is older than five seconds, if two scans find it.
echo scan >"$kmemleak"
sleep 6
echo scan >"$kmemleak"
cat "$kmemleak" >/results/leaks
unload dt-diff
