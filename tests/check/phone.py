# SPDX-License-Identifier: GPL-2.0-only
"""A stock phone's kernel keeps only a few of KUnit's functions.

Suites that call others do not load there. Two looks at it: at the sources,
which names the line, and at what the compiled suites import.
"""

import re

from tests.check import files, rooms

CALL = re.compile(r"\b((?:KUNIT_|kunit_)\w+)\s*\(")
ALLOWED_CALL = re.compile(
    r"KUNIT_(EXPECT|ASSERT)_((EQ|NE|LT|LE|GT|GE)|NOT_ERR_OR_NULL)(_MSG)?"
    r"|KUNIT_(CASE|CASE_PARAM|ARRAY_PARAM)"
    r"|kunit_(kzalloc|kmalloc|kcalloc|kmalloc_array|mark_skipped"
    r"|test_suite|test_suites)")
ALLOWED_IMPORT = {"kunit_do_failed_assertion", "kunit_binary_assert_format",
                  "kunit_ptr_not_err_assert_format", "kunit_kmalloc_array"}


def calls():
    """KUnit calls in the suites that are not among the allowed ones."""
    found = []
    directories = {path.parent for path in files.objects("kunit")}
    for path in files.c_files():
        if path.parent not in directories:
            continue
        for number, line in enumerate(files.lines(path), start=1):
            found += [f"{path}:{number}: {name} does not link on a stock phone"
                      for name in CALL.findall(line)
                      if not ALLOWED_CALL.fullmatch(name)]
    return found


def imports(built):
    """KUnit symbols that the compiled suites want and a phone lacks."""
    found = []
    for path in files.objects("kunit"):
        _, wanted = rooms.symbols((built / path).with_suffix(".o"),
                                  "aarch64-linux-gnu-nm")
        found += [f"{path}: {name} is not in a phone's kernel"
                  for name in sorted(wanted - ALLOWED_IMPORT)
                  if "kunit_" in name]
    return found
