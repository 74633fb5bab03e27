"""Store, topic and channel: the three questions before the hour. Nothing is written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import IntEnum
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from booking.access import store_behind
from booking.availability.query import StartQuery
from booking.availability.search import first_by_channel, next_times
from booking.customer.preset import (
    address_after,
    carried,
    further_than,
    preset_of,
    way_on,
)
from booking.customer.suggesting import suggested_topics
from booking.fields import question_field
from booking.front.links import Preset
from booking.front.listed import listed_stores
from booking.front.queries import two_stores
from booking.models import Appointment
from booking.visitors import keep_typed, see_other, typed_of
from stores import access
from stores.models import Brand, Channel, Offer, StaffMember, Store, StoreKind, Topic


class SentenceForm(forms.Form):
    """The customer's sentence before a topic is chosen; it becomes the question."""

    question = question_field(gettext_lazy("Say it in one sentence"), rows=2)


class Question(IntEnum):
    """The four that the pages of the way ask, in this order."""

    STORE = 1
    TOPIC = 2
    CHANNEL = 3
    HOUR = 4


def step_of(question: Question, *, has_others: bool) -> dict[str, int]:
    """The context of the counter. A store without others is not asked for, and not
    counted."""
    skipped = 0 if has_others else 1
    return {"step": question - skipped, "steps": len(Question) - skipped}


@require_safe
def store_door(request: HttpRequest, door_id: int) -> HttpResponse:
    """Leads from the square of a poster to the store's page, as it is called now."""
    store = store_behind(door_id)
    return redirect("booking:topics", store.brand.slug, store.slug)


@dataclass(frozen=True)
class Choice:
    """A customer's choices so far, from the address of the page."""

    brand: Brand
    store: Store
    topic: Topic
    offer: Offer
    staff_member: StaffMember | None = None

    def query(self, now: dt.datetime) -> StartQuery:
        return StartQuery(
            offer=self.offer,
            store=self.store,
            now=now,
            staff_member=self.staff_member,
        )

    @property
    def times_url(self) -> str:
        slugs = self.brand.slug, self.store.slug, self.topic.slug, self.offer.channel
        return reverse("booking:times", args=slugs)


def choice_for(
    request: HttpRequest, brand: str, store: str, topic: str, channel: str
) -> Choice:
    """Http404 for anything unknown, or not offered there."""
    at_store = access.store_in_brand(brand, store)
    of_brand = at_store.brand
    on_topic = access.topic_for_slug(of_brand, topic)
    offer = access.offer_for(store=at_store, topic=on_topic, channel=channel)
    if offer is None:
        raise Http404
    wanted = request.GET.get("with", "")
    if not wanted:
        return Choice(of_brand, at_store, on_topic, offer)
    staff_id = access.written_id(wanted)
    staff_member = access.staff_member_for_store(at_store, staff_id)
    return Choice(of_brand, at_store, on_topic, offer, staff_member)


@require_safe
def stores(request: HttpRequest, brand: str) -> HttpResponse:
    """The brand's stores with their next free hour; `?town=` keeps those of a town. The
    only store of a brand is no question: its topics follow at once."""
    of_brand = access.brand_for_slug(brand)
    preset = preset_of(request, of_brand)
    if preset.store:
        return redirect(way_on(of_brand, preset))
    some = two_stores(of_brand)
    if len(some) == 1:
        address = reverse("booking:topics", args=[brand, some[0].slug])
        return redirect(address + carried(preset, on=True))
    return _stores_page(request, of_brand, preset)


def _stores_page(request: HttpRequest, brand: Brand, preset: Preset) -> HttpResponse:
    town = request.GET.get("town", "").strip()
    found = listed_stores(brand, town)
    channel = preset.channel or Channel.VIDEO
    times = next_times(brand, found.stores, channel=channel, now=timezone.now())
    soonest = min(times.values(), key=lambda start: start.starts_at, default=None)
    context = {
        "brand": brand,
        **step_of(Question.STORE, has_others=True),
        "back_url": reverse("booking:front", args=[brand.slug]),
        "back_label": _("the first page"),
        "preset": preset,
        "channel": channel,
        "carried": carried(replace(preset, is_gone=False), on=True),
        "town": town,
        "found": found,
        "shops": [(store, times.get(store.pk)) for store in found.shops],
        "remote": [(store, times.get(store.pk)) for store in found.remote],
        "soonest": soonest,
        "are_branches": any(s.kind == StoreKind.BRANCH for s in found.stores),
    }
    return render(request, "booking/customer/stores.html", context)


