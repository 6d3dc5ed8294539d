"""The product's addresses, and a page to measure beside."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.urls import include, path

from stories.models import Story


def page(request: HttpRequest, story_id: UUID) -> JsonResponse:
    """As small as a page of somebody who is signed in can be: session, user and story from the database."""
    user, story = request.user, Story.objects.get(pk=story_id)
    return JsonResponse({"user": user.get_username(), "title": story.title, "prompt": story.prompt})


urlpatterns = [path("bench/<uuid:story_id>/", page), path("", include("story_generator.urls"))]
