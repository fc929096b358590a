# SPDX-License-Identifier: GPL-2.0-only
"""What tests here have to say at the end of a run."""

LINES = []


def pytest_runtest_logreport(report):
    if report.when == "call":
        LINES.extend(text for name, text in report.user_properties
                     if name == "trees")


def pytest_terminal_summary(terminalreporter):
    for line in LINES:
        terminalreporter.write_line(f"trees: {line}")
