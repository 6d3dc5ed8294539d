"""Who somebody is to us: an account, a browser with our key, a bare network address, a terminal's user."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import wraps
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.crypto import salted_hmac

SignOut = Callable[[HttpRequest], HttpResponseBase]
LOGIN_AGE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Person:
    """``key`` is what stories are owned by, ``counted_as`` what running generations are counted by; both are
    stored and never shown. They differ for a browser that came without a key: it gets one to keep its story
    by, but until it shows that key again it counts as its address, or every request could be a new person's.

    ``origin`` is a hash of the network that somebody without an account asks from: keys are to be had for
    nothing, and all who come from there have a bound together.
    """

    ACCOUNT: ClassVar[str] = "account:"
    VISITOR: ClassVar[str] = "visitor:"
    ADDRESS: ClassVar[str] = "address:"
    TERMINAL: ClassVar[str] = "terminal:"

    key: str
    account_id: int | None = None
    is_staff: bool = False
    address: str = ""
    origin: str = field(default="", compare=False)

    @property
    def counted_as(self) -> str:
        return f"{self.ADDRESS}{self.address}" if self.address else self.key

    @property
    def is_known(self) -> bool:
        """Whether we would know them again; an address may be shared by many."""
        return not self.key.startswith(self.ADDRESS)


def who_is(request: HttpRequest, *, remember: bool = False) -> Person:
    """Tell who makes a request. With ``remember``, a new visitor's browser is given a key to be known by."""
    user = request.user
    if user.is_authenticated:
        curator = user.is_staff and user.has_perm("stories.change_story")
        return Person(f"{Person.ACCOUNT}{user.pk}", account_id=user.pk, is_staff=curator)
    if visitor := request.session.get("visitor"):
        renew(request)
        return Person(f"{Person.VISITOR}{visitor}", origin=origin_of(request))
    address, origin = address_of(request), origin_of(request)
    if not remember:
        return Person(f"{Person.ADDRESS}{address}", origin=origin)
    visitor = request.session["visitor"] = secrets.token_urlsafe(18)
    renew(request)
    return Person(f"{Person.VISITOR}{visitor}", address=address, origin=origin)


def renew(request: HttpRequest) -> None:
    """Keep a visitor's key for ``VISITOR_DAYS`` from today on: one write a day, on their first request."""
    today = timezone.now().date().toordinal()
    if request.session.get("day") != today:
        request.session["day"] = today


@receiver(user_logged_in)
def keep_login_short(sender: Any, request: HttpRequest | None, **named: Any) -> None:
    """A curator's session may do more than a visitor's, and need not last for a year."""
    if request is not None and hasattr(request, "session"):
        request.session.set_expiry(LOGIN_AGE)


def keep_visitor(sign_out: SignOut) -> SignOut:
    """Signing out forgets the account, and not the visitor that the browser was before: by that key alone are
    a visitor's stories found."""

    @wraps(sign_out)
    def answer(request: HttpRequest) -> HttpResponseBase:
        kept = {name: request.session[name] for name in ("visitor", "day") if name in request.session}
        response = sign_out(request)
        if kept and not request.user.is_authenticated:
            request.session.update(kept)
        return response

    return answer


def origin_of(request: HttpRequest) -> str:
    address = address_of(request)
    with suppress(ValueError):  # a socket's name, or what a proxy has made up
        address = str(find_network(address))
    return salted_hmac("stories.origin", address).hexdigest()[:16]


def find_network(address: str) -> IPv4Address | IPv6Network:
    """Who has one address of IPv6 has 2⁶⁴ of them, so there the network counts.

    Raises:
        ValueError: it is no address.
    """
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv4Address):
        return found
    return found.ipv4_mapped or IPv6Network((found, 64), strict=False)


def address_of(request: HttpRequest) -> str:
    """The client's address; behind a proxy that we trust, the one that the proxy saw (the last it added)."""
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")) if settings.TRUST_PROXY else ""
    return (forwarded.rsplit(",", 1)[-1].strip() or str(request.META.get("REMOTE_ADDR", "")))[:64]
