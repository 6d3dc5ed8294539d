"""Which request, generation and step a line of the log belongs to.

A request's id is kept in the generation's row, and not in a message: whichever worker claims a step, after
whatever was lost and sent again, finds it there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from structlog.contextvars import bind_contextvars, bound_contextvars, clear_contextvars, get_contextvars

if TYPE_CHECKING:
    from stories.models import Step

#: The most characters of a request's id.
REQUEST_ID_MAX = 64


def begin_request(request_id: str) -> None:
    """What this thread logs from now on is this request's."""
    clear_contextvars()
    bind_contextvars(request=request_id)


def end_request(**_: object) -> None:
    clear_contextvars()


def current_request() -> str:
    """The id of the request that is being answered in this thread; "" where there is none."""
    return str(get_contextvars().get("request", ""))


@contextmanager
def bound(step: Step) -> Iterator[None]:
    """What is logged within is this step's."""
    names = {"generation": str(step.session_id), "step": step.name, "request": step.session.request_id}
    with bound_contextvars(**{name: value for name, value in names.items() if value}):
        yield
