"""`stories.parsing`, as Django REST framework asks for a body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from stories.parsing import NotJSON, parse_json


class BoundedJSONParser(JSONParser):
    """Raises DRF's ParseError for whatever is no JSON."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            return parse_json(stream.read())
        except NotJSON as error:
            raise ParseError(str(error)) from None
