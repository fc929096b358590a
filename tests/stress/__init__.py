# SPDX-License-Identifier: GPL-2.0-only
"""Kernels that look at all that happens: what is booted, what must be seen."""
