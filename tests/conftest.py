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
sys.path[:0] = [str(ROOT / name) for name in ("", "scripts", "tools")]
# For the workers too: nothing that is generated goes into the tree.
sys.dont_write_bytecode = True
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
# What a make around us was told is not meant for the makes that tests call.
for name in "MAKEFLAGS", "MFLAGS", "MAKELEVEL":
    os.environ.pop(name, None)

import boot

# Their checks say what they compare, as tests do.
pytest.register_assert_rewrite("tests.boot", "tests.kunit", "tests.stress")

# Temporary directories too.
boot.work().mkdir(parents=True, exist_ok=True)
os.environ["PYTEST_DEBUG_TEMPROOT"] = str(boot.work())

WORST = ("failed", "passed", "skipped")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(call):
    """A kernel that the archive does not give (any more) is a skip."""
    if call.excinfo and isinstance(call.excinfo.value, boot.KernelGone):
        reason = str(call.excinfo.value)
        call.excinfo = pytest.CallInfo.from_call(
            lambda: pytest.skip(reason), call.when).excinfo


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    # What ends this process ends what it has started, and tears fixtures down.
    signal.signal(signal.SIGTERM, interrupt)
    if hasattr(config, "workerinput"):
        signal.signal(signal.SIGINT, interrupt)
        return
    # Workers collect the same items only if they pick the same numbers.
    seed = os.environ.setdefault("SEED", "") or str(random.getrandbits(32))
    if not seed.isdecimal() or int(seed) >> 32:
        raise pytest.UsageError(f"SEED={seed}: expected a number below 2^32")
    os.environ["SEED"] = seed
    if not config.option.collectonly:
        config.pluginmanager.register(Report(config), "report")


def interrupt(*_):
    """Once: a worker may be told by the terminal and by its parent."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def descendants(pid):
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in path.read_text("ascii").split():
            yield int(child)
            yield from descendants(child)


def pytest_keyboard_interrupt():
    """Also after -x: a worker may be in the middle of a boot."""
    for pid in list(descendants(os.getpid())):
        try:
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            pass


def pytest_report_header():
    return f"SEED={os.environ['SEED']} repeats the random numbers of this run"


def pytest_report_teststatus(report, config):
    """No dots: Report says what is to be said."""
    if config.option.verbose > 0:
        return None
    done = report.when == "call" or not report.passed
    return report.outcome if done else "", "", report.outcome.upper()


def room(nodeid):
    return Path(nodeid.partition("::")[0]).parts[0]


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
        self.begun, self.outcomes, self.seconds = set(), {}, Counter()

    def say(self, line, **markup):
        self.terminal.ensure_newline()
        self.terminal.write_line(line, flush=True, **markup)

    def pytest_sessionstart(self, session):
        self.session = session

    def pytest_runtest_logstart(self, nodeid):
        name = f"{room(nodeid)}: " + (
            nodeid.rpartition("@")[2] if nodeid.rfind("@") > nodeid.rfind("]")
            else Path(nodeid.partition("::")[0]).stem)
        if name not in self.begun:
            self.begun.add(name)
            self.say(f"{time.monotonic() - self.start:6.0f} s  {name}")

    def pytest_runtest_logreport(self, report):
        self.seconds[room(report.nodeid)] += report.duration
        self.note(report)

    def pytest_collectreport(self, report):
        if report.failed and report.nodeid not in self.outcomes:
            self.note(report)

    def note(self, report):
        """The worst that is said of an item is what counts."""
        if report.failed or report.skipped or \
                getattr(report, "when", "") == "call":
            self.outcomes[report.nodeid] = min(
                report.outcome, self.outcomes.get(report.nodeid, "skipped"),
                key=WORST.index)
        if report.skipped:
            self.say(f"SKIPPED {report.nodeid}: {report.longrepr[2]}")
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
        for name, seconds in sorted(self.seconds.items()):
            terminalreporter.write_line(
                f"{name:8} {self.count(name)} in {seconds:.0f} s")

    def count(self, name="", more=0):
        found = Counter(outcome for nodeid, outcome in self.outcomes.items()
                        if name in ("", room(nodeid)))
        skipped = f", {found['skipped']} skipped" if found["skipped"] else ""
        return (f"{found['passed']} passed, {found['failed'] + more} failed"
                f"{skipped}")

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self):
        """The last line: a run that came to no good end has failed."""
        bad = (not self.session or self.session.exitstatus) \
            and "failed" not in self.outcomes.values()
        self.say(self.count(more=bool(bad)))
