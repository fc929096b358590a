# SPDX-License-Identifier: GPL-2.0-only
"""Pictures of a machine's memory: see Documentation/shadow-map.rst."""
