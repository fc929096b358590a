# SPDX-License-Identifier: GPL-2.0-only
#
# What the project is made of, each thing named once. Kbuild, the host build, the
# fuzzers, the proofs and the checks read this file. A name stands for NAME.c; a
# room lies in the directory of its name, the hall in this one. See
# Documentation/design.rst for what each room is for.

# The design that is shadowed: arithmetic and lists.
hall := ranges heap_size mem_map buddy buddy_run buddy_trace buddy_map buddy_check \
	pt_alloc pt_map

# From a device tree to a plan.
dt := rows store property memory image given scan request place twins reserved hints \
	read plan

# What is done with the design. Those in `glue` need a kernel, the others also
# run on the host.
exercise := ktap frag run lab lab_results pattern command torture whole_machine \
	hand by_hand hold smp_steps selftest_ram selftest_plan selftest_buddy selftest_pt selftest \
	registry runner
exercise_glue := region region_alloc smp smp_worker

# What people read.
report := debugfs summary results lists size counted map text
report_glue := events

# Programs for a person, of this machine.
tools := layout say array wrap options machine input directory json compare difference \
	clauses places causes designs wrong overlap log picture line value modes replay \
	sequence judge around ledger trace diff pairs census

# KUnit suites and what they share; each suite registers itself. Those in `live`
# need a running kernel.
kunit := main command_kunit hand_kunit ranges_kunit \
	layout_kunit buddy_fixture buddy_kunit buddy_refuse_kunit \
	buddy_lookup_kunit buddy_check_kunit \
	model_kunit pt_map_fixture pt_map_kunit \
	pt_map_refuse_kunit
kunit_live := dt_tree dt_memory_kunit dt_reserved_kunit dt_place_kunit \
	dt_malformed_kunit dt_hints_kunit plan_kunit exercise_kunit

# Naive models of the design, in tests/model, and comparisons with them, which the
# suites share with the fuzz targets.
model := buddy_model ranges_model layout_model pt_tables pt_model machine \
	buddy_compare ranges_compare layout_compare pt_compare

# All objects of the two modules, without their ending.
module_objects := buddy_shadow $(hall) $(addprefix dt/,$(dt)) \
	$(addprefix exercise/,$(exercise) $(exercise_glue)) \
	$(addprefix report/,$(report) $(report_glue))
kunit_objects := $(addprefix kunit/,$(kunit) $(kunit_live)) \
	$(addprefix tests/model/,$(model))
