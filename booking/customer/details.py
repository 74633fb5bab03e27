"""The customer's details: two fields, while the hour is kept."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.core import signing
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from booking import access, visitors
from booking.availability.starts import masks_for
from booking.customer.browser import notes_browser
from booking.customer.choice import Choice, Question, step_of
from booking.customer.times import times_page
from booking.customer.trial import is_trial
from booking.errors import CustomerBusy, HoldExpired, SlotNotOffered, SlotTaken
from booking.forms import DetailsForm
from booking.models import AccessLink, Appointment, Hold
from booking.services.hold_and_book import HeldTime, book_held
from booking.services.holding import can_extend, extend_hold
from booking.services.trials import mark_trial
from booking.visitors import forget_typed, keep_typed, see_other, typed_of
from stores.access import (
    brand_for_slug,
    has_other_stores,
    offer_for,
    staff_member_for_store,
    store_for_slug,
    topic_for_slug,
)
from stores.legal.texts import version_of
from stores.models import Brand, LegalKind, StaffMember, Store
from stores.queries import questions_of

SALT = "wanted"


@dataclass(frozen=True)
class WantedTime:
    """The hour that a details form is about. The hold may have run out, and its row be
    gone; the form carries these facts signed, so that nothing typed is lost."""

    hold_id: uuid.UUID
    choice: Choice
    starts_at: dt.datetime
    hold: Hold | None

    @property
    def held(self) -> HeldTime:
        choice = self.choice
        return HeldTime(
            self.hold_id,
            choice.store,
            choice.topic,
            choice.offer.channel,
            self.starts_at,
            choice.staff_member,
            self.hold,
        )

    def signed(self, visitor: str) -> str:
        choice = self.choice
        staff_member = choice.staff_member
        facts = [
            str(self.hold_id),
            visitor,
            choice.store.slug,
            choice.topic.slug,
            choice.offer.channel,
            staff_member.pk if staff_member else 0,
            self.starts_at.isoformat(),
        ]
        return signing.dumps(facts, salt=SALT, compress=True)


def wanted_for(request: HttpRequest, brand: Brand, hold_id: uuid.UUID) -> WantedTime:
    """From this visitor's hold, else from the signed field; Http404 without either,
    SlotNotOffered where what was signed is offered no more."""
    try:
        hold = access.hold_for_visitor(request, brand, hold_id)
    except Http404:
        return _signed_wanted(request, brand, hold_id)
    choice = Choice(brand, hold.store, hold.topic, hold.offer, hold.staff_member)
    return WantedTime(hold_id, choice, hold.starts_at, hold)


def _signed_wanted(
    request: HttpRequest, brand: Brand, hold_id: uuid.UUID
) -> WantedTime:
    try:
        facts = signing.loads(
            request.POST.get("wanted", ""), salt=SALT, max_age=24 * 3600
        )
    except signing.BadSignature as error:
        raise Http404 from error
    held, visitor, store_slug, topic_slug, channel, staff_id, starts_at = facts
    if (held, visitor) != (str(hold_id), visitors.visitor_of(request)):
        raise Http404
    try:
        store = store_for_slug(brand, store_slug)
        topic = topic_for_slug(brand, topic_slug)
    except Http404 as error:
        raise SlotNotOffered from error
    offer = offer_for(store=store, topic=topic, channel=channel)
    if offer is None:
        raise SlotNotOffered
    choice = Choice(brand, store, topic, offer, _still_there(store, staff_id))
    return WantedTime(hold_id, choice, dt.datetime.fromisoformat(starts_at), None)


def _still_there(store: Store, staff_id: int) -> StaffMember | None:
    """None for an adviser who has gone since: the hour was theirs."""
    try:
        return staff_member_for_store(store, staff_id)
    except Http404:
        return None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@notes_browser
def details(request: HttpRequest, brand: str, hold_id: uuid.UUID) -> HttpResponse:
    """GET asks; POST books and leads to the confirmation."""
    of_brand = brand_for_slug(brand)
    if request.method != "POST":
        return _ask(request, of_brand, hold_id)
    wanted = wanted_for(request, of_brand, hold_id)
    form = _form(wanted, request)
    if not form.is_valid():
        return _details_page(request, wanted, form, status=422)
    try:
        appointment = _book(request, wanted, form)
    except CustomerBusy:
        return _details_page(request, wanted, form, is_busy=True, status=409)
    except (SlotTaken, SlotNotOffered) as lost:
        return _lost(request, wanted, lost)
    response = see_other(reverse("booking:booked", args=[brand, appointment.pk]))
    link = appointment.links.get(purpose=AccessLink.Purpose.CUSTOMER)
    visitors.remember_link(request, response, link)
    forget_typed(response)
    return response


@require_POST
def extend(request: HttpRequest, brand: str, hold_id: uuid.UUID) -> HttpResponse:
    """Ten minutes more; what was typed so far is kept. Where the hold is gone, the
    hours again."""
    wanted = wanted_for(request, brand_for_slug(brand), hold_id)
    response = see_other(reverse("booking:details", args=[brand, hold_id]))
    try:
        if wanted.hold is None:
            raise HoldExpired
        extend_hold(hold=wanted.hold, now=timezone.now())
    except HoldExpired:
        response = see_other(_hours_again(wanted))
    keep_typed(response, request.POST)
    return response


def _hours_again(wanted: WantedTime) -> str:
    """The time page on the lost hour's day, with a sentence about it."""
    day = wanted.starts_at.astimezone(wanted.choice.store.zone).date()
    return f"{wanted.choice.times_url}?day={day.isoformat()}&lost=1"


