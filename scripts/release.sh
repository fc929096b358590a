# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Sourced after apt.sh by the scripts that fetch what belongs to one of Debian's kernels
# for arm64. The caller sets $version, and before read_lists $host, the architecture of
# this system, and $tmp.

# Where such kernels are found; of this system's own sources nothing is said.
suites_of()
{
	case $1 in
	5.*) echo bullseye ;;
	6.1 | 6.1[.-]* | 6.12*) ;;
	*) echo trixie-backports sid experimental ;;
	esac
}

# Releases of $version, the newest first, by the names of packages on standard input.
# `6.1` finds 6.1.0-56-arm64, but neither 6.1.0-56-cloud-arm64 nor the package
# linux-image-6.1-arm64, which would hold no kernel, only the name of one.
releases()
{
	flavour=arm64
	case ${version:?} in
	*-16k) flavour=arm64-16k ;;
	*-rt | *-cloud) flavour=${version##*-}-arm64 ;;
	esac
	number=$(echo "$version" | sed 's/-\(16k\|rt\|cloud\)$//; s/[.]/\\&/g')
	case $version in
	newest) number="[0-9][0-9.]*" ;;
	*.*.*) number="$number\(\.[0-9.]*\)\{0,1\}" ;;
	*) number="$number\.[0-9.]*" ;;
	esac
	sed -n \
		"s/^linux-image-\($number\([-+][0-9a-z.]*[0-9]\)\{0,1\}-$flavour\)$/\1/p" |
	sort -rV
}

# The newest of them that has both an image and headers.
find_release()
{
	releases <"${tmp:?}/names" | while read -r candidate; do
		apt-cache show "linux-headers-$candidate" >/dev/null 2>&1 ||
			continue
		echo "$candidate"
		break
	done
}

# no_release NAMES: those of the packages that there are.
no_release()
{
	say "no kernel $version for arm64 with headers in ${where:?}; there are:" \
		"$(sed -n 's/^linux-image-\([0-9]*[.][0-9]*\)[.].*-arm64$/\1/p' \
			"$1" | sort -uV | tr '\n' ' ')"
	gone "$version"
}

# $suites that may have $version, $where that is for a person, and apt's $lists. Ends
# the script where there is no such kernel.
choose_suites()
{
	suites=$(suites_of "$version")
	where=${suites:-"the suites of this system"}
	# Each set of sources keeps its lists: next time only what changed is read. What
	# was read less than a day ago is not read again only to say that there is no
	# such kernel.
	lists=${cache:?}/lists/$(echo "${suites:-own}" | tr ' ' +)
	[ -z "$(find "$lists.names" -mtime -1 2>/dev/null)" ] ||
		[ -n "$(releases <"$lists.names")" ] || no_release "$lists.names"
}

# The $release that is the newest of $version.
read_lists()
{
	say "reading the package lists for arm64: $where"
	cat >"$tmp/settings" <<-END
	APT::Architecture "arm64";
	APT::Architectures { "arm64"; "${host:?}"; };
	END
	# shellcheck disable=SC2086 # a list of words
	[ -z "$suites" ] || other_suites $suites >>"$tmp/settings"
	own_apt <"$tmp/settings"
	apt-cache pkgnames linux-image- >"$tmp/names"
	[ -n "${complained:-}" ] || cp "$tmp/names" "$lists.names"
	release=$(find_release)
	[ -n "$release" ] || no_release "$tmp/names"
}
