"""All that is stored about one person: told, taken away as one file, or deleted for good.

Kept under a person's key (`stories.people`) are stories with all that belongs to them, marks, what was typed
or asked for in stories of others, and the bucket of pictures; an account has its name, tokens and sessions
besides.
"""

from __future__ import annotations

import json
import tempfile
import uuid
import zipfile
from contextlib import ExitStack, suppress
from typing import IO, Any

from axes.models import AccessAttempt
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from rest_framework.authtoken.models import Token

from stories import services
from stories.access import NotYours
from stories.books import FORMATS
from stories.books.project import describe as describe_project
from stories.books.project import name_file
from stories.models import (
    ENDED,
    Allowance,
    GeneratedImage,
    GenerationSession,
    Mark,
    ShareLink,
    Story,
    StoryVersion,
)
from stories.people import LOGIN_AGE, Person
from stories.printing import read
from stories.services import Conflict

PROJECT = FORMATS["project"]
ABOUT, FILE = "about-you.json", "starloom-your-data.zip"
STEP = ("name", "status", "wanted", "result", "error", "started_at", "finished_at")


def check_known(person: Person) -> None:
    """
    Raises:
        NotYours: all that is known is an address, which many may share.
    """
    if not person.is_known:
        raise NotYours(
            _(
                "We do not know who you are: nothing is kept under your name. A story that was made without "
                "a key is opened, and deleted, at its own address."
            )
        )


def list_stories(person: Person) -> QuerySet[Story]:
    """All of them, in the trash and without a text too."""
    return Story.objects.of(person).order_by("created_at", "pk")


def count(person: Person) -> dict[str, int]:
    """How much there is of each, in numbers for the page; nothing of nobody."""
    if not person.is_known:
        return {}
    return {
        "stories": list_stories(person).count(),
        "pictures": GeneratedImage.objects.filter(story__in=list_stories(person)).count(),
        "links": ShareLink.objects.filter(story__in=list_stories(person)).count(),
        "marks": Mark.objects.filter(person=person.key).count(),
    }


def describe(person: Person) -> dict[str, Any]:
    """Everything, but for the texts and pictures, which lie beside it as project files.

    Raises:
        NotYours: as `check_known`.
    """
    check_known(person)
    stories = list_stories(person)
    others = GenerationSession.objects.filter(person=person.key).exclude(story__in=stories)
    typed = StoryVersion.objects.filter(person=person.key).exclude(story__in=stories)
    return {
        "told_at": timezone.now(),
        "known_as": "account" if person.account_id else person.key.partition(":")[0],
        "account": describe_account(person),
        "stories": [describe_story(story) for story in stories],
        "marks": list(
            Mark.objects.filter(person=person.key)
            .order_by("created_at")
            .values("story_id", "is_favourite", "thumb", "created_at")
        ),
        "generations_in_stories_of_others": [describe_generation(one) for one in others],
        "words_in_stories_of_others": list(typed.values("story_id", "number", "part", "created_at")),
        "pictures_paid_until": Allowance.objects.filter(who=person.key)
        .values_list("paid_until", flat=True)
        .first(),
    }


def describe_account(person: Person) -> dict[str, Any] | None:
    user = User.objects.filter(pk=person.account_id).first() if person.account_id else None
    if user is None:
        return None
    names = ("username", "first_name", "last_name", "email", "date_joined", "last_login", "is_staff")
    return {
        **{name: getattr(user, name) for name in names},
        "api_tokens": [{"created": token.created} for token in Token.objects.filter(user=user)],
        "decisions": list(
            LogEntry.objects.filter(user=user)
            .order_by("action_time")
            .values("action_time", "object_repr", "change_message")
        ),
        "failed_sign_ins": list(
            AccessAttempt.objects.filter(username=user.get_username()).values("attempt_time")
        ),
    }


def describe_story(story: Story) -> dict[str, Any]:
    names = ("prompt", "title", "style", "genre", "language", "asked_language", "visibility", "likes")
    times = ("created_at", "updated_at", "published_at", "publish_asked_at", "trashed_at", "hidden_at")
    return {
        "id": story.pk,
        "file": name_project(story) if story.story_text else None,
        **{name: getattr(story, name) for name in (*names, *times, "hidden_reason")},
        "network": story.origin,
        "varied_from": story.varied_from_id,
        "generations": [describe_generation(one) for one in story.generations.order_by("created_at")],
        "links": list(story.share_links.values("token", "created_at", "expires_at", "withdrawn_at")),
    }


