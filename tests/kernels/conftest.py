# SPDX-License-Identifier: GPL-2.0-only
"""The table at the end of `make kernels`."""

import pytest

ROWS = {}
COLUMNS = ("release", "compiler", "self-test", "smp", "whole-machine", "loads",
           "seconds")


def pytest_runtest_logreport(report):
    told = dict(report.user_properties)
    if report.when != "teardown" and "kernel" in told:
        row = ROWS.setdefault(told["kernel"], {})
        row.update(told.get("figures", {}))
        row.setdefault("outcomes", set()).add(report.outcome)


@pytest.hookimpl(tryfirst=True)
def pytest_terminal_summary(terminalreporter):
    """A row for each kernel that was tried; what passed of each command."""
    if not ROWS:
        return
    table = [("kernel", *COLUMNS, "outcome")] + [
        (kernel, *(str(row.get(name, "-")) for name in COLUMNS),
         min(row["outcomes"]))
        for kernel, row in sorted(ROWS.items())]
    widths = [max(map(len, column)) for column in zip(*table)]
    for row in table:
        terminalreporter.write_line("  ".join(
            text.ljust(width) for text, width in zip(row, widths)).rstrip())
