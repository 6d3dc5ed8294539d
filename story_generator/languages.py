"""In which language a request is answered."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers


class LanguageMiddleware(LocaleMiddleware):
    """What the person has chosen (a cookie), else what their browser asks for.

    Programs are answered in English, whatever they send: they rely on the words.
    """

    def process_request(self, request: HttpRequest) -> None:
        if is_for_programs(request):
            translation.activate(settings.LANGUAGE_CODE)
            request.LANGUAGE_CODE = settings.LANGUAGE_CODE
        else:
            super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if is_for_programs(request):
            return response
        patch_vary_headers(response, ["Cookie"])
        return super().process_response(request, response)


def is_for_programs(request: HttpRequest) -> bool:
    return request.path_info.startswith(("/api/", "/health/", "/metrics/"))
