# SPDX-License-Identifier: GPL-2.0-only
"""Debian's chromium without a window, told what to do through a pipe."""

import base64
import itertools
import json
import os
import signal
import subprocess

TIMEOUT = 120
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu",
         "--remote-debugging-pipe", "--no-first-run", "--disable-extensions",
         "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--mute-audio", "--disable-dev-shm-usage")


class Browser:
    """A page at a time; what its console says is kept."""

    def __init__(self, directory):
        signal.signal(signal.SIGALRM, self.too_late)
        ours, self.sent = os.pipe()
        self.received, theirs = os.pipe()
        # It reads from 3 and writes to 4.
        self.process = subprocess.Popen(
            ["sh", "-c", f'exec "$@" 3<&{ours} 4>&{theirs}', "sh", "chromium",
             *FLAGS, f"--user-data-dir={directory}", "about:blank"],
            pass_fds=(ours, theirs), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True)
        os.close(ours)
        os.close(theirs)
        self.numbers, self.left, self.console, self.asked = \
            itertools.count(1), b"", [], []
        self.session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target,
                                 flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        signal.alarm(0)
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self.sent)
        os.close(self.received)

    @staticmethod
    def too_late(*_):
        raise TimeoutError(f"chromium did nothing for {TIMEOUT} s")

    def message(self):
        while b"\0" not in self.left:
            piece = os.read(self.received, 1 << 20)
            assert piece, "chromium ended"
            self.left += piece
        text, _, self.left = self.left.partition(b"\0")
        found = json.loads(text)
        method, said = found.get("method"), found.get("params", {})
        if method == "Runtime.consoleAPICalled" or \
                method == "Runtime.exceptionThrown":
            self.console.append(json.dumps(said))
        elif method == "Log.entryAdded":
            self.console.append(said["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            self.asked.append(said["request"]["url"])
        return found

    def call(self, method, **params):
        number = next(self.numbers)
        command = {"id": number, "method": method, "params": params}
        if self.session:
            command["sessionId"] = self.session
        signal.alarm(TIMEOUT)
        data = json.dumps(command).encode() + b"\0"
        while data:
            data = data[os.write(self.sent, data):]
        while True:
            found = self.message()
            if found.get("id") == number:
                assert "error" not in found, (method, found["error"])
                return found["result"]

    def show(self, path, width, height=900, *, media="screen", scheme="light"):
        """Opens a file; waits until it is there."""
        self.call("Emulation.setDeviceMetricsOverride", width=width,
                  height=height, deviceScaleFactor=1, mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", media=media, features=[
            {"name": "prefers-color-scheme", "value": scheme}])
        self.call("Page.navigate", url=path.as_uri())
        while self.run("document.URL") != path.as_uri() or \
                self.run("document.readyState") != "complete":
            pass

    def run(self, script):
        """The value of an expression."""
        found = self.call("Runtime.evaluate", expression=script,
                          returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def key(self, name, code, *commands):
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=name, code=name,
                      windowsVirtualKeyCode=code,
                      **({"commands": commands} if kind == "rawKeyDown" else {}))

    def mouse(self, kind, x, y):
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, clickCount=1,
                  button="left", buttons=int(kind != "mouseReleased"))

    def picture(self, path):
        """All of the page."""
        found = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(found["data"]))

    def printed(self, path):
        """A4 as PDF."""
        self.call("Emulation.setEmulatedMedia", media="print")
        found = self.call("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)
        path.write_bytes(base64.b64decode(found["data"]))
