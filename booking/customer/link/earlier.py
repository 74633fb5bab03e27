"""An earlier hour, please: the wish, the offered hour, and one that has gone."""

from __future__ import annotations

import datetime as dt
import uuid
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from booking import visitors
from booking.availability import bits
from booking.availability.query import StartQuery
from booking.availability.starts import masks_for
from booking.customer.appointment import appointment_of, changed_page
from booking.customer.browser import notes_browser
from booking.errors import (
    ContactNeeded,
    HourGone,
    StaleVersion,
    TooLateToMove,
    TransitionRefused,
)
from booking.forms import SummedForm
from booking.instants import Part
from booking.links import link_for_token
from booking.models import Appointment, Wish, WishOffer
from booking.shown import shown_in
from booking.starts import Start
from booking.states import Status
from booking.visitors import see_other
from booking.wishes.answering import (
    decline_offer,
    is_there,
    offers_of,
    take_offer,
    visit_at,
)
from booking.wishes.making import (
    PARTS,
    WEEK,
    Who,
    end_wish,
    is_reached,
    make_wish,
    may_wish,
    wish_of,
)
from stores.access import offer_for
from stores.telephone import takes_texts
from stores.wording import day_and_hour

MOST_NEAR = 2
PART_NAMES = {
    Part.MORNING: gettext_lazy("Morning"),
    Part.AFTERNOON: gettext_lazy("Afternoon"),
    Part.EVENING: gettext_lazy("Evening"),
}
MONDAY = dt.date(2024, 1, 1)


class WishForm(SummedForm):
    """Days, parts of the day, and whether it must be the same person."""

    days = forms.TypedMultipleChoiceField(
        coerce=int,
        choices=[(day, "") for day in WEEK],
        error_messages={"required": gettext_lazy("Choose at least one day.")},
    )
    parts = forms.MultipleChoiceField(
        choices=[(part.value, PART_NAMES[part]) for part in PARTS],
        error_messages={"required": gettext_lazy("Choose morning, noon or evening.")},
    )
    who = forms.ChoiceField(choices=[(one.value, "") for one in Who])

    def chosen(self, name: str) -> set[str]:
        return {str(value) for value in self[name].value() or ()}

    @property
    def week(self) -> list[tuple[int, dt.date, bool]]:
        """Number, a day of that name, and whether it is ticked."""
        ticked = self.chosen("days")
        return [
            (day, MONDAY + dt.timedelta(days=day), str(day) in ticked) for day in WEEK
        ]

    @property
    def times(self) -> list[tuple[str, object, bool]]:
        ticked = self.chosen("parts")
        return [(part.value, PART_NAMES[part], part in ticked) for part in PARTS]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@notes_browser
def earlier(
    request: HttpRequest, brand: str, appointment_id: uuid.UUID
) -> HttpResponse:
    """GET asks for days and parts of the day; POST keeps the wish, or ends it."""
    found = appointment_of(request, brand, appointment_id)
    now = timezone.now()
    page = reverse("booking:appointment", args=[brand, appointment_id])
    if request.method != "POST":
        return _ask(request, found, WishForm(initial=_initial(found)), now)
    if "stop" in request.POST:
        end_wish(appointment=found, now=now)
        messages.success(request, _("Done: we will not write about earlier hours."))
        return see_other(page)
    form = WishForm(request.POST)
    if not form.is_valid():
        return _ask(request, found, form, now, status=422)
    try:
        make_wish(appointment=found, now=now, **form.cleaned_data)
    except (TransitionRefused, ContactNeeded):
        return changed_page(request, found)
    messages.success(request, _("Noted: we write as soon as an earlier hour opens."))
    return see_other(page)


def _initial(found: Appointment) -> dict[str, object]:
    wish = wish_of(found)
    if wish is None:
        return {"days": list(WEEK), "parts": list(PARTS), "who": Who.SAME}
    who = Who.SAME if wish.staff_member_id else Who.ANY
    return {"days": wish.days, "parts": wish.parts, "who": who}


def _ask(
    request: HttpRequest,
    found: Appointment,
    form: WishForm,
    now: dt.datetime,
    *,
    status: int = 200,
) -> HttpResponse:
    if not may_wish(found, now):
        return see_other(
            reverse("booking:appointment", args=[found.brand.slug, found.pk])
        )
    context = _facts(found) | {
        "form": form,
        "wish": wish_of(found),
        "is_reached": is_reached(found.customer),
        "takes_texts": takes_texts(found.customer.phone),
    }
    return render(request, "booking/customer/earlier/wish.html", context, status=status)


