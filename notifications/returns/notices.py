"""Notices of providers about a message, acted on once."""

from __future__ import annotations

import datetime as dt
import unicodedata
import uuid

from django.db import transaction

from booking.services.contact import PHONE, note_answer
from notifications.channels.status_codes import Cause, cause_of_reply
from notifications.models import Delivery, ProviderEvent, Refusal
from notifications.queries import brands_that_texted, customers_with, delivery_of_key
from notifications.returns.bounces import (
    NOT_DELIVERED,
    note_lost_text,
    take_bounce,
    take_complaint,
)
from notifications.returns.refusals import allow_texts, refuse

STOP = frozenset({"STOP", "STOPALL", "ARRET", "UNSUBSCRIBE", "DESABONNER"})
START = frozenset({"START", "UNSTOP", "REPRENDRE"})


def take_notice(
    *, event_id: str, kind: str, key: str, phone: str, text: str, now: dt.datetime
) -> None:
    """`delivered` and `failed` are about the message of `key`, of a mail also `bounced`
    (its address takes none) and `complained`; `reply` is an answer by text message.

    The same `event_id` a second time changes nothing, nor does an unknown kind or key.
    """
    if kind == "reply":
        for brand_id in brands_that_texted(phone):
            with transaction.atomic():
                if _is_first(brand_id, event_id, now):
                    _take_reply(brand_id, phone, text, now)
        return
    known = _uuid(key)
    delivery = delivery_of_key(known) if known else None
    if delivery is None:
        return
    with transaction.atomic():
        if _is_first(delivery.brand_id, event_id, now):
            _take_receipt(delivery, kind, text, now)


def _is_first(brand_id: int, event_id: str, now: dt.datetime) -> bool:
    _, is_new = ProviderEvent.objects.get_or_create(
        brand_id=brand_id, event_id=event_id, defaults={"received_at": now}
    )
    return is_new


def _take_receipt(delivery: Delivery, kind: str, text: str, now: dt.datetime) -> None:
    """A receipt may come before our own mark that it was sent. `text` may hold what
    the server answered: it says more exactly why a mail came back."""
    rows = Delivery.objects.all_brands().filter(pk=delivery.pk)
    by_text = delivery.channel == Delivery.Channel.SMS
    if kind == "delivered":
        rows.update(delivered_at=now)
    elif kind == "failed" and by_text:
        sent = rows.filter(state=Delivery.State.SENT, delivered_at=None)
        if sent.update(state=Delivery.State.DEAD, problem=NOT_DELIVERED):
            note_lost_text(delivery=delivery, now=now)
    elif kind in ("bounced", "failed"):
        said = cause_of_reply(text)
        unsaid = Cause.ADDRESS if kind == "bounced" else Cause.LATER
        cause = unsaid if said == Cause.UNKNOWN else said
        take_bounce(key=delivery.provider_key, cause=cause, now=now)
    elif kind == "complained":
        take_complaint(key=delivery.provider_key, now=now)


def _take_reply(brand_id: int, phone: str, text: str, now: dt.datetime) -> None:
    for customer in customers_with(brand_id, phone):
        note_answer(customer=customer, channel=PHONE, now=now)
    words = _plain(text).split()
    word = words[0] if words else ""
    if word in STOP:
        refuse(
            brand_id=brand_id,
            channel=Delivery.Channel.SMS,
            address=phone,
            reason=Refusal.Reason.STOPPED,
            now=now,
        )
    elif word in START:
        allow_texts(brand_id=brand_id, phone=phone)


def _plain(text: str) -> str:
    """Capital letters without accents or signs: "Arrêt." is ARRET."""
    letters = unicodedata.normalize("NFKD", text[:200].upper())
    return "".join(c for c in letters if c.isalnum() or c.isspace())


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
