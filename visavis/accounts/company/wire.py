"""Calls to an issuer: to a checked address, within a time, without a redirect."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote_plus, urlencode

from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings

from notifications.channels.outgoing import call
from notifications.errors import DeliveryError


class Answer:
    """As much of an answer of `requests` as allauth reads."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status_code, self.content = status, body
        self.headers = {"content-type": "application/json"}

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")

    def json(self) -> Any:
        try:
            return json.loads(self.content)
        except ValueError:
            raise OAuth2Error("the answer is no JSON") from None

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            raise OAuth2Error(f"status {self.status_code}")


class Session:
    """As much of a session of `requests` as allauth uses."""

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def get(self, url: str, headers: dict[str, str] | None = None) -> Answer:
        return self.request("GET", url, headers=headers)

    def request(
        self,
        method: str,
        url: str,
        *,
        params: dict[str, str] | None = None,
        data: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        auth: Any = None,
    ) -> Answer:
        sent = {"Accept": "application/json", **(headers or {})}
        body = urlencode(data).encode() if data else b""
        if body:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        if auth is not None:
            sent["Authorization"] = _basic(auth)
        try:
            answer = call(
                method,
                url + (f"?{urlencode(params)}" if params else ""),
                body=body,
                headers=sent,
                allow_private=settings.WEBHOOK_ALLOW_PRIVATE,
            )
        except DeliveryError as error:
            raise OAuth2Error(error.code) from None
        return Answer(answer.status, answer.body)


def _basic(auth: Any) -> str:
    """RFC 6749 2.3.1: both parts are encoded as in a form."""
    pair = f"{quote_plus(auth.username)}:{quote_plus(auth.password)}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"