@never_cache
@require_safe
def earlier_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET `/r/<token>/earlier`: the permanent link, straight to the offered hour."""
    link = link_for_token(token)
    if link is None:
        raise Http404
    address = [link.brand.slug, link.appointment_id]
    response = see_other(reverse("booking:earlier_offer", args=address))
    response["Cache-Control"] = "no-store"
    visitors.remember_link(request, response, link)
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@notes_browser
def earlier_offer(
    request: HttpRequest, brand: str, appointment_id: uuid.UUID
) -> HttpResponse:
    """GET shows the hour that is offered, or that it has gone; POST takes it, leaves it
    to the next, or ends the wish. Nothing is done by a look."""
    found = appointment_of(request, brand, appointment_id)
    now = timezone.now()
    page = reverse("booking:appointment", args=[brand, appointment_id])
    if request.method != "POST":
        return _offer_page(request, found, now)
    number = request.POST.get("offer", "")
    offer_id = int(number) if number.isdecimal() and len(number) < 19 else 0
    if "stop" in request.POST:
        end_wish(appointment=found, now=now)
        messages.success(request, _("Done: we will not write about earlier hours."))
        return see_other(page)
    if "no" in request.POST:
        return _decline(request, found, offer_id, now)
    return _take(request, found, offer_id, now)


def _decline(
    request: HttpRequest, found: Appointment, offer_id: int, now: dt.datetime
) -> HttpResponse:
    try:
        decline_offer(appointment=found, offer_id=offer_id, now=now)
    except HourGone:
        return _gone_page(request, found, None, now, status=HTTPStatus.CONFLICT)
    messages.success(request, _("Noted. You keep your place on the list."))
    return see_other(reverse("booking:appointment", args=[found.brand.slug, found.pk]))


def _take(
    request: HttpRequest, found: Appointment, offer_id: int, now: dt.datetime
) -> HttpResponse:
    shown = shown_in(request.POST)
    try:
        moved = take_offer(appointment=found, offer_id=offer_id, now=now, shown=shown)
    except HourGone:
        found = appointment_of(request, found.brand.slug, found.pk)
        offer = next((one for one in offers_of(found) if one.pk == offer_id), None)
        return _gone_page(request, found, offer, now, status=HTTPStatus.CONFLICT)
    except (StaleVersion, TooLateToMove, TransitionRefused):
        return changed_page(
            request, appointment_of(request, found.brand.slug, found.pk)
        )
    when = {"when": day_and_hour(moved.local_start)}
    said = _("Done: your appointment is now on %(when)s.") % when
    if moved.status == Status.REQUESTED:
        said = _("Asked for: %(when)s. We will confirm this soon.") % when
    messages.success(request, said)
    return see_other(reverse("booking:appointment", args=[found.brand.slug, found.pk]))


def _offer_page(
    request: HttpRequest, found: Appointment, now: dt.datetime
) -> HttpResponse:
    latest = next(iter(offers_of(found)), None)
    if latest is None:
        address = [found.brand.slug, found.pk]
        return see_other(reverse("booking:earlier", args=address))
    if latest.answer == WishOffer.Answer.TAKEN:
        address = [found.brand.slug, found.pk]
        return see_other(reverse("booking:appointment", args=address))
    if not (latest.is_open(now) and is_there(latest, found, now)):
        return _gone_page(request, found, latest, now)
    zone, freed = found.zone, latest.freed
    context = _facts(found) | {
        "offer": latest,
        "starts": freed.starts_at.astimezone(zone),
        "until": latest.ends_at.astimezone(zone),
        "visit_there": visit_at(latest, found),
    }
    return render(request, "booking/customer/earlier/offer.html", context)


def _gone_page(
    request: HttpRequest,
    found: Appointment,
    offer: WishOffer | None,
    now: dt.datetime,
    *,
    status: int = 200,
) -> HttpResponse:
    wish = wish_of(found)
    context = _facts(found) | {
        "was_held": offer is not None and not offer.is_shared,
        "until": offer.ends_at.astimezone(found.zone) if offer else None,
        "wish": wish,
        "may_wish": may_wish(found, now),
        "nearest": _earlier_ones(found, wish, now),
    }
    return render(request, "booking/customer/earlier/gone.html", context, status=status)


def _earlier_ones(
    found: Appointment, wish: Wish | None, now: dt.datetime
) -> list[Start]:
    """The first hours before the visit's own that are free now, for anybody."""
    offer = offer_for(store=found.store, topic=found.topic, channel=found.channel)
    if offer is None or not may_wish(found, now):
        return []
    person = wish.staff_member if wish else None
    query = StartQuery(
        offer=offer, store=found.store, now=now, staff_member=person, ignoring=found
    )
    masks = masks_for(query)
    own = masks.bit_of(found.starts_at) or 0
    before = masks.union() & ((1 << own) - 1)
    return masks.starts(bits.nearest_bits(before, 0, MOST_NEAR))


def _facts(found: Appointment) -> dict[str, object]:
    return {
        "brand": found.brand,
        "store": found.store,
        "appointment": found,
        "adviser": found.staff_member,
        "back_url": reverse("booking:appointment", args=[found.brand.slug, found.pk]),
        "back_label": _("my appointment"),
    }
