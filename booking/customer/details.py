"""The customer's details: two fields, while the hour is kept."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from booking import access, visitors
from booking.availability.starts import masks_for
from booking.brought.photos import Owner
from booking.brought.product import Brought
from booking.brought.serving import picture_answer
from booking.customer.browser import notes_browser
from booking.customer.choice import Choice, Question, step_of
from booking.customer.photos import drop_photo, take_photos
from booking.customer.times import times_page
from booking.customer.trial import is_trial
from booking.customer.wanted import WantedTime, wanted_for
from booking.errors import CustomerBusy, HoldExpired, SlotNotOffered, SlotTaken
from booking.forms import DetailsForm
from booking.models import AccessLink, Appointment
from booking.services.hold_and_book import book_held
from booking.services.holding import can_extend, extend_hold
from booking.services.trials import mark_trial
from booking.visitors import forget_typed, keep_typed, see_other, typed_of
from stores.access import brand_for_slug, has_other_stores, offer_for
from stores.legal.texts import version_of
from stores.models import Brand, LegalKind
from stores.queries import questions_of


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
    is_right = form.is_valid()
    take_photos(request, wanted.owner(request), form)
    if not is_right or form.errors:
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


@require_POST
def change_photos(request: HttpRequest, brand: str, hold_id: uuid.UUID) -> HttpResponse:
    """Takes the photographs that were chosen, or removes the one of the button
    `remove`, and shows the form as it was typed."""
    wanted = wanted_for(request, brand_for_slug(brand), hold_id)
    form, owner = _form(wanted, request), wanted.owner(request)
    form.full_clean()
    form.errors.clear()
    drop_photo(request, owner)
    take_photos(request, owner, form, is_asked="remove" not in request.POST)
    status = 422 if form.errors else 200
    return _details_page(request, wanted, form, status=status)


@never_cache
@require_safe
def hold_photo(
    request: HttpRequest, brand: str, hold_id: uuid.UUID, photo_id: uuid.UUID
) -> HttpResponse:
    """A photograph of a hold, to the visitor who sent it."""
    visitor = visitors.visitor_of(request)
    return picture_answer(Owner(brand_for_slug(brand), visitor), photo_id)


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
        brought=Brought(
            product=cleaned["product"],
            asks_stock=cleaned["asks_stock"],
            needs=cleaned["needs"],
            visitor=visitors.visitor_of(request),
        ),
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
        "photos": wanted.owner(request).photos(),
        "photos_url": reverse(
            "booking:hold_photos", args=[choice.brand.slug, wanted.hold_id]
        ),
        "privacy_version": version_of(choice.brand, LegalKind.PRIVACY),
        "keeps_typed": not request.user.is_authenticated,
        "is_busy": is_busy,
        "is_instead": "instead" in request.GET,
        "can_extend": wanted.hold is not None and can_extend(wanted.hold),
        **step_of(Question.HOUR, has_others=has_other_stores(choice.store)),
        "back_url": f"{choice.times_url}?day={day.isoformat()}",
        "back_label": _("choose a time"),
    }
    return render(request, "booking/customer/details.html", context, status=status)
