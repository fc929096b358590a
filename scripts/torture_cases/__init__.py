# SPDX-License-Identifier: GPL-2.0-only
"""The cases of `make torture`: what is booted and what must be seen of it."""

from . import bites, cma, faults, kernels, lifecycle, load

CASES = [*faults.CASES, *lifecycle.CASES, *kernels.CASES, *cma.CASES,
         *load.CASES, *bites.CASES]
