"""The hour that a details form is about, also once its hold is gone."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.core import signing
from django.http import Http404, HttpRequest

from booking import access, visitors
from booking.brought.photos import Owner
from booking.customer.choice import Choice
from booking.errors import SlotNotOffered
from booking.models import Hold
from booking.services.hold_and_book import HeldTime
from stores.access import (
    offer_for,
    staff_member_for_store,
    store_for_slug,
    topic_for_slug,
)
from stores.models import Brand, StaffMember, Store

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

    def owner(self, request: HttpRequest) -> Owner:
        """Of the photographs that were sent with it."""
        return Owner(self.choice.brand, visitors.visitor_of(request))

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
