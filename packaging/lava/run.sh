#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# Usage: packaging/lava/run.sh DIRECTORY [PARAMETER...]
#
# The test of a LAVA job: loads the modules in DIRECTORY with the module's parameters
# and tells LAVA of each case, a result each, with lava-test-case, which LAVA puts on
# the machine. busybox is enough. buddy-shadow-kunit.ko and kunit.ko may be missing:
# then the kernel has no KUnit, or has it built in.

set -u
debugfs=${DEBUGFS:-/sys/kernel/debug}
own=$debugfs/buddy_shadow

# tell NAME COMMAND...: the result of a command.
tell()
{
	name=$1
	shift
	if "$@"; then
		lava-test-case "$name" --result pass
	else
		lava-test-case "$name" --result fail
		return 1
	fi
}

# cases PREFIX INDENT <KTAP: the result lines with that many blanks before them. Number
# and first word are the name: the figures after them differ by machine, and LAVA
# compares runs by name.
cases()
{
	sed -n "s/^$2\(not ok\|ok\) \([0-9]*\) \(- \)\{0,1\}/\1=\2-/p" |
	while IFS='=' read -r verdict case; do
		echo "$1: $verdict $case"
		case $verdict:$case in
		ok:*"# SKIP"*) result=skip ;;
		ok:*) result=pass ;;
		*) result=fail ;;
		esac
		lava-test-case "$1.${case%%[!A-Za-z0-9_.-]*}" --result "$result"
	done
}

# summary_has LINE
summary_has()
{
	grep -qx "$1" "$own/summary"
}

# A suite of KUnit is a directory of its; what was there before is not ours.
suites()
{
	for suite in "$debugfs"/kunit/shadow_*; do
		[ ! -e "$suite/results" ] ||
			cases "${suite##*/}" '    ' <"$suite/results"
	done
}

# Any of these is a failure, whatever the module says. What was before is not ours.
kernel_is_quiet()
{
	! dmesg | grep 'WARNING:\|BUG:'
}

unload()
{
	! grep -q "^$1 " /proc/modules || rmmod "$1"
}

[ $# -ge 1 ] || { echo "usage: run.sh DIRECTORY [PARAMETER...]" >&2; exit 2; }
modules=$1
shift
[ -n "$(ls "$debugfs")" ] || mount -t debugfs debugfs "$debugfs"
dmesg -c >/dev/null
tell insmod insmod "$modules/buddy-shadow.ko" "$@" || exit 1
cat "$own/report"
tell verdict summary_has 'verdict: OK'
tell exercise summary_has 'exercise: passed'
cases exercise '' <"$own/result"
if [ -e "$modules/buddy-shadow-kunit.ko" ]; then
	[ ! -e "$modules/kunit.ko" ] || grep -q '^kunit ' /proc/modules ||
		tell insmod-kunit insmod "$modules/kunit.ko" enable=1
	tell insmod-suites insmod "$modules/buddy-shadow-kunit.ko" && suites
	tell rmmod-suites unload buddy_shadow_kunit
fi
tell rmmod unload buddy_shadow
tell kernel-log kernel_is_quiet || :
