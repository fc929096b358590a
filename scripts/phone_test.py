#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""`make phone`: scripts/pixel6 with the real adb, on guests that play a phone.

    scripts/phone_test.py [WORD...]

Only the cases whose sentence holds one of the words are run. Prints a line for
each case, what went wrong under it, and ends with `N passed, N failed`.
"""

import contextlib
import os
import queue
import signal
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boot
from phone.bench import desk_cases, modules, phone_cases, refusal_cases
from phone.bench.adbd import Adbd
from phone.bench.case import CASES, Bench, Wrong
from phone.bench.desk import Desk
from phone.bench.guest import Guest

assert desk_cases and phone_cases and refusal_cases  # they fill CASES


class Tally:
    """Prints the results and counts them."""

    def __init__(self):
        self.passed = self.failed = 0
        self.lock = threading.Lock()

    def result(self, sentence, wrong=None):
        with self.lock:
            self._result(sentence, wrong)

    def _result(self, sentence, wrong):
        self.passed += wrong is None
        self.failed += wrong is not None
        number = self.passed + self.failed
        print(f"{'ok' if wrong is None else 'not ok'} {number} {sentence}")
        for line in (wrong or "").splitlines():
            print(f"    # {line}")
        sys.stdout.flush()


def build(files):
    """All modules that the cases load."""
    for kernel in ("6.1", "6.12"):
        modules.built(kernel, files)
    for name in ("missing", "kunit"):
        modules.stand_ins(name, files)


@contextlib.contextmanager
def bench(number, files):
    """A desk, and a phone connected to it. Ends all that it started."""
    with contextlib.ExitStack() as stack:
        guest = Guest(f"phone-{number}", "described")
        stack.callback(guest.end)
        desk = Desk()
        stack.callback(desk.close)
        guest.wait()
        adbd = Adbd(guest)
        adbd.start()
        stack.callback(adbd.stop)
        desk.connect(adbd)
        yield Bench(desk, guest, adbd, files)


def run(tally, cases, number, files):
    """Run cases on a bench of one's own until there are none left."""
    with bench(number, files) as place, contextlib.suppress(queue.Empty):
        while True:
            sentence, function = cases.get_nowait()
            try:
                place.guest.reset()
                function(place)
                tally.result(sentence)
            except (Wrong, OSError, RuntimeError, ValueError) as wrong:
                tally.result(sentence, f"{type(wrong).__name__}: {wrong}")


def run_all(tally, cases):
    waiting = queue.SimpleQueue()
    for case in cases:
        waiting.put(case)
    with tempfile.TemporaryDirectory(prefix="buddy-shadow-") as folder, \
            ThreadPoolExecutor() as pool:
        build(Path(folder))
        benches = [pool.submit(run, tally, waiting, number, Path(folder))
                   for number in range(min(len(cases), os.cpu_count()))]
        try:
            for each in benches:
                each.result()
        finally:
            # After a Ctrl-C or a bench that broke: no more cases.
            with contextlib.suppress(queue.Empty):
                while True:
                    waiting.get_nowait()


def main():
    words = sys.argv[1:]
    cases = [(sentence, function) for sentence, function in CASES
             if not words or any(word in sentence for word in words)]
    if not cases:
        sys.exit(f"phone: no case holds {' or '.join(words)}")
    tally = Tally()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        run_all(tally, cases)
    except boot.BootError as error:
        tally.result("the bench is set up", str(error))
    except KeyboardInterrupt:
        sys.exit("phone: interrupted")
    print(f"{tally.passed} passed, {tally.failed} failed")
    sys.exit(1 if tally.failed or not tally.passed else 0)


if __name__ == "__main__":
    main()
