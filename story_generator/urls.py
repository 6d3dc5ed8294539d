"""Every address, in one place. docs/architecture.md and CONTRACT of the API stand on these."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include("stories.api.urls")),
    path("", include("stories.web.urls")),
]
