# SPDX-License-Identifier: GPL-2.0-only
"""Programs for a person: what they print, and what they refuse."""

import subprocess

from tests.host import program


def layout(*arguments, data=b""):
    """Run shadow-layout, built with sanitizers; standard input is @data."""
    done = subprocess.run([program("shadow-layout"), *arguments], check=False,
                          input=data, capture_output=True, timeout=60)
    done.stdout, done.stderr = (text.decode("utf-8") for text in
                                (done.stdout, done.stderr))
    return done
