"""Whose a browser is, before and after somebody signs in."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client

from tests.access.conftest import Shelf
from tests.web.conftest import browser_of

PASSWORD = "a long and quiet word"


@pytest.fixture
def account(db: None) -> User:
    return User.objects.create_superuser("carol", password=PASSWORD)


def sign_in(client: Client) -> Any:
    return client.post("/admin/login/?next=/admin/", {"username": "carol", "password": PASSWORD})


def test_a_session_that_somebody_knew_before_is_nothing_after_signing_in(account: User) -> None:
    client = browser_of("ann")
    planted = client.cookies["sessionid"].value
    assert sign_in(client).status_code == 302
    assert client.cookies["sessionid"].value != planted
    assert not Session.objects.filter(session_key=planted).exists()
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert thief.get("/admin/").status_code == 302
    assert thief.get("/stories/?shelf=mine").status_code == 200


def test_the_token_of_forms_is_another_after_signing_in(account: User) -> None:
    client = Client()
    client.get("/")
    before = client.cookies["csrftoken"].value
    sign_in(client)
    assert client.cookies["csrftoken"].value != before


def test_a_key_that_we_did_not_give_is_none(db: None) -> None:
    client = Client()
    client.cookies["sessionid"] = "a" * 32
    client.get("/")
    assert client.cookies["sessionid"].value != "a" * 32
    assert not Session.objects.filter(session_key="a" * 32).exists()


def test_what_a_visitor_made_is_theirs_again_after_signing_out(account: User, shelf: Shelf) -> None:
    client = browser_of("ann")
    sign_in(client)
    assert client.get(f"/story/{shelf.story.pk}/").status_code == 200
    signed_in = client.cookies["sessionid"].value
    assert client.post("/admin/logout/").status_code == 200
    assert client.get("/admin/").status_code == 302
    assert not Session.objects.filter(session_key=signed_in).exists()
    assert client.get(f"/story/{shelf.story.pk}/").status_code == 200
    assert shelf.story.title in client.get("/stories/?shelf=mine").text


def test_signing_out_leaves_nothing_of_the_account(account: User, db: None) -> None:
    client = Client()
    sign_in(client)
    client.post("/admin/logout/")
    assert Session.objects.count() == 0


def test_a_password_is_no_help_to_an_account_that_is_closed(account: User) -> None:
    client = Client()
    sign_in(client)
    User.objects.update(is_active=False)
    assert client.get("/admin/").status_code == 302
