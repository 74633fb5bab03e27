"""Keys of forms and of API requests, so that what is sent twice is one act.

The page writes the key (`{% once %}`, or one that names the state it shows) into a
hidden field. The redirect that the first sending earned is given again to an equal
one with the sentence that it said, also to one that comes at the same moment; the same
key with other contents is refused. A refusal is not kept: what was corrected may be
sent with the same key.

A form that sends what it showed (`booking.shown`) is judged by that: only an equal one
from the same page finds the first, for two minutes. A `version` names a state by
itself; an `as_shown` may come to stand again, so its form has a key beside it.

A page that shows a secret in its answer has no redirect to give again. Of two taps the
browser shows the answer to the second, so that one shows the same secret: to the same
session and for two minutes (`Sending.may_show`). Afterwards nobody sees it again.

Keys are claimed in the caller's transaction, and forgotten after a day.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.crypto import salted_hmac

from booking.errors import KeyInvalid, KeyReused
from booking.models import IdempotencyKey
from booking.shown import AS_SHOWN
from stores.accounts.workplace import Workplace
from stores.models import Brand

FIELD = "once"
NOT_CONTENT = {FIELD, "csrfmiddlewaretoken"}
SHOWN_FOR = dt.timedelta(minutes=2)

P = ParamSpec("P")
StaffView = Callable[Concatenate[HttpRequest, Workplace, P], HttpResponse]

SHORTEST, LONGEST = 20, 80


@dataclass
class Sending:
    """One sending of a form: the first, or one more, that finds what the first kept."""

    request: HttpRequest
    row: IdempotencyKey | None = None

    @property
    def kept(self) -> dict[str, Any] | None:
        """The facts that the first sending kept; None for the first itself."""
        return self.row.document if self.row and self.row.status else None

    def keep(self, **document: Any) -> None:
        """Remembered for a day, with the session that it was made in."""
        if self.row is not None:
            document["session"] = self._hmac("session")
            keep_answer(self.row, status=HTTPStatus.OK, document=document, cookies={})

    def may_show(self, now: dt.datetime) -> bool:
        """True for the second tap of the same browser that made the secret."""
        if self.row is None or self.kept is None:
            return False
        same = self.kept.get("session") == self._hmac("session")
        return same and now < self.row.created_at + SHOWN_FOR

    def is_recent(self, now: dt.datetime) -> bool:
        """False for what may be another act: rows may stand again as the page shows
        them, or no longer as the first sending left them."""
        judges_itself = AS_SHOWN in self.request.POST or FIELD not in self.request.POST
        if self.row is None or not judges_itself:
            return True
        return now < self.row.created_at + SHOWN_FOR

    def secret(self) -> bytes | None:
        """32 bytes that only an equal sending of the same session has again: drawn
        from the page's random key, of which we keep no more than a hash. None where
        the form came without a key."""
        if self.row is None:
            return None
        key = self.request.POST[FIELD]
        return bytes.fromhex(self._hmac(f"secret:{key}"))

    def _hmac(self, purpose: str) -> str:
        session = self.request.session.session_key
        digest = salted_hmac(f"once.{purpose}", f"{session}", algorithm="sha256")
        return str(digest.hexdigest())


@contextmanager
def sending(request: HttpRequest, workplace: Workplace) -> Iterator[Sending]:
    """One transaction around what the form makes. Rolls back unless `keep` was
    called: nothing stays written, and the key may be sent again."""
    key = _key_of(request)
    if not key:
        yield Sending(request)
        return
    with transaction.atomic():
        # Keyed, so that nobody can claim a page's key through the API; and each user's
        # own, since some name what a page shows, which colleagues see as well.
        row, _is_new = claim_key(
            brand=workplace.brand,
            key=f"form:{salted_hmac(FIELD, f'{request.user.pk} {key}').hexdigest()}",
            fingerprint=_fingerprint(request),
            now=timezone.now(),
        )
        if row.fingerprint != _fingerprint(request):
            raise KeyReused
        yield Sending(request, row)
        if not row.status:
            transaction.set_rollback(True)


def _key_of(request: HttpRequest) -> str:
    """The page's key, with all that is sent where the form says what it showed."""
    key: str = request.POST.get(FIELD, "")
    if key and not SHORTEST <= len(key) <= LONGEST:
        raise KeyInvalid
    names_state = "version" in request.POST and not key
    judges_itself = AS_SHOWN in request.POST and key
    return f"{key} {_fingerprint(request)}" if names_state or judges_itself else key


def once_only(view: StaffView[P]) -> StaffView[P]:
    """For a staff view that answers what it made with a redirect, and perhaps with a
    sentence for the page that it leads to."""

    @wraps(view)
    def once(
        request: HttpRequest, workplace: Workplace, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        with sending(request, workplace) as sent:
            if sent.kept is not None and sent.is_recent(timezone.now()):
                _say_again(request, sent.kept.get("said", []))
                return HttpResponseRedirect(sent.kept["location"])
            unread = len(_to_be_said(request)) if sent.row else 0
            response = view(request, workplace, *args, **kwargs)
            if response.has_header("Location") and sent.row:
                said = _to_be_said(request)[unread:]
                sent.keep(location=response["Location"], said=said)
        return response

    return once


def _to_be_said(request: HttpRequest) -> list[tuple[int, str]]:
    """The sentences for the next page, which stay to be said: level and text."""
    waiting = messages.get_messages(request)
    found = [(one.level, str(one)) for one in waiting]
    waiting.used = False  # type: ignore[union-attr]  # a list only without middleware
    return found


def _say_again(request: HttpRequest, said: list[tuple[int, str]]) -> None:
    waiting = _to_be_said(request)
    for level, text in said:
        if (level, text) not in waiting:
            messages.add_message(request, level, text)


def _fingerprint(request: HttpRequest) -> str:
    """A hash of sender, address and fields; the order of fields in a form is the
    page's."""
    content = [
        pair for pair in sorted(request.POST.lists()) if pair[0] not in NOT_CONTENT
    ]
    facts = [request.user.pk, request.get_full_path(), content]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def claim_key(
    *, brand: Brand, key: str, fingerprint: str, now: dt.datetime
) -> tuple[IdempotencyKey, bool]:
    """(row, True) for the first to name the key; (its row, False) for who comes after.

    Inside the caller's transaction. Whoever comes at the same moment waits here until
    the first commits, or takes its place where the first rolls back.
    """
    made = IdempotencyKey(brand=brand, key=key, fingerprint=fingerprint, created_at=now)
    rows = IdempotencyKey.objects.for_brand(brand)
    rows.bulk_create([made], ignore_conflicts=True)
    row = rows.get(key=key)
    return row, row.status == 0


def keep_answer(
    row: IdempotencyKey, *, status: int, document: Any, cookies: dict[str, str]
) -> None:
    row.status = status
    row.document = json.loads(json.dumps(document, cls=DjangoJSONEncoder))
    row.cookies = cookies
    row.save(update_fields=["status", "document", "cookies"])
