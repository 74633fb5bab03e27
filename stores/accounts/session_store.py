"""Django's sessions in the database, with columns that their owner can read.

`SESSION_ENGINE` names this module. A session that was not used for its idle time is
no session; a use is noted every few minutes at the most.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as TableStore
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from stores.accounts.levels import DEVICE, IDLE_SECONDS, LEVEL, OPENED_AT
from stores.models import BrowserSession, Level

NOTED_EVERY = dt.timedelta(minutes=5)
SHORT_IDLE = dt.timedelta(minutes=20)
"""A session that ends sooner than that without a use is noted at each use."""


class SessionStore(TableStore):
    """One row a session; `row` is the one that was loaded for this request."""

    row: BrowserSession | None = None

    @classmethod
    def get_model_class(cls) -> type[BrowserSession]:
        return BrowserSession

    def _get_session_from_db(self) -> BrowserSession | None:
        row: BrowserSession | None = super()._get_session_from_db()  # type: ignore[misc]
        if row is not None and row.idle_until and row.idle_until <= timezone.now():
            self._session_key = None
            return None
        self.row = row
        return row

    def create_model_instance(self, data: Mapping[str, Any]) -> BrowserSession:
        """A save is a use: the row is written as seen now."""
        row = super().create_model_instance(data)  # type: ignore[arg-type]
        assert isinstance(row, BrowserSession)  # noqa: S101 - of get_model_class
        if SESSION_KEY in data:
            now = timezone.now()
            opened = data.get(OPENED_AT)
            row.user_id = int(data[SESSION_KEY])
            row.level = data.get(LEVEL, Level.FULL.value)
            row.device = data.get(DEVICE, "")
            row.opened_at = dt.datetime.fromisoformat(opened) if opened else now
            row.seen_at = now
            row.idle_until = _idle_until(data, now)
        return row

    def note_use(self, now: dt.datetime) -> None:
        """One statement, only if the last one is some minutes old."""
        row = self.row
        if row is None or row.user_id is None or row.seen_at is None:
            return
        every = NOTED_EVERY
        if row.idle_until and row.idle_until - row.seen_at < SHORT_IDLE:
            every = dt.timedelta(seconds=15)
        if row.seen_at + every <= now:
            BrowserSession.objects.filter(pk=row.pk).update(
                seen_at=now, idle_until=_idle_until(self, now)
            )


def _idle_until(
    data: Mapping[str, Any] | SessionStore, now: dt.datetime
) -> dt.datetime | None:
    seconds = data.get(IDLE_SECONDS)
    return now + dt.timedelta(seconds=int(seconds)) if seconds else None


class UseMiddleware:
    """Notes that a session is used. What a page asks for by itself is no use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        polled = request.method == "GET" and "HX-Request" in request.headers
        if isinstance(request.session, SessionStore) and not polled:
            request.session.note_use(timezone.now())
        return response
