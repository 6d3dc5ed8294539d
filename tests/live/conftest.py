"""The live addresses spoken to as a server does, with a hub of the test's own."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from stories import services
from stories.live.app import Live
from stories.live.hub import Hub
from stories.models import GenerationSession
from stories.people import Person
from tests.web.conftest import browser_of

PATIENCE = 5.0
NOBODY = uuid.UUID(int=0)


class Connection:
    """A client of one address: what the server sent, and a way to hang up."""

    def __init__(self, app: Live, path: str, headers: dict[str, str], *, ws: bool, query: str = "") -> None:
        self.sent: list[dict[str, Any]] = []
        self.news = asyncio.Event()
        self.gone = asyncio.Event()
        self.held: asyncio.Event | None = None
        scope = {
            "type": "websocket" if ws else "http",
            "method": "GET",
            "scheme": "ws" if ws else "http",
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "server": ("testserver", 80),
            "client": ("203.0.113.9", 1),
        }
        if ws:
            del scope["method"]
        self.kind = "websocket.disconnect" if ws else "http.disconnect"
        self.task = asyncio.create_task(app(scope, self.receive, self.send))

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": self.kind}

    async def send(self, message: dict[str, Any]) -> None:
        if self.held:
            await self.held.wait()
        self.sent.append(message)
        self.news.set()

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def messages(self) -> list[dict[str, Any]]:
        """All that was said, whichever form it came in."""
        frames = b"".join(one.get("body", b"") for one in self.sent).decode().split("\n\n")
        data = [line[6:] for frame in frames for line in frame.split("\n") if line.startswith("data: ")]
        return [json.loads(one) for one in [*data, *(one["text"] for one in self.sent if "text" in one)]]

    @property
    def kinds(self) -> list[str]:
        return [message["kind"] for message in self.messages]

    async def until(self, enough: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not enough():
                self.news.clear()
                if self.task.done():
                    self.task.result()
                    assert enough(), f"it ended with {self.kinds}"
                    return
                await asyncio.wait({asyncio.ensure_future(self.news.wait()), self.task}, timeout=1,
                                   return_when=asyncio.FIRST_COMPLETED)  # fmt: skip

    async def hears(self, number: int) -> None:
        """Wait for so many messages."""
        await self.until(lambda: len(self.messages) >= number)

    async def end(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await self.task


@pytest.fixture
def hub() -> Hub:
    return Hub()


class House:
    """Opens connections to the app, as somebody."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.app = Live(self.behind, hub)
        self.open: list[Connection] = []

    async def behind(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 299, "headers": []})
        await send({"type": "http.response.body", "body": b"pages"})

    def ask(
        self, path: str, client: Any = None, *, ws: bool = False, query: str = "", **headers: str
    ) -> Connection:
        sent = {"Host": "testserver"} | {name.replace("_", "-"): value for name, value in headers.items()}
        if client is not None:
            sent["Cookie"] = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        self.open.append(Connection(self.app, path, sent, ws=ws, query=query))
        return self.open[-1]

    def watch(
        self, session: GenerationSession, client: Any = None, *, ws: bool = False, **more: Any
    ) -> Connection:
        return self.ask(f"/live/generations/{session.pk}/{'ws' if ws else 'events'}", client, ws=ws, **more)


Test = Callable[[House], Awaitable[None]]


@pytest.fixture
def live(hub: Hub, transactional_db: None, settings: Any) -> Iterator[Callable[[Test], None]]:
    """Runs a test's coroutine with a hub that hears Redis, and hangs everything up afterwards."""
    settings.ALLOWED_HOSTS = ["testserver"]

    async def whole(test: Test) -> None:
        house = House(hub)
        hub.start()
        async with asyncio.timeout(PATIENCE):
            await hub.subscribed.wait()
        try:
            await test(house)
        finally:
            for one in house.open:
                one.gone.set()
            await asyncio.gather(*(one.task for one in house.open), return_exceptions=True)
            hub.close()

    yield lambda test: asyncio.run(whole(test))
    connection.close()


@pytest.fixture
def ann(transactional_db: None) -> Any:
    return browser_of("ann")


@pytest.fixture
def ben(transactional_db: None) -> Any:
    return browser_of("ben")


@pytest.fixture
def session(ann: Any) -> GenerationSession:
    return services.start_generation(person=Person("visitor:ann"), prompt="A shy dragon who paints")


def do(work: Callable[..., Any], *args: Any, **more: Any) -> Awaitable[Any]:
    """Something with the database, in a thread whose connection is given back."""

    def done() -> Any:
        try:
            return work(*args, **more)
        finally:
            connection.close()

    return asyncio.to_thread(done)
