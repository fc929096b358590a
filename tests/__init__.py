# SPDX-License-Identifier: GPL-2.0-only
"""Everything that runs on the host, a room a kind of test.

pytest runs it, two workers at a time (pytest.ini); with -n0 one, in the
foreground. Items of one group (xdist_group) share what is costly, a boot say.
"""