def describe_generation(session: GenerationSession) -> dict[str, Any]:
    names = ("status", "redo", "error", "warnings", "seed", "images", "bulk", "idempotency_key")
    times = ("created_at", "started_at", "finished_at")
    return {
        "id": session.pk,
        "story_id": session.story_id,
        **{name: getattr(session, name) for name in (*names, *times)},
        "steps": list(session.steps.values(*STEP)),
        "events": list(session.events.order_by("id").values("at", "kind", "step", "data")),
    }


def name_project(story: Story) -> str:
    return f"stories/{slugify(story.title)[:60] or 'story'}-{story.pk.hex[:8]}{PROJECT.extension}"


def pack(person: Person) -> IO[Any]:
    """One zip of all of it, on the disk and not in memory, gone when it is closed. A story that is too large
    for a project file lies in it unpacked.

    Raises:
        NotYours: as `check_known`.
    """
    about, written = describe(person), dict[uuid.UUID, str]()
    with ExitStack() as unless_done:
        file = unless_done.enter_context(tempfile.TemporaryFile())
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:  # each is packed already
            for story in list_stories(person).exclude(story_text=""):
                written[story.pk] = _pack_story(packed, story)
            for told in about["stories"]:
                told["file"] = written.get(told["id"])
            packed.writestr(
                ABOUT, json.dumps(about, default=str, ensure_ascii=False, indent=1), zipfile.ZIP_DEFLATED
            )
        unless_done.pop_all()  # the answer closes it
        file.seek(0)
        return file


def _pack_story(packed: zipfile.ZipFile, story: Story) -> str:
    """Tell where it lies."""
    name = name_project(story)
    try:
        packed.writestr(name, PROJECT.make(story))
    except Conflict:
        return _pack_unbounded(packed, story)
    return name


def _pack_unbounded(packed: zipfile.ZipFile, story: Story) -> str:
    folder = name_project(story).removesuffix(PROJECT.extension)
    images = [image for image in story.images.all() if image.file.storage.exists(str(image.file.name))]
    text = json.dumps(describe_project(story, images), default=str, ensure_ascii=False, indent=1)
    packed.writestr(f"{folder}/project.json", text, zipfile.ZIP_DEFLATED)
    for name, image in {name_file(image): image for image in images}.items():
        packed.writestr(f"{folder}/{name}", read(image))
    return f"{folder}/project.json"


def delete(person: Person) -> None:
    """Delete all of it for good: what is being made stops. Who is cut off in the middle can do it again: the
    account goes last.

    Raises:
        NotYours: as `check_known`.
    """
    check_known(person)
    while True:
        for story in list_stories(person).only("pk"):
            with suppress(Story.DoesNotExist):  # another tab was quicker
                services.delete_story(story)
        _leave_others(person)
        with transaction.atomic():
            services.take_turn(person.counted_as, person.origin)  # nothing is begun meanwhile
            if list_stories(person).exists() or _list_open(person).exists():
                continue
            GenerationSession.objects.filter(person=person.key).update(person="", idempotency_key=None)
            StoryVersion.objects.filter(person=person.key).update(person="")
            Allowance.objects.filter(who=person.key).delete()
            if person.account_id:
                _delete_account(person.account_id)
            return


def _leave_others(person: Person) -> None:
    """What this person does with stories of others stops, and marks go. One after the other, each committed:
    workers have a step when they ask for its story, and must never wait for who has the story."""
    for session in _list_open(person):
        services.cancel_generation(session)
    for mark in Mark.objects.filter(person=person.key):
        with transaction.atomic():
            held = Story.objects.select_for_update().filter(pk=mark.story_id).first()
            mark.delete()
            if held:  # else it was deleted meanwhile, and the mark with it
                thumbs = Mark.objects.filter(story=held).aggregate(sum=Coalesce(Sum("thumb"), 0))
                Story.objects.filter(pk=held.pk).update(likes=thumbs["sum"])


def _list_open(person: Person) -> QuerySet[GenerationSession]:
    return GenerationSession.objects.filter(person=person.key).exclude(status__in=ENDED)


def _delete_account(account_id: int) -> None:
    """A curator's stays, and what they decided: others have to be able to ask. Its keys and logins go."""
    user = User.objects.get(pk=account_id)
    Token.objects.filter(user=user).delete()
    AccessAttempt.objects.filter(username=user.get_username()).delete()
    soon = timezone.now() + LOGIN_AGE  # a visitor's session lasts longer, and need not be looked into
    for session in Session.objects.filter(expire_date__lte=soon).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()
    if not user.is_staff:
        user.delete()
