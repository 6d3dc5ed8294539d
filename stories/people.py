"""Who somebody is to us: an account, a browser with our key, a bare network address, a terminal's user."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Person:
    """``key`` is what stories and generations are owned and counted by; it is stored, never shown."""

    ACCOUNT: ClassVar[str] = "account:"
    VISITOR: ClassVar[str] = "visitor:"
    ADDRESS: ClassVar[str] = "address:"
    TERMINAL: ClassVar[str] = "terminal:"

    key: str
    account_id: int | None = None
    is_staff: bool = False

    @property
    def is_known(self) -> bool:
        """Whether we would know them again; an address may be shared by many."""
        return not self.key.startswith(self.ADDRESS)


def who_is(request: HttpRequest, *, remember: bool = False) -> Person:
    """Tell who makes a request. With ``remember``, a new visitor's browser is given a key to be known by."""
    user = request.user
    if user.is_authenticated:
        return Person(f"{Person.ACCOUNT}{user.pk}", account_id=user.pk, is_staff=user.is_staff)
    visitor = request.session.get("visitor")
    if visitor is None and remember:
        visitor = request.session["visitor"] = secrets.token_urlsafe(18)
    if visitor is not None:
        return Person(f"{Person.VISITOR}{visitor}")
    return Person(f"{Person.ADDRESS}{address_of(request)}")


def address_of(request: HttpRequest) -> str:
    """The client's address; behind a proxy that we trust, the one that the proxy saw (the last it added)."""
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")) if settings.TRUST_PROXY else ""
    return (forwarded.rsplit(",", 1)[-1].strip() or str(request.META.get("REMOTE_ADDR", "")))[:64]
