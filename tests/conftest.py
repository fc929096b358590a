# SPDX-License-Identifier: GPL-2.0-only
"""What all rooms share: where modules are, what is printed, who is ended.

Only Python's own streams are captured: what a build under a test says on
standard error is seen as it comes, whatever worker runs it.
"""

import os
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]
# For the workers too: nothing that is generated goes into the tree.
sys.dont_write_bytecode = True
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"

import boot

# Temporary directories too.
boot.work().mkdir(parents=True, exist_ok=True)
os.environ["PYTEST_DEBUG_TEMPROOT"] = str(boot.work())

WORST = ("failed", "passed", "skipped")


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    # What ends this process ends what it has started: fixtures are torn down.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if hasattr(config, "workerinput"):
        os.setpgid(0, 0)
        return
    # Workers collect the same items only if they draw the same numbers.
    seed = os.environ.setdefault("SEED", "") or str(random.getrandbits(32))
    if not seed.isdecimal() or int(seed) >> 32:
        raise pytest.UsageError(f"SEED={seed}: expected a number below 2^32")
    os.environ["SEED"] = seed
    if not config.option.collectonly:
        config.pluginmanager.register(Report(config), "report")


def pytest_report_header():
    return f"SEED={os.environ['SEED']} repeats the random numbers of this run"


def pytest_report_teststatus(report, config):
    """No dots: Report says what is to be said."""
    if config.option.verbose > 0:
        return None
    done = report.when == "call" or not report.passed
    return report.outcome if done else "", "", ""


def _group(item):
    marker = item.get_closest_marker("xdist_group")
    return marker.args[0] if marker else item.nodeid


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """What takes longest comes first, group by group."""
    seconds, place = Counter(), {}
    for item in items:
        marker = item.get_closest_marker("seconds")
        name = _group(item)
        seconds[name] = max(seconds[name], marker.args[0] if marker else 0)
        place.setdefault(name, len(place))
    items.sort(key=lambda item: (-seconds[_group(item)], place[_group(item)]))


class Report:
    """Says what begins and what fails, and counts. Not in the workers."""

    def __init__(self, config):
        self.config = config
        self.terminal = config.pluginmanager.getplugin("terminalreporter")
        self.start = time.monotonic()
        self.session = None
        self.workers = []
        self.begun, self.outcomes, self.seconds = set(), {}, Counter()

    def say(self, line, **markup):
        self.terminal.ensure_newline()
        self.terminal.write_line(line, flush=True, **markup)

    def pytest_sessionstart(self, session):
        self.session = session

    def pytest_testnodeready(self, node):
        self.workers.append(node.gateway._io.popen.pid)

    def pytest_keyboard_interrupt(self):
        """Also after -x: a worker may be in the middle of a boot."""
        for worker in self.workers:
            try:
                os.killpg(worker, signal.SIGTERM)
            except ProcessLookupError:
                pass

    def pytest_runtest_logstart(self, nodeid):
        path, _, test = nodeid.partition("::")
        name = f"{path.partition('/')[0]}: " + (
            test.rpartition("@")[2] if nodeid.rfind("@") > nodeid.rfind("]")
            else Path(path).stem)
        if name not in self.begun:
            self.begun.add(name)
            self.say(f"{time.monotonic() - self.start:6.0f} s  {name}")

    def pytest_runtest_logreport(self, report):
        self.note(report, report.nodeid.partition("/")[0], report.duration)

    def pytest_collectreport(self, report):
        if report.failed:
            self.note(report, report.nodeid.partition("/")[0])

    def note(self, report, room, duration=0):
        """The worst that is said of an item is what counts."""
        self.seconds[room] += duration
        if report.failed or report.skipped or \
                getattr(report, "when", "") == "call":
            self.outcomes[report.nodeid] = min(
                report.outcome, self.outcomes.get(report.nodeid, "skipped"),
                key=WORST.index)
        if report.failed:
            self.say(f"FAILED {report.nodeid}", red=True)
            for text in (report.longreprtext,
                         *(text for _, text in report.sections)):
                self.say(text.rstrip())

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session, exitstatus):
        # What failed was said as it failed.
        self.config.option.tbstyle = "no"
        if not exitstatus and not self.ran():
            session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED

    def ran(self):
        return {"passed", "failed"} & set(self.outcomes.values())

    def pytest_terminal_summary(self, terminalreporter):
        for room in sorted(self.seconds):
            terminalreporter.write_line(
                f"{room:8} {self.count(f'{room}/')} "
                f"in {self.seconds[room]:.0f} s")

    def count(self, prefix="", more=0):
        found = Counter(outcome for nodeid, outcome in self.outcomes.items()
                        if nodeid.startswith(prefix))
        skipped = f", {found['skipped']} skipped" if found["skipped"] else ""
        return (f"{found['passed']} passed, {found['failed'] + more} failed"
                f"{skipped}")

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self):
        """The last line: a run that came to no good end has failed."""
        bad = (not self.session or self.session.exitstatus) \
            and "failed" not in self.outcomes.values()
        self.say(self.count(more=bool(bad)))
