"""Who guesses passwords is shut out, by name and address together."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"


def try_it(password: str, *, name: str = "admin", **more: Any) -> Any:
    return Client().post(LOGIN, {"username": name, "password": password}, **more)


@pytest.fixture(autouse=True)
def quick(settings: Any) -> None:
    """A password is looked at in no time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def account(quick: None, admin_user: Any, settings: Any) -> Any:
    settings.AXES_FAILURE_LIMIT, settings.LOGIN_REST_MINUTES = 3, 15
    return admin_user


def shut_out(**more: Any) -> Any:
    """Guess three times; the answer to the last."""
    return [try_it("guess", **more) for _ in range(3)][-1]


def test_after_some_wrong_passwords_not_even_the_right_one_is_looked_at() -> None:
    assert try_it("guess").status_code == try_it("guess").status_code == 200
    answer = try_it("guess")
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert "Try again in 15 minutes" in answer.content.decode()
    assert try_it("password").status_code == 429


def test_another_address_and_another_name_are_not_shut_out() -> None:
    shut_out()
    assert try_it("password", REMOTE_ADDR="203.0.113.8").status_code == 302
    assert try_it("password", name="somebody").status_code == 200


def test_a_name_that_there_is_not_is_answered_alike() -> None:
    nobody, admin = (shut_out(name=name).content.decode() for name in ("nobody", "admin"))
    token = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    assert token.sub("", nobody) == token.sub("", admin)


def test_the_right_password_makes_up_for_wrong_ones() -> None:
    for _ in range(3):
        try_it("guess")
        try_it("guess")
        assert try_it("password").status_code == 302


def test_it_holds_although_redis_was_emptied() -> None:
    shut_out()
    cache.clear()
    assert try_it("password").status_code == 429


def test_it_ends_by_itself() -> None:
    shut_out()
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert try_it("password").status_code == 302


def test_a_curator_is_unlocked_by_command() -> None:
    """As docs/curators.md tells it."""
    shut_out()
    call_command("axes_reset_username", "admin")
    assert try_it("password").status_code == 302


@pytest.mark.parametrize("trusted", [True, False])
def test_behind_a_proxy_the_address_is_the_one_that_it_saw(settings: Any, trusted: bool) -> None:
    settings.TRUST_PROXY = trusted
    shut_out(HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.7")
    elsewhere = try_it("password", HTTP_X_FORWARDED_FOR="203.0.113.7, 203.0.113.8")
    assert elsewhere.status_code == (302 if trusted else 429)
    assert try_it("password", HTTP_X_FORWARDED_FOR="1.1.1.1, 203.0.113.7").status_code == 429


@pytest.mark.parametrize("address", ["", "unix:", "2001:db8::1%eth0", "::ffff:203.0.113.7"])
def test_what_is_no_address_is_no_error(address: str) -> None:
    assert try_it("guess", REMOTE_ADDR=address).status_code == 200
    assert shut_out(REMOTE_ADDR=address).status_code == 429


def test_over_ipv6_a_machine_does_not_get_around_it_by_its_next_address() -> None:
    for last in ("1", "2", "ffff:3"):
        try_it("guess", REMOTE_ADDR=f"2001:db8:0:7::{last}")
    assert try_it("password", REMOTE_ADDR="2001:db8:0:7:aaaa::4").status_code == 429
    assert try_it("password", REMOTE_ADDR="2001:db8:0:8::1").status_code == 302


def test_an_address_is_the_same_in_both_its_forms() -> None:
    shut_out(REMOTE_ADDR="::ffff:203.0.113.7")
    assert try_it("password", REMOTE_ADDR="203.0.113.7").status_code == 429


def test_no_password_and_no_sign_in_is_kept() -> None:
    try_it("my real password, misspelt")
    try_it("password")
    row = " ".join(str(value) for attempt in AccessAttempt.objects.values() for value in attempt.values())
    assert "misspelt" not in row
