# SPDX-License-Identifier: GPL-2.0-only
"""The module's own files against naive models, with libFuzzer."""
