# SPDX-License-Identifier: GPL-2.0-only
"""Boots of Debian's kernels and of ours: what is booted, what must be seen."""
