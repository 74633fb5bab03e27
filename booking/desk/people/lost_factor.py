"""A lost second factor: one admin asks to take it away, a second one agrees.

Nobody does it alone and nobody does it by mail. The operator of Visavis helps a brand
with a single admin (`manage.py take_factor`).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.door import for_person, leads_brand
from stores.accounts.factors import (
    ask_removal,
    confirm_removal,
    has_factor,
    open_removal,
    withdraw_removal,
)
from stores.accounts.levels import proved_lately
from stores.accounts.workplace import Workplace
from stores.errors import RemovalRefused
from stores.models import StaffMember, User


@require_POST
@for_person
def lost_factor(
    request: HttpRequest, workplace: Workplace, person: StaffMember
) -> HttpResponse:
    """`act` is ask, confirm or withdraw. Asks the admin who they are once more."""
    if not leads_brand(workplace):
        raise PermissionDenied
    if person.user is None:
        raise Http404
    query = request.GET.urlencode()
    page = reverse("booking:person", args=[person.pk]) + (f"?{query}" if query else "")
    if not proved_lately(request, timezone.now()):
        messages.info(request, _("Now press the button once more."))
        return redirect(f"{reverse('account_prove')}?{urlencode({'next': page})}")
    try:
        messages.success(request, _act(request, workplace, person.user))
    except RemovalRefused as refusal:
        messages.error(request, words_of(refusal))
    return redirect(page)


def _act(request: HttpRequest, workplace: Workplace, user: User) -> str:
    now, by, brand = timezone.now(), workplace.membership.user, workplace.brand
    act = request.POST.get("act", "")
    if act == "ask":
        ask_removal(brand=brand, user=user, by=by, now=now)
        return _("Asked. Another administrator confirms it on this page.")
    if act == "confirm":
        confirm_removal(brand=brand, user=user, by=by, now=now)
        return _("The second factor is gone, and every session has ended.")
    if act == "withdraw":
        withdraw_removal(brand=brand, user=user, now=now)
        return _("The second factor stays.")
    raise Http404


def words_of(refusal: RemovalRefused) -> str:
    return {
        "same_admin": _("You asked for it yourself: another administrator confirms."),
        "oneself": _("Not one’s own: ask two other administrators."),
        "several_brands": _("This account is of several brands, or runs Visavis: "
                            "whoever runs Visavis helps."),
        "no_factor": _("There is no second factor."),
        "none": _("Nobody has asked for it in the last two days."),
    }.get(refusal.why, _("Administrators of the brand alone do this."))  # fmt: skip


def facts_of_factor(workplace: Workplace, person: StaffMember) -> dict[str, Any]:
    """For the panel of a person's account; nothing to who does not lead the brand."""
    if person.user is None or not leads_brand(workplace):
        return {}
    removal = open_removal(user=person.user, now=timezone.now())
    own = person.user == workplace.membership.user
    mine = removal is not None and removal.asked_by == workplace.membership.user
    return {
        "shows_factor": True,
        "has_factor": has_factor(person.user),
        "needs_factor": any(
            workplace.brand.needs_factor(row.role)
            for row in person.user.memberships.filter(brand=workplace.brand)
        ),
        "removal": removal,
        "removal_is_mine": mine,
        "is_oneself": own,
    }
