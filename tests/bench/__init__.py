# SPDX-License-Identifier: GPL-2.0-only
"""What the buddy costs, beside others, and whether it costs more than it did."""
