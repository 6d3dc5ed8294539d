"""A refusal of the API, given again to who asks the same again at once.

A program that takes no for no answer asks hundreds of times a second, and each no costs Django as much as
a page that somebody waits for. So what was refused whatever is asked (too often, or with all places taken) is
kept for a moment and given again to who goes on asking in the same words. Other refusals may depend on what
is asked; and who heard no once or twice may have stopped a story meanwhile.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from stories import counting
from stories.live.app import App, Receive, Send
from stories.live.door import Scope
from stories.live.polls import OF_ONE, Answer, give, read_words
from stories.refusals import WHATEVER

PREFIX = "/api/"
#: Seconds from a first refusal on, and how often within them somebody is heard anew: then it is given again
#: until they are over, as what led to it may be.
KEPT, HEARD = 1.0, 3
#: How many are kept at once.
MOST = 1000


@dataclass(frozen=True)
class Refusal:
    """What was answered last, and how often since the first, `KEPT` before the answer's end."""

    answer: Answer
    times: int


class Refusals:
    """Gives again what was refused a moment ago, and has ``behind`` answer everything else."""

    def __init__(self, behind: App) -> None:
        self.behind = behind
        self.kept: dict[Any, Refusal] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self.behind(scope, receive, send)
            return
        began, words = time.monotonic(), read_whole(scope)
        refusal = self.find(words)
        if refusal and refusal.times >= HEARD:
            await give(refusal.answer, send)
            counting.REQUEST_SECONDS.observe(
                time.monotonic() - began, "refused again", scope["method"], "429"
            )
        else:
            await self.ask(words, scope, receive, send)

    def find(self, words: Any) -> Refusal | None:
        kept = self.kept.get(words)
        return kept if kept and kept.answer.until > time.monotonic() else None

    async def ask(self, words: Any, scope: Scope, receive: Receive, send: Send) -> None:
        """Have it answered, and keep a refusal."""
        said: list[dict[str, Any]] = []

        async def overhear(message: dict[str, Any]) -> None:
            if said or (message.get("status") == 429 and is_for_whatever(message)):
                said.append(message)
            await send(message)

        await self.behind(scope, receive, overhear)
        if said:
            headers = [pair for pair in said[0]["headers"] if pair[0].lower() not in OF_ONE]
            body = b"".join(message.get("body", b"") for message in said[1:])
            before = self.find(words)
            if len(self.kept) >= MOST:
                self.kept.clear()
            until = before.answer.until if before else time.monotonic() + KEPT
            answer = Answer(headers, body, until, len(body), 429)
            self.kept[words] = Refusal(answer, before.times + 1 if before else 1)


def is_for_whatever(message: dict[str, Any]) -> bool:
    return any(name.lower() == WHATEVER.lower().encode() for name, _ in message["headers"])


def read_whole(scope: Scope) -> Any:
    """Who asks, from where and in which words; an idempotency key may lead to what was accepted before."""
    client = scope.get("client")
    keys = tuple(value for name, value in scope["headers"] if name == b"idempotency-key")
    return scope["method"], client and client[0], scope["query_string"], keys, read_words(scope)
