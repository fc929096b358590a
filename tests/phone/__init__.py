# SPDX-License-Identifier: GPL-2.0-only
"""scripts/pixel6 with the real adb, on guests of QEMU that play a phone.

adbd       the phone's end of the ADB protocol
guest      a guest that plays a phone; runs commands in it
host       an adb server of its own, and runs of scripts/pixel6
rig        these together: what the tests run on

Beside them lie the guest's own scripts (job, agent, android.sh) and, in modules,
the sources of modules that it is made to load.
"""
