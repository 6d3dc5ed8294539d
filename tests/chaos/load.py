"""Who uses the product meanwhile: submits over HTTP at a steady rate; cancels, retries and redoes some."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections import Counter
from typing import Any

import httpx

from tests.chaos.stage import Stage

ENDED = ("completed", "failed", "cancelled")
#: How many generations are under way at once, at most.
OPEN_MOST = 6
PICTURES = 0.6
CANCELLED, REDONE = 0.05, 0.25


class Load:
    """Asks for ``wanted`` generations, as many as ``due`` says by now; ``accepted`` were answered with 202.

    What was asked for is asked for again, under the same Idempotency-Key, until there is an answer.
    """

    def __init__(self, stage: Stage, rng: random.Random, wanted: int) -> None:
        self.stage, self.rng, self.wanted = stage, rng, wanted
        self.due = 0
        self.accepted: list[str] = []
        self.redone: list[str] = []
        self.did = Counter[str]()
        self.fallen: list[tuple[str, int, int]] = []
        self._open: dict[str, int] = {}
        self._http = httpx.Client(base_url=stage.copy.url, timeout=3)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="load", daemon=True)

    def __enter__(self) -> Load:
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._stop.set()
        self._thread.join(30)
        self._http.close()

    def _work(self) -> None:
        key = str(uuid.uuid4())
        while not self._stop.wait(0.15):
            if len(self.accepted) < min(self.due, self.wanted) and len(self._open) < OPEN_MOST:
                if self._submit(key):
                    key = str(uuid.uuid4())
            elif self._open:
                self._look_at(self.rng.choice(list(self._open)))

    def _submit(self, key: str) -> bool:
        number = len(self.accepted)
        body = {
            "prompt": f"Chaos story {number} about a lamp",
            "images": random.Random(number).random() < PICTURES,  # the same when it is asked for again
        }
        answer = self._ask("POST", "/api/v1/generations/", json=body, headers={"Idempotency-Key": key})
        if answer is None or answer.status_code != 202:
            self.did["submissions asked again"] += 1
            return False
        session_id = str(answer.json()["session_id"])
        self.accepted.append(session_id)
        self._open[session_id] = 0
        return True

    def _look_at(self, session_id: str) -> None:
        """See how it gets on, and do to it what people do."""
        status = self._find(session_id)
        if status is None:
            return
        if status["progress"] < self._open[session_id]:
            self.fallen.append((session_id, self._open[session_id], status["progress"]))
        self._open[session_id] = status["progress"]
        if status["status"] in ENDED:
            del self._open[session_id]
            self._follow_up(status)
        elif self.rng.random() < CANCELLED / 5:  # it is looked at several times
            self._change("cancelled", f"/api/v1/generations/{session_id}/cancel/")

    def _follow_up(self, status: dict[str, Any]) -> None:
        if status["can_be_retried"] and self.rng.random() < 0.5:
            if self._change("retried", f"/api/v1/generations/{status['session_id']}/retry/"):
                self._open[status["session_id"]] = status["progress"]
        elif status["images"] and self.rng.random() < REDONE:
            kind = self.rng.choice(status["images"])["image_type"]
            address = f"/api/v1/stories/{status['story_id']}/images/"
            if made := self._change("redone", address, json={"image_type": kind}):
                self.redone.append(str(made["session_id"]))
                self._open[str(made["session_id"])] = 0

    def _change(self, what: str, address: str, **words: Any) -> dict[str, Any] | None:
        answer = self._ask("POST", address, **words)
        if answer is None or not answer.is_success:
            return None
        self.did[what] += 1
        return dict(answer.json())

    def _find(self, session_id: str) -> dict[str, Any] | None:
        answer = self._ask("GET", f"/api/v1/generations/{session_id}/")
        return dict(answer.json()) if answer is not None and answer.is_success else None

    def _ask(self, method: str, address: str, **words: Any) -> httpx.Response | None:
        """None where nobody answers: the web server or what it needs is just dead."""
        try:
            return self._http.request(method, address, **words)
        except httpx.HTTPError:
            time.sleep(0.1)
            return None
