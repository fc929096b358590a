# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Sourced after common.sh by the scripts that fetch packages and install none.

keys=/usr/share/keyrings/debian-archive-keyring.gpg

# make_tmp DIRECTORY: one beside it, $tmp, that goes when the script ends.
make_tmp()
{
	rm -rf "$1".tmp.*
	tmp=$(mktemp -d "$1.tmp.XXXXXX")
	trap 'rm -rf "$tmp"' EXIT
	trap 'exit 1' HUP INT TERM
}

# mirror LABEL: where this system's packages of that label come from.
mirror()
{
	# shellcheck disable=SC2016 # for apt to expand
	apt-get indextargets \
		--format '$(ORIGIN) $(LABEL) $(COMPONENT) $(REPO_URI)' \
		'Created-By: Packages' |
		sed -n "s/^Debian $1 main //p" | head -n 1
}

# other_suites SUITE...: settings for own_apt to read these suites of Debian instead
# of this system's sources, from the same mirrors and with Debian's key.
other_suites()
{
	"${root:?}/scripts/need" debian-archive-keyring >&2
	mkdir -p "$tmp/apt/none"
	for suite; do
		label=Debian
		case $suite in
		*-security) label=Debian-Security ;;
		esac
		uri=$(mirror $label)
		[ -n "$uri" ] || {
			say "this system's apt sources name no mirror of" \
				"$label: no $suite"
			continue
		}
		echo "deb [signed-by=$keys] $uri $suite main"
	done >"$tmp/apt/sources"
	cat <<-END
	Dir::Etc::SourceList "$tmp/apt/sources";
	Dir::Etc::SourceParts "$tmp/apt/none";
	Dir::Etc::Preferences "$tmp/apt/none/preferences";
	Dir::Etc::PreferencesParts "$tmp/apt/none";
	END
}

# own_apt <SETTINGS: apt with status and cache of its own in $tmp, lists in $lists,
# by default there too, and what else is set. Nothing of it gets into this system.
# $complained is set where the lists may not be the newest.
own_apt()
{
	lists=${lists:-$tmp/apt/lists}
	mkdir -p "$tmp/apt/state" "$lists" "$tmp/apt/cache" "$tmp/deb"
	: >"$tmp/apt/status"
	cat - >"$tmp/apt/conf"
	cat >>"$tmp/apt/conf" <<-END
	Dir::State "$tmp/apt/state";
	Dir::State::lists "$lists";
	Dir::State::status "$tmp/apt/status";
	Dir::Cache "$tmp/apt/cache";
	Acquire::Languages "none";
	Acquire::Retries "3";
	END
	# As root, apt would fetch as a user who cannot write to this cache.
	[ "$(id -u)" != 0 ] ||
		echo 'APT::Sandbox::User "root";' >>"$tmp/apt/conf"
	export APT_CONFIG="$tmp/apt/conf"
	apt-get -q --error-on=any update >&2 || {
		# shellcheck disable=SC2034 # fetch-kernel reads it
		complained=1
		say "apt-get update complained; going on"
	}
}

# gone KERNEL: the archive does not give it (any more). The exit status says so, but
# for the kernel of this system's own release: that one has to be there.
gone()
{
	[ "$1" = 6.1 ] || exit 3
	die "this system's apt sources have no kernel $1"
}

# download PACKAGE...: into $tmp/deb
download()
{
	(cd "$tmp/deb" && apt-get -q download "$@" >&2) ||
		die "the download failed (see above)"
}
