# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# The job of a boot that loads the test module as a phone does. A load of both
# modules leaves what can be seen of it in a directory of /results.

# shellcheck source=scripts/guest/lib.sh
. /lib.sh

kunit=/sys/kernel/debug/kunit

# keep_results DIRECTORY: KUnit's own account of each suite, a file a suite.
keep_results()
{
	local suite
	for suite in "$kunit"/*; do
		[ ! -d "$suite" ] || cat "$suite/results" >"$1/${suite##*/}"
	done
}

# load_tests NAME: both modules in and out again.
load_tests()
{
	load "$1"
	mkdir -p "/results/$1/kunit"
	dmesg -c >>/results/earlier-dmesg
	insmod /buddy-shadow-kunit.ko 2>"/results/$1/kunit-insmod"
	dmesg >"/results/$1/kunit-log"
	keep_results "/results/$1/kunit"
	rmmod buddy_shadow_kunit 2>"/results/$1/kunit-rmmod"
	ls "$kunit" >"/results/$1/kunit-left"
	unload "$1"
}
