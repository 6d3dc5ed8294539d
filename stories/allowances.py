"""How many pictures somebody may ask for: a bucket that a setting fills by the hour. What was asked for stays
taken, also where a generation is stopped, or fails, before it is painted.

The row is the truth, and one conditional statement takes from it: two who ask at once are served one after
the other by PostgreSQL, in the transaction that starts the generation, and what is refused there was never
taken. Instead of a level that would have to be refilled, the row holds the moment until which what was taken
is paid for (the generic cell rate algorithm, ITU-T I.371): each picture moves it an hour's share further, and
it may be at most an hour ahead. So an hour's worth may be asked for at once, and comes back little by little.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from stories.models import Allowance, Step
from stories.pipeline import KINDS
from stories.refusals import NotNow, tell_wait

HOUR = timedelta(hours=1)

# What costs more than an hour's worth is granted to a full bucket, and owes the rest: else it never would be.
TAKE = """
    INSERT INTO stories_allowance AS had (who, paid_until)
    VALUES (%(who)s, statement_timestamp() + %(cost)s)
    ON CONFLICT (who) DO UPDATE SET paid_until = greatest(had.paid_until, statement_timestamp()) + %(cost)s
    WHERE greatest(had.paid_until, statement_timestamp()) + least(%(cost)s, %(hour)s)
        <= statement_timestamp() + %(hour)s
    RETURNING who
"""
WAIT = """
    SELECT extract(epoch FROM paid_until + least(%(cost)s, %(hour)s) - %(hour)s - statement_timestamp())
    FROM stories_allowance WHERE who = %(who)s
"""


class NothingLeft(NotNow):
    """The pictures of this hour are used up."""


def charge(person: str, origin: str, steps: Iterable[Step]) -> None:
    """Take the pictures that these steps ask for, of a person (as counted) and of an address.

    Raises:
        NothingLeft: there is not enough left. Whoever lets the transaction end with it has taken nothing.
    """
    pictures = sum(KINDS[step.name].painted for step in steps)
    take(person, pictures, settings.GPU_PICTURES_PER_PERSON)
    if origin and person != origin:
        take(origin, pictures, settings.GPU_PICTURES_PER_ADDRESS)


def take(who: str, pictures: int, most: int) -> None:
    """``most``: in an hour; 0 is no bound.

    Raises:
        NothingLeft: not so many are left.
    """
    if not (pictures and most):
        return
    values: dict[str, Any] = {"who": who, "cost": HOUR * pictures / most, "hour": HOUR}
    with connection.cursor() as cursor:
        cursor.execute(TAKE, values)
        if cursor.fetchone():
            return
        cursor.execute(WAIT, values)
        found = cursor.fetchone()
    wait = max(1.0, float(found[0])) if found else 1.0
    words = _(
        "At most {most} pictures an hour are painted here for one person or one network, and these are used "
        "up. Try again in {wait}; nothing is lost."
    )
    raise NothingLeft(words.format(most=most, wait=tell_wait(wait)), wait)


def forget_full() -> int:
    """Delete the rows of buckets that are full again, which are as good as none."""
    return Allowance.objects.filter(paid_until__lt=Now()).delete()[0]