def _ask(request: HttpRequest, brand: Brand, hold_id: uuid.UUID) -> HttpResponse:
    """The form; after booking the appointment's page, after expiry the hours again."""
    try:
        wanted = wanted_for(request, brand, hold_id)
    except Http404:
        return _instead(request, brand, hold_id)
    if wanted.hold is None or wanted.hold.kept_until <= timezone.now():
        return see_other(_hours_again(wanted))
    return _details_page(request, wanted, _form(wanted, request))


def _instead(request: HttpRequest, brand: Brand, hold_id: uuid.UUID) -> HttpResponse:
    """Leads on from a hold that is gone: to what was booked, or to what was chosen
    since, on another page; else a known visitor reads that it is held no longer."""
    try:
        access.appointment_for_link(request, hold_id)
    except Http404:
        other = access.own_hold(request, brand, timezone.now())
        if other is not None:
            page = reverse("booking:details", args=[brand.slug, other.pk])
            return see_other(f"{page}?instead=1")
        if visitors.VISITOR_COOKIE not in request.COOKIES:
            raise
        context = {"status": 404, "code": "hold_expired", "brand": brand}
        return render(request, "problem.html", context, status=404)
    return see_other(reverse("booking:appointment", args=[brand.slug, hold_id]))


def _form(wanted: WantedTime, request: HttpRequest) -> DetailsForm:
    return DetailsForm(
        request.POST if request.method == "POST" else None,
        initial=typed_of(request),
        brand_id=wanted.choice.brand.pk,
        channel=wanted.choice.offer.channel,
        country=wanted.choice.store.country,
        questions=questions_of([wanted.choice.topic])[wanted.choice.topic.pk],
    )


def _book(request: HttpRequest, wanted: WantedTime, form: DetailsForm) -> Appointment:
    """Marks a trial of the shop itself in the transaction that books it."""
    if not is_trial(request, wanted.choice.brand):
        return _booked(request, wanted, form)
    with transaction.atomic():
        appointment = _booked(request, wanted, form)
        mark_trial(appointment)
    return appointment


def _booked(request: HttpRequest, wanted: WantedTime, form: DetailsForm) -> Appointment:
    cleaned = form.cleaned_data
    return book_held(
        held=wanted.held,
        name=cleaned["name"],
        email=cleaned["email"],
        phone=cleaned["phone"],
        question=cleaned["question"],
        answers=form.answers,
        also=cleaned["also"],
        privacy_version=cleaned["privacy_version"],
        language=(get_language() or "fr").split("-")[0],
        visitor=visitors.visitor_of(request),
        network=visitors.network_of(request),
        now=timezone.now(),
    )


def _lost(
    request: HttpRequest, wanted: WantedTime, error: SlotTaken | SlotNotOffered
) -> HttpResponse:
    """The hours again with the three nearest, and what was typed kept. Where the topic
    is not offered that way any more there are none: the refusal itself."""
    choice, said = wanted.choice, ""
    offer = offer_for(
        store=choice.store, topic=choice.topic, channel=choice.offer.channel
    )
    if offer is None:
        raise error
    anyone = Choice(choice.brand, choice.store, choice.topic, offer)
    if isinstance(error, SlotNotOffered):
        said = _("This time is no longer offered. Choose one of those below.")
    nearest = masks_for(anyone.query(timezone.now())).nearest(wanted.starts_at)
    response = times_page(
        request,
        anyone,
        nearest=nearest,
        taken_at=wanted.starts_at,
        error=said,
        status=409,
    )
    keep_typed(response, request.POST)
    return response


def _details_page(
    request: HttpRequest,
    wanted: WantedTime,
    form: DetailsForm,
    *,
    is_busy: bool = False,
    status: int = 200,
) -> HttpResponse:
    choice = wanted.choice
    day = wanted.starts_at.astimezone(choice.store.zone).date()
    context = {
        "brand": choice.brand,
        "store": choice.store,
        "choice": choice,
        "wanted": wanted,
        "hold": wanted.hold,
        "starts": wanted.starts_at.astimezone(choice.store.zone),
        "held_until": wanted.hold
        and wanted.hold.kept_until.astimezone(choice.store.zone),
        "signed": wanted.signed(visitors.visitor_of(request)),
        "form": form,
        "privacy_version": version_of(choice.brand, LegalKind.PRIVACY),
        "is_busy": is_busy,
        "is_instead": "instead" in request.GET,
        "can_extend": wanted.hold is not None and can_extend(wanted.hold),
        **step_of(Question.HOUR, has_others=has_other_stores(choice.store)),
        "back_url": f"{choice.times_url}?day={day.isoformat()}",
        "back_label": _("choose a time"),
    }
    return render(request, "booking/customer/details.html", context, status=status)
