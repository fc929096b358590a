# SPDX-License-Identifier: GPL-2.0-only
"""What scripts/pixel6 is made of.

adb        the client program, and finding the phone
module     what a .ko file says of itself
session      what was changed on the phone, and how it is put back
steps      what is done on the phone
explain    a failure -> what it means and what to do
outcome    what the copied files say
"""
