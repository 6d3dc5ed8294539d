"""JSON from strangers: UTF-8, bounded in depth. Django bounds its size before it comes here."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django.utils.translation import gettext as _


class NotJSON(ValueError):
    """It cannot be read. The message is written for the sender."""


def parse_json(body: bytes) -> Any:
    """What Python's parser answers to nonsense (a RecursionError, for one) becomes a plain word about it.

    Raises:
        NotJSON: it is none, or none that we take.
    """
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except UnicodeDecodeError:
        raise NotJSON(_("The body is not UTF-8.")) from None
    except json.JSONDecodeError as error:
        told = _("The body is not JSON: {error} (line {line}, column {column}).")
        raise NotJSON(told.format(error=error.msg, line=error.lineno, column=error.colno)) from None
    except RecursionError:
        raise NotJSON(_("The body is nested too deeply.")) from None
    except ValueError:
        raise NotJSON(_("The body holds a number that is none, or too long a one.")) from None


def _refuse(constant: str) -> NoReturn:
    """NaN and the infinities are Python's, not JSON's."""
    raise ValueError(constant)
