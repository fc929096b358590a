# SPDX-License-Identifier: GPL-2.0-only
#
# What a person types; `make help` lists it. All that is generated lies in the
# cache.

.PHONY: help test host

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1 \2/p' Makefile | \
		while read -r name text; do \
			printf '  make %-10s %s\n' "$$name" "$$text"; done

test: ## all tests
	@scripts/need python3
	@scripts/test.py host

host: ## test the core on this machine, with ASan and UBSan
	@scripts/host
