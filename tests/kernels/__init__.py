# SPDX-License-Identifier: GPL-2.0-only
"""Debian's kernels, old and new: the same steps on each."""