def book_again_url(appointment: Appointment, *, with_adviser: bool = False) -> str:
    """The address to book the same again, as far as it is still offered: by the same
    channel, else the topics of the store, else the brand's stores."""
    brand, store, topic = appointment.brand, appointment.store, appointment.topic
    if not store.active:
        return reverse("booking:front", args=[brand.slug])
    channel = appointment.channel
    if access.offer_for(store=store, topic=topic, channel=channel) is None:
        return reverse("booking:topics", args=[brand.slug, store.slug])
    slugs = [brand.slug, store.slug, topic.slug, channel]
    adviser = appointment.staff_member
    works = with_adviser and access.works_at(store, adviser)
    return reverse("booking:times", args=slugs) + (
        f"?with={adviser.pk}" if works else ""
    )


@require_http_methods(["GET", "HEAD", "POST"])
def topics(request: HttpRequest, brand: str, store: str) -> HttpResponse:
    """GET shows the topics, those first that the customer's sentence sounds like; POST
    keeps the sentence for the form that books, in the customer's own browser."""
    at_store = access.store_in_brand(brand, store)
    preset = preset_of(request, at_store.brand, at_store)
    if further := further_than(request, preset):
        return redirect(further)
    typed = typed_of(request)
    form = SentenceForm(request.POST or None, initial=typed)
    if request.method == "POST" and form.is_valid():
        response = see_other(request.get_full_path())
        keep_typed(response, typed | form.cleaned_data)
        return response
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, **_topics_context(at_store, preset, typed)}
    return render(request, "booking/customer/topics.html", context, status=status)


def _topics_context(
    store: Store, preset: Preset, typed: dict[str, Any]
) -> dict[str, Any]:
    has_others = access.has_other_stores(store)
    front = "booking:stores" if has_others else "booking:front"
    sentence = typed.get("question", "")
    return {
        "brand": store.brand,
        "store": store,
        "preset": preset,
        **step_of(Question.TOPIC, has_others=has_others),
        "sentence": sentence,
        "back_url": reverse(front, args=[store.brand.slug]),
        "back_label": _("choose a store") if has_others else _("the first page"),
        **_topics(store, preset, sentence),
    }


@dataclass(frozen=True)
class TopicDoor:
    """A topic as one may choose it: how many minutes it takes, and where it leads."""

    topic: Topic
    least: int
    most: int
    url: str


def _topics(store: Store, preset: Preset, sentence: str) -> dict[str, object]:
    """The sensitive ones are apart: they stand first."""
    offers = access.offers_met(store)
    topics = {offer.topic: None for offer in offers}
    doors = []
    for topic in sorted(topics, key=lambda one: one.position):
        minutes = [o.duration for o in offers if o.topic_id == topic.pk]
        url = address_after(store, replace(preset, topic=topic), offers)
        doors.append(TopicDoor(topic, min(minutes), max(minutes), url))
    like = suggested_topics(topics=[one.topic for one in doors], sentence=sentence)
    first = [d for d in doors if d.topic.priority == Topic.Priority.SENSITIVE]
    return {
        "first": first,
        "keeps_first": any(one.topic.kept_starts for one in first),
        "topics": [one for one in doors if one not in first],
        "count": len(doors),
        "suggested": [one for topic in like for one in doors if one.topic == topic],
    }


@require_safe
def channels(request: HttpRequest, brand: str, store: str, topic: str) -> HttpResponse:
    at_store = access.store_in_brand(brand, store)
    of_brand = at_store.brand
    on_topic = access.topic_for_slug(of_brand, topic)
    preset = replace(preset_of(request, of_brand, at_store), topic=on_topic)
    if further := further_than(request, preset):
        return redirect(further)
    context = {
        "brand": of_brand,
        "preset": preset,
        "and_with": f"?with={preset.person.pk}" if preset.person else "",
        "store": at_store,
        "topic": on_topic,
        **step_of(Question.CHANNEL, has_others=access.has_other_stores(at_store)),
        "back_url": reverse("booking:topics", args=[brand, store]),
        "back_label": _("choose a subject"),
        "doors": first_by_channel(store=at_store, topic=on_topic, now=timezone.now()),
    }
    return render(request, "booking/customer/channels.html", context)
