# SPDX-License-Identifier: GPL-2.0-only
#
# A part of tests/fuzz/Makefile: the desk reader of device trees, as the target
# `dt` and as the program `dt-desk` of scripts/dt_diff.py. Both want libfdt.

dt_core := $(patsubst %,$(O)/core-%.o,ranges heap_size mem_map)
dt_objects := $(patsubst %,$(O)/dt-%.o,desk desk_node desk_reserved desk_plan \
	desk_check generate generate_value)

.PHONY: dt

dt: $(O)/dt
$(O)/dt: $(dt_objects) $(O)/dt-fuzz.o $(dt_core)
	$(CC) $(CFLAGS) $(link_$(MODE)) -o $@ $^ -lfdt

$(O)/dt-desk: $(dt_objects) $(O)/dt-main.o $(dt_core)
	$(CC) $(CFLAGS) -o $@ $^ -lfdt

$(O)/dt-%.o: tests/fuzz/dt/%.c tests/fuzz/Makefile tests/fuzz/dt.mk | $(O)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
