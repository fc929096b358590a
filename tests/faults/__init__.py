# SPDX-License-Identifier: GPL-2.0-only
"""Faults to order, and what each exercise must say of them."""
