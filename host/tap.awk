# SPDX-License-Identifier: GPL-2.0-only
#
# KTAP of host/kunit.c to flat TAP. A line is a case, or a parameter of a
# case, which is how KUnit counts them. What a run printed about a case is shown
# only where the case failed. scripts/host marks the runs:
#
#	# run: NAME		before each
#	# status: N		after each; 0 and 1 are the suites' own
#	# skip: NAME: WHY	instead of both

function result(ok, name) {
	printf "%sok %d %s\n", ok ? "" : "not ", ++nr, name
	if (ok) {
		passed++
	} else {
		failed++
		failed_in_run++
		printf "%s", details
	}
	details = ""
}

# The name of a result line, which is all after the number.
function title(line) {
	sub(/^ *(not )?ok [0-9]+ (- )?/, "", line)
	return line
}

/^# run: / {
	run = substr($0, 8)
	failed_in_run = 0
	details = ""
	next
}

/^# status: / {
	if ($3 > 1 || $3 == 1 && !failed_in_run)
		result(0, run " " suite ": the run broke off, status " $3)
	next
}

/^# skip: / {
	printf "ok %d %s # SKIP %s\n", ++nr, substr($3, 1, length($3) - 1),
		substr($0, index($0, $4))
	skipped++
	next
}

/^ *KTAP version/ || /^ *[0-9]+\.\.[0-9]+$/ { next }

/^    # Subtest: /     { suite = $3; next }
/^        # Subtest: / { param_of = $3; next }

# Parameters of a case.
/^        (not )?ok / {
	result($1 == "ok", run " " suite "." param_of ": " title($0))
	next
}

# A case; the result of one with parameters only sums them up.
/^    (not )?ok / {
	if (title($0) != param_of)
		result($1 == "ok", run " " suite "." title($0))
	param_of = ""
	next
}

# A suite: it fails by itself only when it could not begin.
/^not ok / {
	if (!failed_in_run)
		result(0, run " " title($0) ": could not begin")
	next
}
/^ok / { next }

{
	sub(/^ *(# )?/, "")
	details = details "# " $0 "\n"
}

END {
	if (!passed && !failed)
		result(0, "no test ran: is there one of that name?")
	printf "%d passed, %d failed", passed, failed
	print skipped ? ", " skipped " skipped" : ""
	exit failed ? 1 : 0
}
