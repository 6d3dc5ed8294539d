"""What the OpenAPI document says of errors and headers."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers


class Problem(serializers.Serializer[Any]):
    detail = serializers.CharField()


FIELD_PROBLEMS = {
    "oneOf": [
        {"$ref": "#/components/schemas/Problem"},
        {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    ]
}
WORDS = {
    401: "The token is not valid.",
    403: "It can be read, and is not yours to change; or a browser's session came without its CSRF token.",
    404: "There is none, or it is not yours to see.",
    409: "It does not fit the state that things are in.",
    413: "The body is too large.",
    415: "The body is not `application/json`.",
    429: "Too much at once: your places, your pictures of this hour or your requests of this minute are used "
    "up. `Retry-After` says when to ask again.",
    503: "The database cannot be reached just now, or too much waits already. `Retry-After` says when to ask "
    "again.",
}
BODY = (400, 413, 415)


def problems(*codes: int) -> dict[int, OpenApiResponse]:
    """The errors that a method may answer with, and those that any method may."""
    return {code: problem(code) for code in sorted({*codes, 401, 429, 503})}


def problem(code: int) -> OpenApiResponse:
    if code == 400:
        example = OpenApiExample("A field is wrong", {"prompt": ["Write at least 3 characters."]})
        return OpenApiResponse(FIELD_PROBLEMS, "Something in the request is wrong.", examples=[example])
    return OpenApiResponse(
        Problem, WORDS[code], examples=[OpenApiExample(str(code), {"detail": WORDS[code]})]
    )


def header(name: str, description: str, *codes: int) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=description, response=list(codes))
