"""One hub a process: hears of all generations over one Redis subscription, and hands on to whoever watches.

What Redis says is a hint, and the rows are the truth: after each stored event the state is read anew and goes
to all who watch that generation, and whatever was missed (Redis was away, a message was lost) comes with it.
A watcher that does not keep up is let go: it comes back, and is told what it missed.
"""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import redis
from django.conf import settings
from django.db import Error as DatabaseError
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from stories.events import CHANNEL, SILENCE, Kind
from stories.live import places, reading
from stories.live.reading import Reading
from stories.live.watcher import ALIVE, Message, Watcher

logger = logging.getLogger(__name__)

#: Seconds between signs of life to watchers, in which also is looked for what nobody told.
HEARTBEAT = 15.0
#: Seconds until a lost Redis is tried again.
REDIS_REST = 1.0
#: Seconds between two looks at one generation: what is stored in between is told together.
READ_REST = 0.1
#: Watchers that are served before others have their turn.
BREATH = 200


@dataclass(slots=True)
class Room:
    """Those who watch one generation; all of them were told what happened up to the event ``last``."""

    watchers: set[Watcher] = field(default_factory=set)
    last: int = 0
    is_read: bool = False
    read_again: bool = False

    def tell(self, message: Message) -> None:
        if message.id:
            if message.id <= self.last:
                return
            self.last = message.id
        for watcher in self.watchers:
            watcher.give(message)

    def tell_events(self, happened: list[dict[str, Any]]) -> None:
        """Tell all but an end, which comes after the last state."""
        for event in happened:
            if event["kind"] != Kind.FINISHED:
                self.tell(Message.of(event))

    def tell_state(self, found: Reading | None) -> None:
        """Tell how it stands now. With an end, or where it is no longer there, all is told."""
        if found:
            self.tell_events(found.events)
            self.tell(Message.of_state(found.state))
            if not found.is_ended:
                return
            for event in found.events[-1:]:
                self.tell(Message.of(event))
        for watcher in self.watchers:
            watcher.close()


class Hub:
    """Rooms by generation. All of it runs in one event loop."""

    def __init__(self) -> None:
        self.rooms: dict[uuid.UUID, Room] = {}
        self.subscribed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_started = self._is_closed = False

    def start(self) -> None:
        """Begin to listen, once."""
        if not self._is_started:
            self._is_started = True
            self._do(self._listen())
            self._do(self._look_after())

    def close(self) -> None:
        """Let everybody go, and admit nobody any more: the server stops."""
        self._is_closed = True
        for room in self.rooms.values():
            for watcher in room.watchers:
                watcher.close()
        for task in self._tasks:
            task.cancel()

    def count_watchers(self) -> int:
        return sum(len(room.watchers) for room in list(self.rooms.values()))

    def enter(self, session_id: uuid.UUID) -> Watcher:
        self.start()
        watcher = Watcher()
        self.rooms.setdefault(session_id, Room()).watchers.add(watcher)
        if self._is_closed:
            watcher.close()
        return watcher

    def knows(self, session_id: uuid.UUID, watcher: Watcher, found: Reading) -> None:
        """This watcher is told what was found, and waits for what comes after it.

        Others in the room may have been told less: how far the room is never rises by what one has read.
        """
        room = self.rooms[session_id]
        watcher.seen = found.last
        if not room.last:
            room.last = found.last
        elif room.last > found.last:  # told, or read by another, while this one was reading
            room.last = found.last
            self.refresh([session_id])
        if found.is_ended:
            watcher.close()

    def leave(self, session_id: uuid.UUID, watcher: Watcher) -> None:
        room = self.rooms.get(session_id)
        if room:
            room.watchers.discard(watcher)
            if not room.watchers:
                del self.rooms[session_id]

    def hear(self, session_id: uuid.UUID, said: str) -> None:
        """Hand on what Redis said. What is stored is read, so that none is missed and all come in order."""
        room = self.rooms.get(session_id)
        if room is None:
            return
        news = json.loads(said)
        if news["id"] or news["kind"] == SILENCE:
            self.refresh([session_id])
        else:
            room.tell(Message.of(news, said))

    def refresh(self, session_ids: Iterable[uuid.UUID]) -> None:
        """Read these anew and tell; one that is just being read is read once more."""
        for session_id in session_ids:
            if room := self.rooms.get(session_id):
                room.read_again = True
                if not room.is_read:
                    room.is_read = True
                    self._do(self._read(session_id, room))

    async def _read(self, session_id: uuid.UUID, room: Room) -> None:
        try:
            while room.read_again and room.watchers:
                room.read_again = False
                # Events first, which takes one query: a state takes some more.
                room.tell_events(await asyncio.to_thread(reading.read_events, session_id, room.last))
                room.tell_state(await asyncio.to_thread(reading.read, session_id))
                await asyncio.sleep(READ_REST)
        except DatabaseError as error:
            logger.warning("a stream could not be told the state: %s", type(error).__name__)
        finally:
            room.is_read = False

    async def _listen(self) -> None:
        while True:
            try:
                await self._hear_redis()
            except (redis.RedisError, OSError) as error:
                logger.debug("streams hear nothing for a while: %s", type(error).__name__)
            self.subscribed.clear()
            await asyncio.sleep(REDIS_REST)

    async def _hear_redis(self) -> None:
        """Raises when the connection is lost. Nothing tries again within: what was missed has to be read."""
        client = Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=None,
            socket_connect_timeout=2,
            socket_keepalive=True,
            retry=Retry(NoBackoff(), 0),
        )
        async with client, client.pubsub() as subscription:
            await subscription.psubscribe(f"{CHANNEL}*")
            async for heard in subscription.listen():
                if heard["type"] == "psubscribe":
                    self.subscribed.set()
                    self.refresh(list(self.rooms))
                elif heard["type"] == "pmessage":
                    channel, said = heard["channel"].decode(), heard["data"].decode()
                    with suppress(ValueError, KeyError):  # not one of ours
                        self.hear(uuid.UUID(channel.removeprefix(CHANNEL)), said)
                    await asyncio.sleep(0)  # many may come at once: watchers have their turn in between

    async def _look_after(self) -> None:
        """Show that we are there, and read what happened and was never told."""
        while True:
            await asyncio.sleep(HEARTBEAT)
            for number, room in enumerate(list(self.rooms.values())):
                for watcher in list(room.watchers):
                    watcher.give(ALIVE)
                if number % BREATH == 0:
                    await asyncio.sleep(0)
            watchers = [watcher for room in self.rooms.values() for watcher in room.watchers]
            await asyncio.to_thread(places.keep, [one.place for one in watchers if one.place])
            with suppress(DatabaseError):
                latest = await asyncio.to_thread(reading.find_latest, list(self.rooms))
                self.refresh(one for one, room in list(self.rooms.items()) if latest.get(one, 0) != room.last)

    def _do(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
