"""Somebody who watches, and what they are told."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import suppress
from dataclasses import dataclass
from types import coroutine
from typing import Any

from stories.events import Kind
from stories.live.places import Place

logger = logging.getLogger(__name__)

#: Messages that wait for one watcher; with more it is too slow.
QUEUE = 256


@dataclass(frozen=True, slots=True)
class Message:
    """One message, in both its forms, made once for all who get it."""

    id: int | None
    kind: str
    text: str  # for a WebSocket
    frame: bytes  # for an event stream

    @classmethod
    def of(cls, said: dict[str, Any], text: str | None = None) -> Message:
        text = json.dumps(said, ensure_ascii=False) if text is None else text
        number, kind = said.get("id"), str(said["kind"])
        name = f"id: {number}\n" if number else ""
        return cls(number, kind, text, f"{name}event: {kind}\ndata: {text}\n\n".encode())

    @classmethod
    def of_state(cls, state: dict[str, Any]) -> Message:
        return cls.of({"id": None, "kind": Kind.STATE, "data": state})


ALIVE = Message(None, "alive", '{"kind": "alive"}', b": alive\n\n")


Say = Callable[[list[Message]], Coroutine[Any, Any, None]]


class Watcher:
    """Somebody who watches one generation. None in the queue is the end.

    Who only waits is told at once, within `give`: to wake a task for each of a thousand takes longer than to
    write to them. Where the connection is full the task that waits in `take` says the rest.
    """

    __slots__ = ("closed", "drop", "hears_all", "place", "queue", "rests", "say", "seen")

    def __init__(self) -> None:
        self.queue: asyncio.Queue[Message | Awaitable[None] | None] = asyncio.Queue(QUEUE)
        self.say: Say | None = None
        self.place: Place | None = None
        self.drop: Callable[[], Any] = lambda: None
        self.seen = 0
        self.hears_all = self.rests = self.closed = False

    def give(self, message: Message) -> None:
        if self.closed:
            return
        if self.rests and self.say and self.queue.empty():
            if self.wants(message):
                self.begin(self.say([message]))
            return
        try:
            self.queue.put_nowait(message)
        except asyncio.QueueFull:
            self.let_go()

    def begin(self, saying: Coroutine[Any, Any, None]) -> None:
        try:
            waits_for = saying.send(None)
        except StopIteration:
            return
        except Exception as error:  # a server's, of a client that is gone: the others are told all the same
            logger.debug("a watcher is let go: %r", error)
            self.let_go()
        else:
            self.queue.put_nowait(go_on(saying, waits_for))

    def wants(self, message: Message) -> bool:
        """Whether it was not told before, from now on it was; and whether it is for this watcher."""
        if not message.id:
            return True
        is_new, self.seen = message.id > self.seen, max(message.id, self.seen)
        return is_new and self.may_hear(message)

    def may_hear(self, message: Message) -> bool:
        """The log is for those who may change the story; that it is finished, for all."""
        return self.hears_all or not message.id or message.kind == Kind.FINISHED

    def let_go(self) -> None:
        while not self.queue.empty():
            self.queue.get_nowait()
        self.close()
        self.drop()  # it may be in the middle of a word that nobody takes

    def close(self) -> None:
        """No more after what is in the queue."""
        if not self.closed:
            self.closed = True
            with suppress(asyncio.QueueFull):
                self.queue.put_nowait(None)

    async def listen(self, told: list[Message], say: Say) -> None:
        """Say what was found, and then what comes, to the end."""
        self.say = say
        while told:
            await say(told)
            if told[-1].kind == Kind.FINISHED:  # a state that came meanwhile is the one that was told
                return
            told = await self.take()

    async def take(self) -> list[Message]:
        """All that waits, at least one; empty at the end. What was told before is left out."""
        while True:
            if self.closed and self.queue.empty():
                return []
            self.rests = True
            one = await self.queue.get()
            self.rests = False
            if one and not isinstance(one, Message):
                await one
                continue
            waiting = [one]
            while not self.queue.empty():
                waiting.append(self.queue.get_nowait())
            if messages := [one for one in waiting if isinstance(one, Message) and self.wants(one)]:
                return messages


@coroutine
def go_on(saying: Coroutine[Any, Any, None], waits_for: Any) -> Generator[Any, Any, None]:
    """The rest of a coroutine that was begun outside of any task, and what it waits for."""
    try:
        while True:
            yield waits_for
            waits_for = saying.send(None)
    except StopIteration:
        pass
    finally:
        saying.close()
