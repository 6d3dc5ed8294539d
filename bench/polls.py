"""What a poll of a generation's status costs, beside a page of somebody who is signed in: processor time of
the web process, in the same run."""

from __future__ import annotations

import http.client
from pathlib import Path
from typing import Any

from bench.live import web

ROUNDS, WARM_UP = 2000, 100
TARGET = 10


def measure(data_dir: Path) -> list[dict[str, Any]]:
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.test import Client

    from stories import services
    from stories.people import Person

    user = User.objects.create_user("polls")
    browser = Client()
    browser.force_login(user)
    cookie = f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"
    person = Person(f"{Person.ACCOUNT}{user.pk}", account_id=user.pk)
    making = services.start_generation(person=person, prompt="Asked for again and again", images=False)
    addresses = {
        "status, unchanged": f"/status/{making.pk}/",
        "status, read anew each time": f"/status/{making.pk}/?",
        "a page that reads session, user and story": f"/bench/{making.story_id}/",
    }
    took = {}
    with web(data_dir) as (port, server):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        for what, address in addresses.items():
            for rounds in (WARM_UP, ROUNDS):
                before = sum(server.cpu_times()[:2])
                for number in range(rounds):
                    anew = str(number) if address.endswith("?") else ""
                    connection.request("GET", address + anew, headers={"Cookie": cookie})
                    answer = connection.getresponse()
                    assert answer.status == 200, (address, answer.status)
                    answer.read()
                took[what] = (sum(server.cpu_times()[:2]) - before) * 1000 / rounds
    page = [*took.values()][-1]
    return [
        {
            "what": what,
            "processor time, ms": round(milliseconds, 2),
            "of the page": f"1 / {page / milliseconds:.1f}",
            "target": f"1 / {TARGET}" if what == "status, unchanged" else "beside",
        }
        for what, milliseconds in took.items()
    ]
