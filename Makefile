# SPDX-License-Identifier: GPL-2.0-only
#
# What a person types; `make help` lists it. The module's own build file is
# Kbuild. Nothing but `make modules` writes into this folder: all else that is
# generated lies in the cache.

KDIR ?= /lib/modules/$(shell uname -r)/build
KERNEL ?= 6.1
MEM ?= 1G
SMP ?= 1
MACHINE ?=
DTB ?=
ARGS ?=
QUICK ?=
MINUTES ?=
RUNS ?=

CACHE := $(or $(BUDDY_SHADOW_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/buddy-shadow)

# Named at once, so that who has to install them by hand is told only once.
BOOT_NEEDS := device-tree-compiler gcc-aarch64-linux-gnu python3 \
	qemu-system-arm xz-utils

# Recipes take these from the environment: no character in them is special.
export KERNEL MEM SMP MACHINE DTB ARGS MINUTES RUNS
# No folders of compiled Python beside the scripts.
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: modules help run test host kunit boot phone prove fuzz torture check \
	kmi clean distclean

modules: ## build the module against KDIR (default: the running kernel's)
	@test -e "$(KDIR)/Makefile" || { \
		echo "modules: no kernel build folder at '$(KDIR)'. Install the" \
		"running kernel's headers," >&2; \
		echo "modules: or name another folder with 'make KDIR=...', or" \
		"try 'make run', which needs none." >&2; exit 1; }
	@$(MAKE) -C "$(KDIR)" M="$(CURDIR)" modules

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1 \2/p' Makefile | \
		while read -r name text; do \
			printf '  make %-10s %s\n' "$$name" "$$text"; done
	@echo
	@echo "  of make run: MEM=2G  KERNEL=6.12  SMP=2  MACHINE=pixel6" \
		"DTB=file  ARGS=\"module parameters\"  V=1"
	@echo "  of make modules and clean: KDIR=folder"
	@echo "  the cache: $(CACHE)"

run: ## boot an arm64 guest, load the module, print its report
	@scripts/need $(BOOT_NEEDS)
	@scripts/run.py --kernel "$$KERNEL" --memory "$$MEM" --cpus "$$SMP" \
		$${MACHINE:+--machine "$$MACHINE"} $${DTB:+--dtb "$$DTB"} \
		--args "$$ARGS" $(if $(V),--verbose)

test: ## all tests; of prove and fuzz the quick part
	@scripts/need python3
	@QUICK=1 scripts/test.py host kunit prove fuzz boot phone check

host: ## test the core on this machine, with ASan and UBSan
	@scripts/host

kunit: ## run the KUnit suites on an arm64 kernel in QEMU
	@scripts/kunit

boot: ## load the module in real boots and check what it says
	@scripts/need $(BOOT_NEEDS)
	@scripts/boot_test.py

phone: ## take the module to a guest that plays a phone, with the real adb
	@scripts/need $(BOOT_NEEDS) adb
	@scripts/phone_test.py

prove: ## prove the core with CBMC, then refute seeded faults; QUICK=1
	@scripts/prove.py $(if $(QUICK),--quick)

fuzz: ## fuzz the core and the readers of trees and text; MINUTES= RUNS=
	@scripts/fuzz.py $(if $(QUICK),--quick)

torture: ## boot kernels with sanitizers, injected faults, soak; MINUTES=60
	@scripts/need $(BOOT_NEEDS)
	@scripts/torture.py $(if $(QUICK),--quick) $${MINUTES:+--minutes "$$MINUTES"}

check: ## warnings, sparse, checkpatch, includes, docs, spelling, scripts
	@scripts/check

kmi: ## check (a part of check): can stock Android kernels load the modules?
	@scripts/check GKI

clean: ## remove what `make modules` left in this folder
	@if test -e "$(KDIR)/Makefile"; then \
		$(MAKE) -C "$(KDIR)" M="$(CURDIR)" clean; \
	else \
		echo "clean: no kernel build folder at '$(KDIR)', give KDIR=..."; \
	fi

distclean: clean ## the same, and empty the cache (kernels, builds, logs)
	rm -rf "$(CACHE)"
