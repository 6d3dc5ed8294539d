"""Polls of a generation's status, answered from memory while nothing has changed.

Pages that wait ask every two seconds, many of them at once, and mostly hear the same again. What was answered
to somebody is kept and given again to who asks in the same words; once a second all that is kept is held
against the rows, in one query. So what is told is a second old at most. Access is decided behind this, as
always; who is signed out, or has a token no more, may hear the same for `KEPT` seconds still.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import re
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from django.db import Error as DatabaseError

from stories import counting
from stories.live.app import App, Receive, Send
from stories.live.door import Scope
from stories.live.reading import find_versions

logger = logging.getLogger(__name__)

ADDRESS = re.compile(r"/(?P<face>status|api/v1/generations)/(?P<id>[0-9a-f-]{36})/")
#: The headers on which an answer depends; all others make no difference to it.
ASKED = frozenset(
    b"accept accept-encoding accept-language authorization cookie host".split()
    + b"x-forwarded-for x-forwarded-proto".split()
)
#: Of one answer only, and never given again.
OF_ONE = frozenset({b"date", b"x-request-id"})
#: Seconds between two looks at the rows, and for which an answer is kept: one that counts the seconds that
#: are left, and any other.
LOOK, KEPT_COUNTING, KEPT = 1.0, 3.0, 10.0
#: What is kept at once, in bytes of answers and of the words in which they were asked for.
MOST = 64 * 2**20
#: How the metrics name what is answered here.
VIEWS = {"status": "status", "api/v1/generations": "api:generation"}
#: The rows are looked at by threads of their own: many who ask for what is not there hold up nobody else.
_lookers = ThreadPoolExecutor(2, thread_name_prefix="polls")


@dataclass(slots=True)
class Answer:
    headers: list[tuple[bytes, bytes]]
    body: bytes
    until: float
    size: int
    status: int = 200


@dataclass(slots=True)
class Known:
    """A generation of which answers are kept: those by who asked, in which words."""

    version: int
    answers: dict[Any, Answer] = field(default_factory=dict)


class Polls:
    """Answers polls for which it has an answer, and has ``behind`` answer everything else."""

    def __init__(self, behind: App) -> None:
        self.behind = behind
        self.known: dict[uuid.UUID, Known] = {}
        self.size = 0
        self._looking: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = ADDRESS.fullmatch(scope["path"]) if scope.get("method") == "GET" else None
        if asked is None or scope["query_string"]:
            await self.behind(scope, receive, send)
            return
        try:
            session_id = uuid.UUID(asked["id"])
        except ValueError:
            await self.behind(scope, receive, send)
            return
        began, words = time.monotonic(), read_words(scope)
        known = self.known.get(session_id)
        answer = known.answers.get(words) if known else None
        if answer and answer.until > began:
            await give(answer, send)
            counting.REQUEST_SECONDS.observe(time.monotonic() - began, VIEWS[asked["face"]], "GET", "200")
        else:
            await self.ask(session_id, words, scope, receive, send)

    async def ask(
        self, session_id: uuid.UUID, words: Any, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Have it answered, and keep what is said. How it stood is read before: what changes in between is
        found at the next look."""
        version = await self.find_version(session_id)
        said: list[dict[str, Any]] = []

        async def overhear(message: dict[str, Any]) -> None:
            said.append(message)
            await send(message)

        await self.behind(scope, receive, overhear)
        answer = read_answer(said, words)
        if answer and version is not None and self.size + answer.size <= MOST:
            known = self.known.setdefault(session_id, Known(version))
            if known.version == version:
                self.size += answer.size
                known.answers[words] = answer
            self.start()

    async def find_version(self, session_id: uuid.UUID) -> int | None:
        if known := self.known.get(session_id):
            return known.version
        try:
            return (await look([session_id])).get(session_id)
        except DatabaseError:
            return None

    def start(self) -> None:
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self._look())

    async def _look(self) -> None:
        """Forget what is old, and what is no longer so; ends when nothing is kept."""
        while self.known:
            await asyncio.sleep(LOOK)
            try:
                versions = await look(list(self.known))
            except DatabaseError as error:
                logger.debug("no answer is kept: %s", type(error).__name__)
                versions = {}
            now = time.monotonic()
            for session_id, known in list(self.known.items()):
                if versions.get(session_id) != known.version:
                    del self.known[session_id]
                    continue
                known.answers = {words: one for words, one in known.answers.items() if one.until > now}
                if not known.answers:
                    del self.known[session_id]
            self.size = sum(one.size for known in self.known.values() for one in known.answers.values())


def read_words(scope: Scope) -> Any:
    """In which words it was asked."""
    return scope["path"], *(pair for pair in scope["headers"] if pair[0] in ASKED)


async def look(session_ids: list[uuid.UUID]) -> dict[uuid.UUID, int]:
    return await asyncio.get_running_loop().run_in_executor(_lookers, find_versions, session_ids)


def read_answer(said: list[dict[str, Any]], words: Any) -> Answer | None:
    """What was said, if it may be said again: a whole status, and no cookie with it."""
    start = said[0] if said else {}
    headers = {name.lower(): value for name, value in start.get("headers", [])}
    if start.get("status") != 200 or b"set-cookie" in headers:
        return None
    body = b"".join(message.get("body", b"") for message in said[1:])
    try:
        words = gzip.decompress(body) if headers.get(b"content-encoding") == b"gzip" else body
        counts = json.loads(words)["remaining_seconds"] is not None
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        return None
    kept = [(name, value) for name, value in start["headers"] if name.lower() not in OF_ONE]
    until = time.monotonic() + (KEPT_COUNTING if counts else KEPT)
    return Answer(kept, body, until, len(body) + len(repr(words)))


async def give(answer: Answer, send: Send) -> None:
    fresh = [(b"date", formatdate(usegmt=True).encode()), (b"x-request-id", uuid.uuid4().hex.encode())]
    await send({"type": "http.response.start", "status": answer.status, "headers": [*answer.headers, *fresh]})
    await send({"type": "http.response.body", "body": answer.body})
