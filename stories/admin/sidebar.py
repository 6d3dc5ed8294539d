"""The sidebar of the desk: what there is, grouped, each link for those who may follow it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from stories import curating
from stories.admin.moderation import may_curate

#: Group by group: title, address, icon, and the permission that it takes.
GROUPS: tuple[tuple[str, tuple[tuple[str, str, str, str], ...]], ...] = (
    (
        "Library",
        (
            ("Stories", "admin:stories_story_changelist", "auto_stories", "stories.view_story"),
            (
                "Images",
                "admin:stories_generatedimage_changelist",
                "image",
                "stories.view_generatedimage",
            ),
            (
                "Generations",
                "admin:stories_generationsession_changelist",
                "cognition",
                "stories.view_generationsession",
            ),
        ),
    ),
    (
        "People",
        (
            ("Accounts", "admin:auth_user_changelist", "person", "auth.view_user"),
            ("Groups", "admin:auth_group_changelist", "group", "auth.view_group"),
            (
                "API tokens",
                "admin:authtoken_tokenproxy_changelist",
                "key",
                "authtoken.view_tokenproxy",
            ),
        ),
    ),
    (
        "Maintenance",
        (
            (
                "Task results",
                "admin:django_celery_results_taskresult_changelist",
                "task_alt",
                "django_celery_results.view_taskresult",
            ),
        ),
    ),
)


def list_groups(request: HttpRequest) -> list[dict[str, Any]]:
    """In unfold's form. The moderation queues tell how much waits in them."""
    home = {"title": _("Dashboard"), "icon": "space_dashboard", "link": reverse("admin:index")}
    groups: list[dict[str, Any]] = [
        {"title": _(title), "items": [make_link(request, *link) for link in links]} for title, links in GROUPS
    ]
    groups.insert(1, {"title": _("Moderation"), "items": list_queues(request)})
    items = [item for group in groups for item in group["items"]]
    here = max((item["link"] for item in items if request.path.startswith(item["link"])), key=len, default="")
    for item in items:
        item["active"] = item["link"] == here
    return [{"items": [home]}, *({**group, "separator": True} for group in groups)]


def make_link(request: HttpRequest, title: str, name: str, icon: str, permission: str) -> dict[str, Any]:
    return {
        "title": _(title),
        "icon": icon,
        "link": reverse(name),
        "permission": lambda _request: request.user.has_perm(permission),
    }


def list_queues(request: HttpRequest) -> list[dict[str, Any]]:
    if not may_curate(request):
        return []
    queues = (
        (_("To be published"), "admin:stories_story_queue", "rule", curating.list_asked().count()),
        (
            _("Withheld pictures"),
            "admin:stories_generationsession_withheld",
            "image_not_supported",
            curating.list_withheld().filter(has_picture=False).count(),
        ),
    )
    return [
        {"title": title, "icon": icon, "link": reverse(name)}
        | ({"badge": waiting, "badge_variant": "primary"} if waiting else {})
        for title, name, icon, waiting in queues
    ]
