"""Somebody who works in several places says where they are now."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from booking.door import for_member
from stores.access import WORKPLACE_KEY, Workplace


@require_POST
@for_member
def choose_workplace(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """Kept in the session; a membership of somebody else is 404."""
    wanted = request.POST.get("membership", "")
    for known in workplace.all_of_user:
        if str(known.membership.pk) == wanted:
            request.session[WORKPLACE_KEY] = known.membership.pk
            return redirect("booking:board")
    raise Http404
