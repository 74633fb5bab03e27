"""A form that creates carries a key of its own: sent twice, it is one act.

The page writes the key (`{% once %}`, or one that names the state it shows) into a
hidden field. The redirect that the first sending earned is given again to an equal
one, also to one that comes at the same moment; the same key with other contents is
refused. A refusal is not kept: what was corrected may be sent with the same key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.crypto import salted_hmac

from booking.errors import KeyInvalid, KeyReused
from booking.idempotency import LONGEST, SHORTEST
from booking.services.keys import claim_key, keep_answer
from stores.access import Workplace

FIELD = "once"
NOT_CONTENT = {FIELD, "csrfmiddlewaretoken"}

P = ParamSpec("P")
StaffView = Callable[Concatenate[HttpRequest, Workplace, P], HttpResponse]


def once_only(view: StaffView[P]) -> StaffView[P]:
    """For a staff view that answers what it made with a redirect."""

    @wraps(view)
    def once(
        request: HttpRequest, workplace: Workplace, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        key = request.POST.get(FIELD, "")
        if not key:
            return view(request, workplace, *args, **kwargs)
        if not SHORTEST <= len(key) <= LONGEST:
            raise KeyInvalid
        with transaction.atomic():
            # Keyed, so that nobody can claim a page's key through the API.
            row, is_new = claim_key(
                brand=workplace.brand,
                key=f"form:{salted_hmac(FIELD, key).hexdigest()}",
                fingerprint=_fingerprint(request),
                now=timezone.now(),
            )
            if row.fingerprint != _fingerprint(request):
                raise KeyReused
            if not is_new:
                return HttpResponseRedirect(row.document["location"])
            response = view(request, workplace, *args, **kwargs)
            if response.status_code >= HTTPStatus.BAD_REQUEST:
                transaction.set_rollback(True)
            elif response.has_header("Location"):
                document = {"location": response["Location"]}
                keep_answer(
                    row, status=response.status_code, document=document, cookies={}
                )
        return response

    return once


def _fingerprint(request: HttpRequest) -> str:
    """Who sent what where; the order of fields in a form is the page's."""
    content = [
        pair for pair in sorted(request.POST.lists()) if pair[0] not in NOT_CONTENT
    ]
    facts = [request.user.pk, request.get_full_path(), content]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
