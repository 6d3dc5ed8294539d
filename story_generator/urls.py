"""Every address, in one place. docs/architecture.md and CONTRACT of the API stand on these."""

from django.contrib import admin
from django.http import Http404
from django.urls import include, path

from stories.people import keep_visitor
from stories.web.errors import page_not_found

urlpatterns = [
    # Unfold's search of names, which the sidebar does without, falls over pages that are no numbers.
    path("admin/search/", page_not_found, {"exception": Http404()}),
    path("admin/logout/", keep_visitor(admin.site.admin_view(admin.site.logout))),
    path("admin/", admin.site.urls),
    path("api/", include("stories.api.urls")),
    path("", include("stories.web.urls")),
]

handler400 = "stories.web.errors.bad_request"
handler403 = "stories.web.errors.permission_denied"
handler404 = "stories.web.errors.page_not_found"
handler500 = "stories.web.errors.server_error"
