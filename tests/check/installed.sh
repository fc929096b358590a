#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: installed.sh VERSION PACKAGE...
#
# What tests/check/installed.py has apt do in a system of its own, step by step: an
# older version, ours over it, their use, a kernel that they are not for, away again.
# ours/, older/ and board.dtb lie beside this file.

set -eu
given=$(dirname -- "$0")
version=$1
shift
headers=$(echo /lib/modules/*/build)
kernel=$(basename "${headers%/build}")

step()
{
	echo "== $1"
}

# Not what apt, dpkg, dkms and depmod keep of what they did.
everything()
{
	find /etc /lib/modules /usr /var -xdev ! -path '/var/cache/*' \
		! -path '/var/log/*' ! -path '/var/lib/apt/*' \
		! -path '/var/lib/dpkg/*' ! -path '/var/lib/dkms/mok.*' \
		! -path '*/lib/modules/*/modules.*' | sort
}

get()
{
	apt-get -q -y --no-install-recommends install \
		"$given/$1"/*.deb 2>&1
}

state()
{
	dpkg-query -W -f '${Package} ${Version} ${db:Status-Status}\n' "$@"
	dkms status 2>&1
	find /lib/modules -name 'buddy*' -exec /sbin/modinfo -F version {} +
}

everything >/tmp/before
step older
get older
step older-state
state "$@"
step ours
get ours
step ours-state
state "$@"
step again
run-parts --arg="$kernel" /etc/kernel/header_postinst.d 2>&1
# One that lacks what the module wants.
step other-kernel
other=/lib/modules/${kernel%-*}-other
mkdir -p "$other/build/include"
sed 's/^CONFIG_DEBUG_FS=y$//' "$headers/.config" >"$other/build/.config"
run-parts --arg="${other##*/}" /etc/kernel/header_postinst.d 2>&1
dkms build -k "${other##*/}" "buddy-shadow/$version" 2>&1 || echo "status $?"
rm -r "$other"
step pages
for page in shadow-layout shadow-map buddy_shadow; do
	! command -v man >/dev/null || man -P cat "$page" 2>&1 | sed -n 1p
done
if command -v shadow-layout >/dev/null; then
	step tools
	shadow-layout --version
	shadow-layout --format json "$given/board.dtb" >/tmp/board.json
	shadow-map /tmp/board.json | tail -n 1
fi
step remove
apt-get -q -y remove "$@" 2>&1
step left
everything | diff /tmp/before - || :
step purge
dpkg --purge "$@" 2>&1
everything | diff /tmp/before - || :
