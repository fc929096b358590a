# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Sourced by the shell scripts of this directory: where things are, and how to
# speak. The caller sets $me, the name that its messages begin with.

# shellcheck disable=SC2034 # used by the scripts that source this file
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
cache=${BUDDY_SHADOW_CACHE:-${XDG_CACHE_HOME:-${HOME:?is not set}/.cache}/buddy-shadow}

# The newest clang of Debian 12, as the kernel's LLVM= takes it.
# shellcheck disable=SC2034
llvm=-19

# What a make around us was told is not meant for the kernel's make.
unset MAKEFLAGS MFLAGS MAKELEVEL KBUILD_OUTPUT M O C W V

say()
{
	echo "${me:?}: $*" >&2
}

die()
{
	say "$*"
	exit 1
}

# kbuild and QEMU take such characters in a path for something else.
case $cache in
/*[[:space:],:%#\$]*) die "the cache's path '$cache' has a blank or one of" \
	",:%#\$ in it; set BUDDY_SHADOW_CACHE to another one" ;;
/*) ;;
*) die "the cache's path '$cache' does not begin with a slash" ;;
esac

# The directory of this checkout in the cache: two checkouts do not meet there.
checkout_dir()
{
	printf '%s/work/%s\n' "$cache" \
		"$(printf %s "$root" | tr -c 'A-Za-z0-9.-' _)"
}

# Take the lock FILE for the rest of the script; say so if that has to wait.
lock()
{
	mkdir -p "$(dirname "$1")"
	exec 9>"$1"
	flock -n 9 && return
	say "another run holds the lock, waiting for it to finish"
	flock 9
}
