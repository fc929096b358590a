# SPDX-License-Identifier: GPL-2.0-only
"""The phone's end of the ADB protocol, over TCP on this machine.

It speaks as much of it as `adb` needs for shell, push, pull, root and unroot, and
does nothing itself: commands and files go to a guest that has the methods

    shell(script) -> (status, stdout, stderr)
    stat(path) -> (mode, size, mtime), zeros if there is none
    list(path) -> [(mode, size, mtime, name)]
    read(path) -> bytes
    write(path, mode, chunks) -> "" or what went wrong
    root(wanted) -> sentence for the user
"""

import contextlib
import queue
import socket
import struct
import threading

VERSION, MAX_DATA = 0x01000001, 256 * 1024
HEADER = struct.Struct("<4s5I")
FEATURES = b"device::ro.product.name=oriole;ro.product.model=Pixel_6;" \
    b"ro.product.device=oriole;features=shell_v2,cmd"
STDOUT, STDERR, EXIT = 1, 2, 3
TOKEN, SIGNATURE = 1, 2


class Stream:
    """One OPENed service: bytes in, bytes out, each packet acknowledged."""

    def __init__(self, link, local, remote):
        self.link, self.local, self.remote = link, local, remote
        self.incoming, self.acknowledged = queue.Queue(), queue.Queue()
        self.rest = b""

    def write(self, data):
        for start in range(0, len(data), MAX_DATA):
            self.link.send(b"WRTE", self.local, self.remote,
                           data[start:start + MAX_DATA])
            if self.acknowledged.get() is None:
                raise ConnectionError

    def read(self, length):
        while len(self.rest) < length:
            data = self.incoming.get()
            if data is None:
                raise ConnectionError
            self.rest += data
        data, self.rest = self.rest[:length], self.rest[length:]
        return data

    def end(self):
        self.incoming.put(None)
        self.acknowledged.put(None)


