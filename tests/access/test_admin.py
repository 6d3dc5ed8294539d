"""The desk: for staff, each page for those who have the permission of its model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django_celery_results.models import TaskResult
from rest_framework.authtoken.models import Token

from stories.models import Story
from tests.access.conftest import Shelf, list_patterns
from tests.web.conftest import browser_of

#: Without anybody's leave: to sign in, to sign out, and what says so.
OPEN = {"admin:login": 200}
#: For staff of every kind.
ANY_STAFF = {
    "admin:index", "admin:logout", "admin:password_change", "admin:password_change_done", "admin:jsi18n",
    "admin:login", "admin:view_on_site", "admin/logout/",
}  # fmt: skip
#: What an address of a model asks for, by the end of its name.
NEEDS = {
    "changelist": "view", "add": "add", "change": "view", "delete": "delete", "history": "view",
    "queue": "change", "withheld": "change", "tidy": "delete", "password_change": "change",
}  # fmt: skip


def list_addresses(shelf: Shelf) -> Iterator[tuple[str, str]]:
    """Every address of the desk with things in it that are there."""
    user = User.objects.create_user("somebody")
    group = Group.objects.create(name="curators")
    Token.objects.create(user=user)
    outcome = TaskResult.objects.create(task_id="1", task_name="tidy", status="SUCCESS")
    things: dict[str, Any] = {
        "stories_story": shelf.story.pk, "stories_generatedimage": shelf.picture.pk,
        "stories_generationsession": shelf.session.pk, "auth_user": user.pk, "auth_group": group.pk,
        "authtoken_tokenproxy": user.pk, "django_celery_results_taskresult": outcome.pk,
    }  # fmt: skip
    kind = ContentType.objects.get_for_model(Story).pk
    for name, written, parts in list_patterns():
        if not written.startswith("admin/"):
            continue
        if name == "admin:":
            yield name, "/admin/nothing/of/the/kind/"
            continue
        model = next((label for label in things if name.startswith(f"admin:{label}_")), "")
        values = {"object_id": things.get(model, shelf.story.pk), "id": user.pk, "content_type_id": kind}
        path = written.replace("^", "").replace("$", "")
        path = path.replace("(?P<app_label>stories|auth|authtoken|django_celery_results)", "stories")
        for part in parts & values.keys():
            path = path.replace(f"<path:{part}>", str(values[part])).replace(f"<{part}>", str(values[part]))
        yield name or written, f"/{path}"


def staff(*permissions: str) -> Client:
    client, user = Client(), User.objects.create_user(f"staff{User.objects.count()}", is_staff=True)
    names = [permission.partition(".") for permission in permissions]
    user.user_permissions.set(
        [Permission.objects.get(content_type__app_label=app, codename=code) for app, _, code in names]
    )
    client.force_login(user)
    return client


@pytest.fixture
def addresses(shelf: Shelf) -> list[tuple[str, str]]:
    return list(dict.fromkeys(list_addresses(shelf)))


def test_every_model_of_the_desk_is_among_them(addresses: list[tuple[str, str]]) -> None:
    for model in admin.site._registry:
        label = f"{model._meta.app_label}_{model._meta.model_name}"
        assert f"admin:{label}_changelist" in dict(addresses)
    for name in dict(addresses):
        ending = name.removeprefix("admin:")
        if name != "admin:app_list" and any(
            ending.startswith(f"{app.label}_") for app in apps.get_app_configs()
        ):
            assert any(ending.endswith(f"_{end}") for end in NEEDS), f"{name}: say in NEEDS whom it is for"


@pytest.mark.parametrize("who", ["nobody", "visitor", "account"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_gets_in(addresses: list[tuple[str, str]], who: str, method: str) -> None:
    client = browser_of("ann") if who == "visitor" else Client()
    if who == "account":
        client.force_login(User.objects.create_user("reader"))
    for name, path in addresses:
        answer = getattr(client, method)(path)
        if name in OPEN:
            assert answer.status_code == OPEN[name]
        elif path == "/admin/search/":
            assert answer.status_code == 404
        else:
            assert answer.status_code in (302, 403, 405), (name, path)
            to = answer.headers.get("Location", "/admin/login/")
            assert to.startswith(("/admin/login/", "/admin/")), (name, to)
            assert answer.status_code != 302 or to in ("/admin/",) or to.startswith("/admin/login/"), to
            assert "tale" not in answer.text


def test_staff_without_permissions_see_nothing_of_anybody(addresses: list[tuple[str, str]]) -> None:
    client = staff()
    for name, path in addresses:
        answer = client.get(path)
        if name in ANY_STAFF:
            assert answer.status_code in (200, 302, 405), name
        else:
            assert answer.status_code in (403, 404) or (
                answer.status_code == 302 and answer.headers["Location"] == "/admin/"
            ), (name, answer.status_code)
        assert "tale" not in answer.text, name


def test_each_page_is_for_those_who_have_its_permission(addresses: list[tuple[str, str]]) -> None:
    checked = 0
    for name, path in addresses:
        ending = name.rpartition("_")[2]
        app, _, rest = name.removeprefix("admin:").partition("_")
        if name.startswith("admin:django_celery_results"):
            app, rest = "django_celery_results", name.removeprefix("admin:django_celery_results_")
        if name == "admin:auth_user_password_change":
            ending, rest = "password_change", "user_password_change"
        if ending not in NEEDS or "_" not in rest:
            continue
        model = rest.removesuffix(f"_{ending}")
        owner = "story" if ending in ("queue", "withheld") else model
        needed = f"{app}.{NEEDS[ending]}_{owner}"
        if ending == "withheld":
            assert staff("stories.change_generationsession").get(path).status_code == 403
        others = [f"{app}.{verb}_{owner}" for verb in ("add", "delete") if verb != NEEDS[ending]]
        refused = staff(*others).get(path).status_code
        # A way to a thing that may not be seen leads back to the start.
        assert refused in (302, 403), (name, refused)
        let_in = staff(needed, f"{app}.view_{owner}").get(path).status_code
        closed = ending in ("add", "delete") and let_in == 403
        assert closed or let_in in ((405,) if ending == "tidy" else (200, 302)), (name, let_in)
        checked += 1
    assert checked > 30
