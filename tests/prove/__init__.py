# SPDX-License-Identifier: GPL-2.0-only
"""What CBMC proves of the core, and the mutants that it must refute."""
