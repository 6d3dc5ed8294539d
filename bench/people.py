"""People for `bench.load`, run by Locust: they ask for a story, watch it being made, read it, look around."""

from __future__ import annotations

import random
import re
import time
from typing import Any

import gevent
from locust import FastHttpUser, between, task

SENTENCES = (
    "A shy dragon who paints the night sky",
    "An old lighthouse keeper who collects lost songs",
    "A clockmaker's daughter looks for the hour that was stolen",
    "A fox and a robot run a bakery on the moon",
)
#: How often a page asks how far it is, without its stream and with it (static/js/live.js); how long somebody
#: looks at it; and how many are behind something that holds streams back.
OFTEN, SELDOM, LONGEST = 2.0, 15.0, 120.0
WITHOUT_STREAM = 0.2
ENDED = {"completed", "failed", "cancelled"}
PICTURE = re.compile(r'src="(/media/images/[^"]+)"')


class Somebody(FastHttpUser):
    """A browser of its own at an address of its own (the copy believes its proxy, which this is)."""

    abstract = True

    def on_start(self) -> None:
        self.address = {"X-Forwarded-For": f"10.{random.randint(0, 255)}.{random.randint(0, 255)}.7"}
        self.get("/", "home")

    def get(self, path: str, name: str) -> Any:
        return self.client.get(path, name=name, headers=self.address)

    @property
    def token(self) -> str:
        found = (cookie.value for cookie in self.client.cookiejar if cookie.name == "csrftoken")
        return next(found, None) or ""


class Reader(Somebody):
    """What a hundred people do, each at a person's pace."""

    wait_time = between(3, 9)

    @task(3)
    def make_a_story(self) -> None:
        self.get("/", "home")
        form = {"prompt": random.choice(SENTENCES), "csrfmiddlewaretoken": self.token}
        headers = {**self.address, "Accept": "application/json", "Referer": f"{self.host}/"}
        with self.client.post(
            "/generate/", form, name="create", headers=headers, catch_response=True
        ) as answer:
            if answer.status_code != 202:
                answer.failure(f"create: {answer.status_code}")
                return
            making = answer.json()["session_id"]
        self.get(f"/generations/{making}/", "live page")
        streams = random.random() >= WITHOUT_STREAM
        stream = gevent.spawn(self.watch, making) if streams else None
        story = self.poll(making, stream)
        if stream:
            stream.kill()
        if story:
            page = self.get(story, "book")
            for picture in PICTURE.findall(page.text or "")[:3]:
                self.get(picture, "picture")

    def poll(self, making: str, stream: gevent.Greenlet | None) -> str:
        """What the page asks beside its stream, whose end it asks about at once; its story's address."""
        deadline = time.monotonic() + LONGEST
        while time.monotonic() < deadline:
            if stream and not stream.dead:
                stream.join(SELDOM)
            else:
                gevent.sleep(OFTEN)
            with self.client.get(
                f"/status/{making}/", name="status", headers=self.address, catch_response=True
            ) as answer:
                if answer.status_code != 200:
                    answer.failure(f"status: {answer.status_code}")
                    return ""
                told = answer.json()
                if told["status"] in ENDED and told["status"] != "completed":
                    answer.failure(f"it ended as {told['status']}")
                    return ""
            if told["status"] == "completed":
                return str(told["story_url"])
        return ""  # it waits for its turn, or is being made: they come back later

    def watch(self, making: str) -> None:
        """The live stream, which ends with the making."""
        path = f"/live/generations/{making}/events"
        with self.client.get(
            path, name="stream", stream=True, headers=self.address, catch_response=True
        ) as answer:
            answer.success() if answer.status_code == 200 else answer.failure(str(answer.status_code))
            while answer.status_code == 200 and answer.stream.read(4096):
                pass

    @task(2)
    def look_around(self) -> None:
        self.get("/stories/", "library")


class Browser(Somebody):
    """Looks at pages, and makes nothing."""

    wait_time = between(0.2, 0.6)

    @task
    def look(self) -> None:
        self.get("/", "home")
        self.get("/stories/", "library")
