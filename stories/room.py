"""Whether there is room for one more generation: of a person, of an address, and of all people together."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Count, Sum
from django.db.models.functions import Least
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stories.models import ENDED, GenerationSession, GenerationStatus
from stories.refusals import NotNow, tell_wait

#: How long somebody is asked to wait before trying again while the whole queue is full, in seconds.
QUEUE_RETRY_AFTER = 120


class TooManyGenerations(NotNow):
    """All of a person's places, running and waiting, are taken."""

    whatever = True


class QueueFull(NotNow):
    """More wait here, of all people together, than may."""

    status = 503
    retry_after = QUEUE_RETRY_AFTER


def check_room(person_key: str, origin: str) -> None:
    """
    Raises:
        TooManyGenerations: the person's places, or the address's, are all taken.
        QueueFull: too many wait already, of all people together.
    """
    open_ones = GenerationSession.objects.exclude(status__in=ENDED)
    most = settings.GENERATIONS_PER_ADDRESS
    if origin and most and open_ones.filter(story__origin=origin).count() >= most:
        raise TooManyGenerations(
            _(
                "There are {most} stories under way from your network, which is as many as may be at once. "
                "Wait until some are finished, then try again."
            ).format(most=most)
        )
    under_way = open_ones.filter(person=person_key).count()
    if under_way >= settings.GENERATIONS_RUNNING_PER_PERSON + settings.GENERATIONS_WAITING_PER_PERSON:
        raise TooManyGenerations(
            ngettext(
                "You have {number} story under way, which is as many as one person may have. "
                "Wait until it is finished, or stop it, then try again.",
                "You have {number} stories under way, which is as many as one person may have. "
                "Wait until one is finished, or stop one, then try again.",
                under_way,
            ).format(number=under_way)
        )
    most = settings.GENERATIONS_WAITING_MOST
    # Not counted one after the other, like a person's: a few too many do no harm, and all would wait for all.
    if most and count_waiting() >= most:
        raise QueueFull(
            _(
                "So many stories wait here already that another would wait for very long. "
                "Try again in {wait}; nothing is lost."
            ).format(wait=tell_wait(QUEUE_RETRY_AFTER))
        )


def count_waiting() -> int:
    """Generations that have not begun, admitted or not: within their own places all are admitted at once.
    What waits behind its person's own places takes nobody's room."""
    pending = GenerationSession.objects.exclude(status__in=ENDED).filter(status=GenerationStatus.PENDING)
    each = pending.order_by().values("person").annotate(
        number=Least(Count("pk"), settings.GENERATIONS_RUNNING_PER_PERSON)
    )  # fmt: skip
    return each.aggregate(sum=Sum("number"))["sum"] or 0