class Link:
    """A connection from an adb server."""

    def __init__(self, connection, guest, authorized):
        self.connection, self.guest = connection, guest
        self.authorized = authorized
        self.sending = threading.Lock()
        self.streams = {}
        self.last = 0

    def send(self, command, first, second, data=b""):
        magic = int.from_bytes(command, "little") ^ 0xffffffff
        header = HEADER.pack(command, first, second, len(data),
                             sum(data) & 0xffffffff, magic)
        with self.sending:
            self.connection.sendall(header + data)

    def _packet(self):
        command, first, second, length, _, _ = HEADER.unpack(
            self._exactly(HEADER.size))
        return command, first, second, self._exactly(length)

    def _exactly(self, length):
        data = b""
        while len(data) < length:
            part = self.connection.recv(length - len(data))
            if not part:
                raise ConnectionError
            data += part
        return data

    def serve(self):
        """Answer packets until the other end hangs up."""
        try:
            with contextlib.suppress(OSError):
                while True:
                    self._answer(*self._packet())
        finally:
            for stream in list(self.streams.values()):
                stream.end()
            self.connection.close()

    def _answer(self, command, first, second, data):
        if command == b"CNXN" and self.authorized:
            self.send(b"CNXN", VERSION, MAX_DATA, FEATURES)
        elif command == b"CNXN" or (command, first) == (b"AUTH", SIGNATURE):
            # No signature is good enough. A public key that is offered then
            # waits for somebody to tap, for ever.
            self.send(b"AUTH", TOKEN, 0, bytes(20))
        elif command == b"OPEN":
            self._open(first, data.rstrip(b"\0").decode())
        elif stream := self.streams.get(second):
            if command == b"OKAY":
                stream.acknowledged.put(True)
            elif command == b"WRTE":
                self.send(b"OKAY", stream.local, stream.remote)
                stream.incoming.put(data)
            elif command == b"CLSE":
                stream.end()
                del self.streams[second]

    def _open(self, remote, service):
        name, _, argument = service.partition(":")
        run = {"shell": self._shell, "sync": self._sync, "root": self._root,
               "unroot": self._root}.get(name.partition(",")[0])
        if not run:
            self.send(b"CLSE", 0, remote)
            return
        self.last += 1
        stream = Stream(self, self.last, remote)
        self.streams[stream.local] = stream
        self.send(b"OKAY", stream.local, remote)
        threading.Thread(target=self._run, daemon=True,
                         args=(run, stream, name, argument)).start()

    def _run(self, run, stream, name, argument):
        try:
            with contextlib.suppress(OSError):
                run(stream, name, argument)
        finally:
            with contextlib.suppress(OSError):
                self.send(b"CLSE", stream.local, stream.remote)
        if name in ("root", "unroot"):
            self.hang_up()

    def hang_up(self):
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _shell(self, stream, name, script):
        status, out, err = self.guest.shell(script)
        if not name.startswith("shell,v2"):
            stream.write(out + err)
            return
        for kind, data in ((STDOUT, out), (STDERR, err), (EXIT, bytes([status]))):
            for start in range(0, len(data), 32768):
                part = data[start:start + 32768]
                stream.write(struct.pack("<BI", kind, len(part)) + part)

    def _root(self, stream, name, _):
        stream.write(self.guest.root(name == "root").encode() + b"\n")

    def _sync(self, stream, *_):
        while True:
            request, length = struct.unpack("<4sI", stream.read(8))
            text = stream.read(length).decode()
            if request == b"QUIT":
                return
            answer = {b"STAT": self._stat, b"LIST": self._list,
                      b"RECV": self._receive, b"SEND": self._send}.get(request)
            if not answer:
                _fail(stream, f"{request.decode()} is not known here")
                return
            answer(stream, text)

    def _stat(self, stream, path):
        stream.write(struct.pack("<4s3I", b"STAT", *self.guest.stat(path)))

    def _list(self, stream, path):
        for mode, size, mtime, name in self.guest.list(path):
            stream.write(struct.pack("<4s4I", b"DENT", mode, size, mtime,
                                     len(name.encode())) + name.encode())
        stream.write(struct.pack("<4s4I", b"DONE", 0, 0, 0, 0))

    def _receive(self, stream, path):
        data = self.guest.read(path)
        for start in range(0, len(data), 65536):
            part = data[start:start + 65536]
            stream.write(struct.pack("<4sI", b"DATA", len(part)) + part)
        stream.write(struct.pack("<4sI", b"DONE", 0))

    def _send(self, stream, text):
        path, _, mode = text.rpartition(",")

        def chunks():
            while True:
                kind, length = struct.unpack("<4sI", stream.read(8))
                if kind != b"DATA":
                    return
                yield stream.read(length)

        if wrong := self.guest.write(path, int(mode), chunks()):
            _fail(stream, wrong)
        else:
            stream.write(struct.pack("<4sI", b"OKAY", 0))


def _fail(stream, sentence):
    data = sentence.encode()
    stream.write(struct.pack("<4sI", b"FAIL", len(data)) + data)


class Adbd:
    """Listens on a port of this machine's loopback address."""

    def __init__(self, guest):
        self.guest = guest
        self.authorized = True
        self.links = []
        self.port = 0
        self.listener = None

    def start(self):
        """Listen, on the same port as before if there was one."""
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self.listener,),
                         daemon=True).start()

    def stop(self):
        """Be gone, as if the cable had been pulled."""
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.hang_up()

    def hang_up(self):
        for link in self.links:
            link.hang_up()
        self.links = []

    @property
    def serial(self):
        return f"127.0.0.1:{self.port}"

    def _accept(self, listener):
        with contextlib.suppress(OSError):
            while True:
                link = Link(listener.accept()[0], self.guest, self.authorized)
                self.links.append(link)
                threading.Thread(target=link.serve, daemon=True).start()
