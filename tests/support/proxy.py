"""A TCP proxy whose connections can be slowed, cut and left hanging, between the product and a service.

In a test: ``with Proxy(port) as proxy: proxy.delay(0.2); …; proxy.mend()``. It listens on ``proxy.port``.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

CHUNK = 65536


@dataclass(eq=False)
class Link:
    """A client's connection, and ours to the service on its behalf."""

    client: asyncio.StreamWriter
    service: asyncio.StreamWriter | None = None
    hangs: bool = False

    def reset(self) -> None:
        """Both ends learn at once that it is over: a reset, no orderly end."""
        for writer in (self.client, self.service):
            if writer is not None:
                _reset(writer)

    def hang(self) -> None:
        """The service's end is gone, and the client is never told."""
        self.hangs = True
        if self.service is not None:
            _reset(self.service)


class Proxy:
    """Passes on what comes, from a thread of its own. Trouble may be made and mended from any thread.

    ``forget_after``: seconds after which a hanging connection is reset. The kernel of a machine that vanished
    acknowledges nothing, so that the client's keepalives end the connection; ours acknowledges for ever, so
    that the proxy has to say so where a client relies on them.
    """

    def __init__(self, target: int, *, forget_after: float | None = None) -> None:
        self._target, self._forget_after = target, forget_after
        self._seconds, self._hole = 0.0, False
        self._links: set[Link] = set()
        self._loop = asyncio.new_event_loop()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)

    def __enter__(self) -> Proxy:
        self._thread.start()
        starting = asyncio.start_server(self._serve, sock=self._socket)
        self._server = asyncio.run_coroutine_threadsafe(starting, self._loop).result(5)
        return self

    def __exit__(self, *failure: object) -> None:
        self._do(self._server.close)
        self._do(self._reset_all)
        self._do(self._loop.stop)
        self._thread.join(5)

    def delay(self, seconds: float) -> None:
        """Let everything take this much longer, in both directions."""
        self._seconds = seconds

    def cut(self) -> None:
        """Reset every connection; new ones are let through."""
        self._do(self._reset_all)

    def swallow(self) -> None:
        """Leave every connection half-open, for good: the service's end is gone and the client is not told.
        New ones fare alike until `mend`."""
        self._hole = True
        self._do(self._hang_all)

    def mend(self) -> None:
        """New connections are passed through at once again; what hangs goes on hanging."""
        self._seconds, self._hole = 0.0, False

    def _do(self, action: Callable[[], object]) -> None:
        """Carry it out in the proxy's thread, and wait for that."""
        done = threading.Event()

        def act() -> None:
            try:
                action()
            finally:
                done.set()

        self._loop.call_soon_threadsafe(act)
        done.wait(5)

    def _reset_all(self) -> None:
        for link in list(self._links):
            if not link.hangs:
                link.reset()

    def _hang_all(self) -> None:
        for link in list(self._links):
            self._hang(link)

    def _hang(self, link: Link) -> None:
        if link.hangs:
            return
        link.hang()
        if self._forget_after is not None:
            self._loop.call_later(self._forget_after, link.reset)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = Link(writer)
        self._links.add(link)
        try:
            if self._hole:
                self._hang(link)
                await self._pass_on(reader, link, lambda: None)
                return
            try:
                answers, link.service = await asyncio.open_connection("127.0.0.1", self._target)
            except OSError:
                _reset(writer)
                return
            there = self._pass_on(reader, link, lambda: link.service)
            back = self._pass_on(answers, link, lambda: link.client)
            await asyncio.gather(there, back)
        finally:
            self._links.discard(link)
            for end in (link.client, link.service):
                if end is not None:
                    end.close()

    async def _pass_on(
        self, reader: asyncio.StreamReader, link: Link, find: Callable[[], asyncio.StreamWriter | None]
    ) -> None:
        """Until this end is closed; while the link hangs, what comes is swallowed."""
        writer = find()
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                if self._seconds:
                    await asyncio.sleep(self._seconds)
                if not link.hangs and writer is not None:
                    writer.write(data)
                    await writer.drain()
        if link.hangs and writer is link.client:
            return  # the service's end is gone; the client is not to know
        if writer is not None and not writer.is_closing():
            writer.close()


def _reset(writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()
