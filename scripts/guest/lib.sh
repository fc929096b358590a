# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# What the jobs of the guest share. Sourced as /lib.sh. NAME is a directory in
# /results, for the files of one load of the module.

debugfs=/sys/kernel/debug/buddy_shadow
kmemleak=/sys/kernel/debug/kmemleak

# What the machine's file in scripts/machines/ wants the module to be told.
board_args=/proc/device-tree/chosen/buddy-shadow,args
board_args=$([ ! -e $board_args ] || tr -d '\0' <$board_args)

# image=BASE,SIZE for insmod: the running kernel's image. The kernel reads its tree
# for /proc/iomem under the lock, which a module cannot.
running_image()
{
	local code data
	code=$(sed -n 's/^ *\(.*\)-.* : Kernel code$/0x\1/p' /proc/iomem)
	data=$(sed -n 's/^ *.*-\(.*\) : Kernel data$/0x\1/p' /proc/iomem)
	echo "image=$code,$((data - code + 1))"
}

# blob_hex AT BYTES: a number of the running kernel's blob, in hexadecimal.
blob_hex()
{
	hexdump -v -s "$1" -n "$2" -e '/1 "%02x"' /sys/firmware/fdt
}

# blob=BASE,SIZE for insmod: where the kernel was given its blob. Linux does not tell;
# who wrote the blob did.
running_blob()
{
	printf 'blob=0x%x,%s\n' "0x$(hexdump -v -e '/1 "%02x"' \
		/proc/device-tree/chosen/buddy-shadow,blob)" "$(
		stat -c %s /sys/firmware/fdt)"
}

# memreserve=BASE,SIZE,... for insmod: what the blob reserves beside its tree. The
# live tree does not show it.
running_memreserve()
{
	local at base size list=
	at=$((0x$(blob_hex 16 4)))
	while size=$(blob_hex $((at + 8)) 8)
		[ -n "$size" ] && [ "$size" != 0000000000000000 ]
	do
		base=$(blob_hex $at 8)
		list=$list${list:+,}$(printf '0x%x,0x%x' "0x$base" "0x$size")
		at=$((at + 16))
	done
	echo "memreserve=${list:-none}"
}

# What insmod is told: what /args has, and what else of this guest nobody gave.
module_args()
{
	# shellcheck disable=SC2046,SC2086 # the parameters are words
	set -- $board_args $(cat /args)
	case " $*" in
	*" image="* | *" machine="*) ;;
	*) set -- "$@" "$(running_image)" ;;
	esac
	case " $*" in
	*" blob="* | *" machine="*) ;;
	*) set -- "$@" "$(running_blob)" ;;
	esac
	case " $*" in
	*" memreserve="* | *" machine="*) ;;
	*) set -- "$@" "$(running_memreserve)" ;;
	esac
	echo "$*"
}

# collect NAME: copy every debugfs file that can be read.
collect()
{
	local file
	mkdir -p "/results/$1"
	for file in "$debugfs"/*; do
		[ "${file##*/}" = run ] || cat "$file" >"/results/$1/${file##*/}"
	done
}

# load NAME [PARAMETER...]: insmod, and keep all that can be seen of it: what
# insmod said (nothing on success), the kernel's new messages, debugfs.
load()
{
	local name=$1
	shift
	mkdir -p "/results/$name"
	# Only where a load before this one was not refused as it should be.
	[ ! -d /sys/module/buddy_shadow ] || rmmod buddy_shadow
	dmesg -c >>/results/earlier-dmesg
	# shellcheck disable=SC2086 # the parameters are words
	insmod /buddy-shadow.ko $board_args "$@" 2>"/results/$name/insmod"
	dmesg >"/results/$name/log"
	ls -d /sys/module/buddy_shadow "$debugfs" 2>/dev/null \
		>"/results/$name/present"
	[ ! -d "$debugfs" ] || collect "$name"
}

# unload NAME: rmmod, and keep what it said (nothing on success).
unload()
{
	rmmod buddy_shadow 2>"/results/$1/rmmod"
}

# command NAME COMMAND: write COMMAND to debugfs and keep what that said
# (nothing on success), the kernel's new messages and the result.
command()
{
	mkdir -p "/results/$1"
	dmesg -c >>/results/earlier-dmesg
	printf '%s\n' "$2" >/tmp/command
	cat /tmp/command 2>"/results/$1/write" >"$debugfs/run"
	dmesg >"/results/$1/log"
	cat "$debugfs/result" >"/results/$1/result"
}

cma_free()
{
	sed -n 's/^CmaFree: *\([0-9]*\) kB$/\1/p' /proc/meminfo
}

# What the kernel's own start left behind is not asked for.
begin_watch()
{
	echo scan >$kmemleak
	echo clear >$kmemleak
}

# kmemleak reports what is older than five seconds and unchanged since the scan
# before. lockdep is off after its first complaint.
end_watch()
{
	cat /proc/lockdep_stats >/results/lockdep_stats
	echo scan >$kmemleak
	sleep 6
	echo scan >$kmemleak
	cat $kmemleak >/results/kmemleak
}
