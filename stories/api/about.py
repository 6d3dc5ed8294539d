"""What the REST API tells of itself: where it begins, its document and its docs."""

from __future__ import annotations

from typing import Any

from django.shortcuts import redirect
from django.urls import reverse
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from stories.api import schema
from stories.api.views import Face, OneForm


@schema.hidden
class Start(Face):
    """The root, which leads to the docs."""

    authentication_classes = ()

    def get(self, request: Request) -> Any:
        return redirect("api:docs")


class Index(Face):
    """What there is, and where."""

    @schema.hidden
    def get(self, request: Request) -> Response:
        names = ("generations", "stories", "me", "schema", "docs")
        return Response({name: request.build_absolute_uri(reverse(f"api:{name}")) for name in names})


class Schema(SpectacularAPIView):
    """The OpenAPI document. Its parameters ``lang`` and ``version`` are not taken: there is one of each, and
    the latter would be written into a header as it came."""

    authentication_classes = ()
    http_method_names = ("get", "head")

    @schema.hidden
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        return self._get_schema_response(request)

    def _get_version_parameter(self, request: Request) -> None:
        return None


class Docs(SpectacularSwaggerSplitView):
    """Swagger UI, out of the sidecar package. A page for everybody: no token is looked at."""

    authentication_classes = ()
    content_negotiation_class = OneForm
    http_method_names = ("get", "head")
    url_name = "api:schema"
