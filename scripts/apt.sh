# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Sourced after common.sh by the scripts that fetch packages and install none.

# make_tmp DIRECTORY: one beside it, $tmp, that goes when the script ends.
make_tmp()
{
	rm -rf "$1".tmp.*
	tmp=$(mktemp -d "$1.tmp.XXXXXX")
	trap 'rm -rf "$tmp"' EXIT
	trap 'exit 1' HUP INT TERM
}

# own_apt <SETTINGS: apt with lists, status and cache of its own in $tmp, and what
# else is set. Nothing of it gets into this system.
own_apt()
{
	mkdir -p "$tmp/apt/state" "$tmp/apt/lists" "$tmp/apt/cache" "$tmp/deb"
	: >"$tmp/apt/status"
	cat - >"$tmp/apt/conf"
	cat >>"$tmp/apt/conf" <<-END
	Dir::State "$tmp/apt/state";
	Dir::State::lists "$tmp/apt/lists";
	Dir::State::status "$tmp/apt/status";
	Dir::Cache "$tmp/apt/cache";
	Acquire::Languages "none";
	Acquire::Retries "3";
	END
	# As root, apt would fetch as a user who cannot write to this cache.
	[ "$(id -u)" != 0 ] ||
		echo 'APT::Sandbox::User "root";' >>"$tmp/apt/conf"
	export APT_CONFIG="$tmp/apt/conf"
	apt-get -q update >&2 || say "apt-get update complained; going on"
}

# download PACKAGE...: into $tmp/deb
download()
{
	(cd "$tmp/deb" && apt-get -q download "$@" >&2) ||
		die "the download failed (see above)"
}
