# SPDX-License-Identifier: GPL-2.0-only
"""What the readers of KUnit's results share: printing TAP, walking results."""


class Tap:
    """Counts results and prints them."""

    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.skipped = 0

    def result(self, good, name, details=(), skipped=False):
        """Print one result; details go below it."""
        number = self.passed + self.failed + self.skipped + 1
        word = "ok" if good else "not ok"
        print(f"{word} {number} {name}{' # SKIP' if skipped else ''}")
        for line in details:
            print(f"# {line}")
        if skipped:
            self.skipped += 1
        elif good:
            self.passed += 1
        else:
            self.failed += 1

    def close(self):
        """Print the closing line; return the exit status."""
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        print(f"{self.passed} passed, {self.failed} failed{skipped}")
        return 1 if self.failed or not self.passed else 0


def cases(group, path=""):
    """Yield (name, status) of each case below a group of kunit.py's JSON.

    A name is `suite.case`, or `suite.case: parameter`.
    """
    for case in group["test_cases"]:
        yield path + case["name"], case["status"]
    for child in group["sub_groups"]:
        separator = ": " if path else "."
        yield from cases(child, path + child["name"] + separator)
