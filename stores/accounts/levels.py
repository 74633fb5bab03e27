"""Levels of sessions: what one proves, and which addresses ask for more.

Every session of somebody is opened here, with its level. A view says `@enough(level)`
if less than the full level is enough for it. To all others a lesser session is a
stranger's: they lead to the sign-in page, or show what everybody may see.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth import login
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from stores.accounts.devices import device_of
from stores.models import Level, Membership, User

BACKEND = "django.contrib.auth.backends.ModelBackend"
LEVEL, DEVICE = "level", "device"
FACTOR, PROVED_AT = "second_factor", "proved_at"
OPENED_AT, IDLE_SECONDS = "opened_at", "idle_seconds"
"""Keys of a session."""
PROOF_LASTS = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class Limits:
    """A session ends when it is `lasts` old, or unused for `idle`."""

    lasts: dt.timedelta
    idle: dt.timedelta


LIMITS = {
    Level.DEVICE: Limits(dt.timedelta(days=180), dt.timedelta(days=30)),
    Level.PIN: Limits(dt.timedelta(hours=12), dt.timedelta(minutes=2)),
    Level.FULL: Limits(dt.timedelta(hours=12), dt.timedelta(hours=4)),
}
"""By level; of the full one, a brand has its own."""

V = TypeVar("V", bound=Callable[..., Any])


def enough(level: Level) -> Callable[[V], V]:
    """Marks a view for which a session of this level is enough. Decorators that keep
    the attributes of what they wrap may stand around it."""

    def mark(view: V) -> V:
        view.enough_level = level  # type: ignore[attr-defined]
        return view

    return mark


def level_of(request: HttpRequest) -> Level:
    """The session's level; the lowest for a word that nobody knows."""
    written = request.session.get(LEVEL, Level.FULL.value)
    return Level(written) if written in Level.values else Level.DEVICE


class LevelMiddleware:
    """Takes a lesser session for a stranger's, wherever more is asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], *args: Any
    ) -> None:
        wanted, user = getattr(view, "enough_level", Level.FULL), request.user

        def known() -> Any:
            return user if level_of(request).rank >= wanted.rank else AnonymousUser()

        # Decided when a view asks who it is: most pages of customers do not.
        request.user = SimpleLazyObject(known)  # type: ignore[assignment]


def open_session(
    request: HttpRequest, user: User, *, level: Level, by_factor: bool = False
) -> None:
    """Signs somebody in: a new session with its level, its limits and the browser in
    words. `by_factor`: they showed a second factor."""
    login(request, user, BACKEND)
    now = timezone.now()
    limits = limits_for(user, level)
    request.session.update(
        {
            LEVEL: level.value,
            DEVICE: device_of(request.headers.get("User-Agent", "")),
            FACTOR: by_factor,
            OPENED_AT: now.isoformat(),
            IDLE_SECONDS: int(limits.idle.total_seconds()),
        }
    )
    request.session.set_expiry(now + limits.lasts)
    note_proof(request)


def limits_for(user: User, level: Level) -> Limits:
    """The narrowest of the brands that somebody works for."""
    ours = LIMITS[level]
    if level != Level.FULL:
        return ours
    rows = Membership.objects.all_brands().filter(user=user, brand__active=True)
    found = list(
        rows.values_list("brand__session_hours", "brand__session_idle_minutes")
    )
    if not found:
        return ours
    return Limits(
        dt.timedelta(hours=min(hours for hours, _idle in found)),
        dt.timedelta(minutes=min(idle for _hours, idle in found)),
    )


def note_proof(request: HttpRequest) -> None:
    """Somebody has just shown who they are, and is not asked again for a while."""
    request.session[PROVED_AT] = timezone.now().isoformat()


def proved_lately(request: HttpRequest, now: dt.datetime) -> bool:
    written = request.session.get(PROVED_AT, "")
    return bool(written) and now < dt.datetime.fromisoformat(written) + PROOF_LASTS
