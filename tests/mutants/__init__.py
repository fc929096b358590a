# SPDX-License-Identifier: GPL-2.0-only
"""Mutants of the Linux side, and the tests that refute them."""
