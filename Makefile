# SPDX-License-Identifier: GPL-2.0-only
#
# What a person types; `make help` lists it. The module's own build file is
# Kbuild. Nothing but `make modules` and `make tools` writes into this directory: all
# else that is generated lies in the cache.

KDIR ?= /lib/modules/$(shell uname -r)/build
KERNEL ?= 6.1
MEM ?= 1G
SMP ?= 1
MACHINE ?=
DTB ?=
RAM ?=
ARGS ?=
QUICK ?=
K ?=
MINUTES ?=
PREFIX ?= /usr/local
RUNS ?=
CHECK ?=
KEEP ?=
BRIEF ?=
DOCUMENT ?=
OUT ?=
AGAINST ?=

CACHE := $(or $(BUDDY_SHADOW_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/buddy-shadow)

# As scripts/common.sh has it: two checkouts do not meet there.
WORK = $(CACHE)/work/$(shell printf %s "$(CURDIR)" | tr -c 'A-Za-z0-9.-' _)

# Named at once, so that who has to install them by hand is told only once.
BOOT_NEEDS := device-tree-compiler gcc-aarch64-linux-gnu python3 \
	python3-libfdt qemu-system-arm xz-utils
# Debian's, whatever comes first in PATH: the packages belong to it.
PYTHON := /usr/bin/python3 -B

# Recipes take these from the environment: no character in them is special.
export KERNEL MEM SMP MACHINE DTB RAM ARGS MINUTES RUNS K OUT AGAINST
# No directories of compiled Python beside the scripts.
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: modules tools install help run shell test host kunit boot kernels trees census phone prove fuzz mutants bench stress \
	check deb docs kmi clean distclean

modules: ## build the module against KDIR (default: the running kernel's)
	@test -e "$(KDIR)/Makefile" || { \
		echo "modules: no kernel build directory at '$(KDIR)'. Install the" \
		"running kernel's headers," >&2; \
		echo "modules: or name another with 'make KDIR=...', or" \
		"try 'make run', which needs none." >&2; exit 1; }
	@$(MAKE) -C "$(KDIR)" M="$(CURDIR)" modules

# Where libfdt is there, no matter whence, Debian's package is not asked for.
define shadow-layout
@echo '#include <libfdt.h>' | $(CC) -E - >/dev/null 2>&1 || \
	scripts/need gcc libc6-dev libfdt-dev
@$(MAKE) -s -f host/Makefile O="$(WORK)/tools" BITS= SAN= CC="$(CC)" \
	OPTIMIZE=-O2 shadow-layout
endef

tools: ## build tools/shadow-layout: the report of any .dtb at the desk
	$(shadow-layout)
	@cp "$(WORK)/tools/shadow-layout" tools/shadow-layout

install: tools ## install the programs and the manual pages; PREFIX= DESTDIR=
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/share/man/man1" \
		"$(DESTDIR)$(PREFIX)/share/man/man4" \
		"$(DESTDIR)$(PREFIX)/share/buddy-shadow/shadow_map"
	install tools/shadow-layout tools/shadow-map "$(DESTDIR)$(PREFIX)/bin"
	install -m 644 tools/shadow_map/*.py \
		"$(DESTDIR)$(PREFIX)/share/buddy-shadow/shadow_map"
	install -m 644 report/version.h "$(DESTDIR)$(PREFIX)/share/buddy-shadow"
	install -m 644 tools/shadow-layout.1 tools/shadow-map.1 \
		"$(DESTDIR)$(PREFIX)/share/man/man1"
	install -m 644 packaging/buddy_shadow.4 "$(DESTDIR)$(PREFIX)/share/man/man4"

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1 \2/p' Makefile | \
		while read -r name text; do \
			printf '  make %-9s %s\n' "$$name" "$$text"; done
	@echo
	@echo "  of make run, shell: MEM=2G  KERNEL=6.12-rt  SMP=2  MACHINE=pixel6  V=1"
	@echo "    DTB=file  RAM=\"BASE,SIZE ...\", what a boot loader adds to that file"
	@echo "    ARGS=\"module parameters\"; of make run: OUT=directory, for all files"
	@echo "  of make bench: CHECK=1  KEEP=1  BRIEF=1  AGAINST=commit  ONLY=parts"
	@echo "  of all tests: K=\"words of their names\"  SEED=number " \
		"PYTEST_ADDOPTS=-x"
	@echo "  of make modules and clean: KDIR=directory"
	@echo "  the cache: $(CACHE)"

run: ## boot an arm64 guest, load the module, print its report
	@scripts/need $(BOOT_NEEDS)
	@$(PYTHON) scripts/run.py --kernel "$$KERNEL" --memory "$$MEM" --cpus "$$SMP" \
		$${MACHINE:+--machine "$$MACHINE"} $${DTB:+--dtb "$$DTB"} \
		$${RAM:+--ram "$$RAM"} --args "$$ARGS" $${OUT:+--out "$$OUT"} \
		$(if $(V),--verbose)

shell: ## a prompt in such a guest, the module loaded; Ctrl-A X ends it
	@scripts/need $(BOOT_NEEDS)
	@$(PYTHON) scripts/run.py --shell --kernel "$$KERNEL" --memory "$$MEM" \
		--cpus "$$SMP" $${MACHINE:+--machine "$$MACHINE"} \
		$${DTB:+--dtb "$$DTB"} $${RAM:+--ram "$$RAM"} --args "$$ARGS" \
		$(if $(V),--verbose)

# $(call pytest,PLACE,PACKAGES): what lies there; with QUICK=1 only what is not long.
# No echo of its own on standard output: the last line there is the closing line.
define pytest
@scripts/need python3 python3-libfdt python3-pytest python3-pytest-xdist $2 >&2
@$(PYTHON) -m pytest $(if $(QUICK),-m "not long") $${K:+-k "$$K"} tests/$1
endef

test: QUICK := 1
test: ## all tests that are not long
	$(call pytest,,$(BOOT_NEEDS) adb)

host: ## test the core on this machine, with ASan and UBSan
	$(call pytest,host)

kunit: ## run the KUnit suites on an arm64 kernel in QEMU
	$(call pytest,kunit,$(BOOT_NEEDS))

boot: ## load the module in real boots and check what it says
	$(call pytest,boot,$(BOOT_NEEDS))

kernels: ## the same on Debian's kernels from 5.10 to the newest; a table
	$(call pytest,kernels,$(BOOT_NEEDS))

trees: ## read all device trees of Debian's arm64 kernels, as the oracle
	$(call pytest,trees)

census: ## count what is among those trees; OUT=directory DOCUMENT=1
	@scripts/need python3 python3-libfdt
	$(shadow-layout)
	@$(PYTHON) scripts/census.py "$(WORK)/tools/shadow-layout" \
		$${OUT:+--out "$$OUT"} $(if $(DOCUMENT),--document)

phone: ## take the module to a guest that plays a phone, by the real adb
	$(call pytest,phone,$(BOOT_NEEDS) adb)

prove: ## prove the core with CBMC, then refute mutants; QUICK=1
	$(call pytest,prove)

fuzz: ## fuzz core and readers of trees and text; QUICK=1 MINUTES= RUNS=
	$(call pytest,fuzz,$(BOOT_NEEDS))

mutants: ## inject bugs into the Linux side; what refutes each? QUICK=1
	$(call pytest,mutants,$(BOOT_NEEDS))

bench: ## what the buddy costs beside others
	@scripts/need $(BOOT_NEEDS) $(if $(CHECK)$(KEEP)$(BRIEF),,gcc libc6-dev python3-matplotlib)
	@$(PYTHON) tests/bench/bench.py --kernel "$$KERNEL" $${OUT:+--out "$$OUT"} \
		$${AGAINST:+--against "$$AGAINST"} $${ONLY:+--only $$ONLY} \
		$(if $(CHECK),--check) $(if $(KEEP),--keep) $(if $(BRIEF),--brief) \
		$(if $(DOCUMENT),--document)

stress: ## boot kernels with sanitizers, faults, soak; MINUTES=60
	$(call pytest,stress -n 1,$(BOOT_NEEDS))

docs: ## build Documentation/ as HTML, with the headers' comments
	@scripts/need python3 python3-sphinx perl >&2
	@$(PYTHON) scripts/docs.py

check: ## warnings, sparse, checkpatch, includes, docs, spelling, scripts
	$(call pytest,check)

kmi: K := gki
kmi: ## a part of check: can stock Android kernels load the modules?
	$(call pytest,check)

deb: ## build Debian packages: the tools, DKMS; OUT=directory
	@scripts/deb $${OUT:+"$$OUT"}

clean: ## remove what `make modules` and `make tools` left here
	@if test -e "$(KDIR)/Makefile"; then \
		$(MAKE) -C "$(KDIR)" M="$(CURDIR)" clean; \
	else \
		echo "clean: no kernel build directory at '$(KDIR)', give KDIR=..."; \
	fi
	@rm -f tools/shadow-layout

distclean: clean ## the same, and empty the cache (kernels, builds, logs)
	rm -rf "$(CACHE)"
