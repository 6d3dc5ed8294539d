"""The two addresses of live streams, as plain ASGI in front of whatever answers all else."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from stories import counting
from stories.events import Kind
from stories.live.door import Refused, Scope, find_last, open_door
from stories.live.hub import Hub
from stories.live.places import Place, give_up
from stories.live.watcher import Message, Watcher
from stories.web.answers import NOT_FOUND

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Coroutine[Any, Any, None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Speak = Callable[[list[Message], Watcher, Receive, Send], Awaitable[None]]

ADDRESS = re.compile(r"/live/generations/(?P<id>[0-9a-f-]{36})/(?P<form>events|ws)/?")
FORMS = {"http": "events", "websocket": "ws"}
#: How long a client waits before it comes back, in milliseconds.
RETRY = Message(None, "retry", "", b"retry: 1500\n\n")
CLOSE = (b"connection", b"close")
STREAM_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-accel-buffering", b"no"),  # nginx would keep it back
    CLOSE,
]
#: How a WebSocket is closed: all is told, or the client is to come back (RFC 6455, 7.4.1).
ENDED, TRY_AGAIN_LATER = 1000, 1013

#: The hub of this process.
hub = Hub()
counting.shown[counting.WATCHERS] = hub.count_watchers


class Live:
    """Answers the live addresses, and has ``behind`` answer the others."""

    def __init__(self, behind: App, hub: Hub = hub) -> None:
        self.behind, self.hub = behind, hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.live(receive, send)
            return
        asked = ADDRESS.fullmatch(scope["path"])
        speak, refuse = (stream, refuse_stream) if scope["type"] == "http" else (talk, refuse_talk)
        try:
            if asked and asked["form"] == FORMS[scope["type"]]:
                await self.admit(scope, asked["id"], speak, receive, send)
            elif scope["type"] == "http":
                await self.behind(scope, receive, send)
            else:
                raise Refused(404, NOT_FOUND)
        except Refused as refused:
            await refuse(send, refused)

    async def live(self, receive: Receive, send: Send) -> None:
        """From the server's start to its end."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.hub.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                self.hub.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def admit(self, scope: Scope, name: str, speak: Speak, receive: Receive, send: Send) -> None:
        """Watch first, read then: what happens in between is not missed."""
        if scope.get("method", "GET") != "GET":
            raise Refused(405, "This address answers to GET only.")
        try:
            session_id = uuid.UUID(name)
        except ValueError:
            raise Refused(404, NOT_FOUND) from None
        watcher = self.hub.enter(session_id)
        place = watcher.place = Place()  # known before it is taken: who is gone by then gives it up, too
        try:
            found, watcher.hears_all = await asyncio.to_thread(open_door, scope, session_id, place)
            self.hub.knows(session_id, watcher, found)
            told = [Message.of_state(found.state), *map(Message.of, found.after(find_last(scope)))]
            await speak(list(filter(watcher.may_hear, told)), watcher, receive, send)
        finally:
            self.hub.leave(session_id, watcher)
            await asyncio.to_thread(give_up, place)


async def stream(told: list[Message], watcher: Watcher, receive: Receive, send: Send) -> None:
    """Server-sent events (WHATWG HTML, 9.2)."""

    def say(messages: list[Message]) -> Coroutine[Any, Any, None]:
        frames = b"".join(message.frame for message in messages)
        return send({"type": "http.response.body", "body": frames, "more_body": True})

    async def speak() -> None:
        await send({"type": "http.response.start", "status": 200, "headers": STREAM_HEADERS})
        await watcher.listen([RETRY, *told], say)
        await send({"type": "http.response.body", "body": b""})

    await until_gone(speak(), watcher, receive)


async def talk(told: list[Message], watcher: Watcher, receive: Receive, send: Send) -> None:
    """The same messages over a WebSocket. What the client says is not listened to."""
    ended = False

    async def say(messages: list[Message]) -> None:
        nonlocal ended
        for message in messages:
            await send({"type": "websocket.send", "text": message.text})
        ended = messages[-1].kind == Kind.FINISHED

    async def speak() -> None:
        await send({"type": "websocket.accept"})
        await watcher.listen(told, say)
        await send({"type": "websocket.close", "code": ENDED if ended else TRY_AGAIN_LATER})

    await until_gone(speak(), watcher, receive)


async def until_gone(speaking: Coroutine[Any, Any, None], watcher: Watcher, receive: Receive) -> None:
    """Speak to the end, or until the client has left or does not keep up."""

    async def leave() -> None:
        while not (await receive())["type"].endswith(".disconnect"):
            pass

    tasks = [asyncio.ensure_future(speaking), asyncio.ensure_future(leave())]
    watcher.drop = tasks[0].cancel
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)  # a client may be gone in the middle of a word


async def refuse_stream(send: Send, refused: Refused) -> None:
    body = json.dumps({"detail": str(refused)}).encode()
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    headers += [(b"x-content-type-options", b"nosniff"), (b"content-length", str(len(body)).encode())]
    headers += [(b"allow", b"GET")] if refused.status == 405 else []
    headers += [(name.lower().encode(), value.encode()) for name, value in refused.headers.items()]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def refuse_talk(send: Send, refused: Refused) -> None:
    """Before it is accepted: the server answers 403, whatever the reason."""
    await send({"type": "websocket.close", "code": 1008, "reason": str(refused)})
