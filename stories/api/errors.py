"""Every way in which a request can go wrong, as an answer in JSON."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, UnreadablePostError
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound, ParseError, PermissionDenied, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from stories.access import NotYours
from stories.editing import ChangedMeanwhile
from stories.refusals import NotNow, Refused
from stories.uploads import tell_limit

logger = logging.getLogger(__name__)

NOTHING_HERE = "There is nothing at this address, or it is not yours to see. Addresses end with a slash."


class BodyTooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE


class Conflict(APIException):
    status_code = status.HTTP_409_CONFLICT


class Later(APIException):
    """A `NotNow`, with its own status."""

    def __init__(self, error: NotNow) -> None:
        super().__init__(str(error))
        self.status_code = error.status


class Unavailable(APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "The database cannot be reached just now. Try again in a moment."
    wait = 5


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's ``EXCEPTION_HANDLER``. A refusal brings its own headers; else ``wait`` becomes Retry-After."""
    response = exception_handler(_translate(error), context)
    if response and isinstance(error, NotNow):
        for name, value in error.headers.items():
            response[name] = value
    if response and isinstance(error, ValidationError) and isinstance(response.data, dict):
        response.data = {field: [*_flatten(faults)] for field, faults in response.data.items()}
    return response


def _flatten(faults: Any) -> Iterator[str]:
    """What is wrong with a field, also where the fault is of one of its parts: ``{"field": ["…"]}``."""
    if isinstance(faults, dict | list):
        for part in faults.values() if isinstance(faults, dict) else faults:
            yield from _flatten(part)
    else:
        yield str(faults)


def _translate(error: Exception) -> Exception:
    match error:
        case ObjectDoesNotExist() | Http404():
            return NotFound(NOTHING_HERE)
        case NotYours():
            return PermissionDenied(str(error))
        case NotNow():
            return Later(error)
        case ChangedMeanwhile(version=version):
            return Conflict({"detail": str(error), "version": str(version.pk), "number": str(version.number)})
        case Refused():
            return Conflict(str(error))
        case RequestDataTooBig():
            return BodyTooLarge(tell_limit(error))
        case SuspiciousOperation() | UnreadablePostError() | DataError():
            return ParseError("Something in this request cannot be read or stored.")
        case OperationalError() | InterfaceError():
            logger.warning("the database is away (%s)", type(error).__name__)
            return Unavailable()
    return error
