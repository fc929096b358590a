# SPDX-License-Identifier: GPL-2.0-only
"""The static checks: one function a check, each returns its complaints."""
