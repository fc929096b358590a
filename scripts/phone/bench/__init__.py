# SPDX-License-Identifier: GPL-2.0-only
"""The bench for scripts/pixel6: phones that are guests of QEMU.

adbd       the phone's end of the ADB protocol
guest      a guest that plays a phone; runs commands in it
desk       an adb server of its own, and runs of scripts/pixel6

Beside them lie the guest's own scripts (job, agent, android.sh) and, in modules,
the sources of modules that it is made to load.
"""
