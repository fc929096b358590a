# SPDX-License-Identifier: GPL-2.0-only
"""Sizes, addresses and names as they are shown."""

import html
import unicodedata

UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
# What no XML may have in it, or what would turn the text around it.
UNSEEN = {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}


class Wrong(Exception):
    """What is wrong with the input, in one line."""


def size_words(size):
    """In the largest unit of which there is one; hundredths are cut off."""
    power = min(max(size.bit_length() - 1, 0) // 10, len(UNITS) - 1)
    whole, rest = divmod(size * 100 >> 10 * power, 100)
    if not power:
        return f"{size} byte{'s' if size != 1 else ''}"
    return f"{whole}.{rest:02} {UNITS[power]}" if rest else \
        f"{whole} {UNITS[power]}"


def address(value, digits=0):
    return f"0x{value:0{digits}x}"


def visible(text):
    """Characters that are not seen are written as their numbers."""
    return "".join(f"\\u{{{ord(sign):x}}}"
                   if unicodedata.category(sign) in UNSEEN else sign
                   for sign in str(text))


def escape(text):
    """For an element's text or an attribute between double quotes."""
    return html.escape(visible(text))


def shortened(text, most):
    """What is in the middle is skipped: names differ at their ends."""
    text, tail = visible(text), most // 2
    return text if len(text) <= most else \
        f"{text[:most - tail - 1]}\u2026{text[-tail:]}"


def element(tag, text="", **attributes):
    """An element with escaped attributes; @text is not escaped."""
    said = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for name, value in attributes.items() if value is not None)
    return f"<{tag}{said}>{text}</{tag}>" if text else f"<{tag}{said}/>"


def number(value):
    """A coordinate: two digits behind the point are enough, and no zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
