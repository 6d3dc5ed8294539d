"""What becomes of those who guess passwords: django-axes counts (settings.AXES_…), and asks here."""

from __future__ import annotations

from ipaddress import IPv6Network
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from stories import people
from stories.refusals import tell_wait
from stories.web.answers import fail


def address_of(request: HttpRequest) -> str | None:
    """The address as everywhere, of IPv6 the first of its network: one machine has them all. None for what
    is none (a socket's name), which the column would not take."""
    try:
        network = people.find_network(people.address_of(request))
    except ValueError:
        return None
    return str(network.network_address if isinstance(network, IPv6Network) else network)


def shut_out(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
    """Instead of the form. The same words whether there is such an account or not."""
    rest = 60 * settings.LOGIN_REST_MINUTES
    words = _(
        "A wrong password was given too many times. Try again in {wait}; whoever runs this server can unlock "
        "the name at once."
    )
    return fail(request, 429, words.format(wait=tell_wait(rest)), headers={"Retry-After": str(rest)})
