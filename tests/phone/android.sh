# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# Read before every script that comes by way of adb: commands of Android that
# this guest lacks, or that say something else there. A file /phone/played may
# replace them once more. The guest's shell would find no scripts in PATH by
# these names: it prefers what is built into busybox.

getprop()
{
	sed -n "s/^$1=//p" /phone/properties
}

# Who adbd's shell would be.
id()
{
	if [ "$*" = -u ]; then
		cat /phone/uid
	else
		busybox id "$@"
	fi
}

# To play what this guest's kernel cannot be made to do.
before_insmod()
{
	:
}

# The words of Android's own.
insmod()
(
	before_insmod "$@"
	said=$(busybox insmod "$@" 2>&1) && exit
	case $said in
	*"unknown symbol"*) said="No such file or directory" ;;
	*"invalid module format"*) said="Exec format error" ;;
	*"invalid parameter"*) said="Invalid argument" ;;
	*) said=${said##*: } ;;
	esac
	echo "insmod: failed to load $1: $said" >&2
	exit 1
)

# Keeps what the module's files held: the test compares that with what arrived.
rmmod()
{
	files=/sys/kernel/debug/buddy_shadow
	if [ "$1" = buddy_shadow ] && [ -d "$files" ]; then
		rm -rf /phone/seen
		mkdir /phone/seen
		for file in "$files"/*; do
			[ "${file##*/}" = run ] ||
				cat "$file" >"/phone/seen/${file##*/}"
		done
	fi
	busybox rmmod "$@"
}

if [ -e /phone/played ]; then
	# shellcheck disable=SC1091 # made by the test
	. /phone/played
fi
