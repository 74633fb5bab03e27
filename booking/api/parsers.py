"""JSON as RFC 8259 wants it between strangers (§8.1, §9), within limits of our own."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

LARGEST_BODY = 1024 * 1024
"""Bytes: a session description of SDP with its candidates has some 20,000."""


class BodyTooLong(APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "body_too_long"
    default_detail = _("The body is longer than one megabyte.")


class StrictJSONParser(JSONParser):
    """Refuses also, with 400, what Python's parser cannot read and no column can hold:
    thousands of brackets, and half a surrogate pair."""

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Any = None
    ) -> Any:
        body = read_at_most(stream)
        try:
            found = json.loads(body.decode(), parse_constant=_refuse)
            if b"\\u" in body:
                json.dumps(found, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise ParseError("This is no JSON that can be read.") from error
        return found


def read_at_most(stream: Any) -> bytes:
    body: bytes = stream.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        raise BodyTooLong
    return body


def _refuse(name: str) -> None:
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError(name)
