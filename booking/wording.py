"""Channels and visits in words: the same for pages, messages and calendars."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from booking.stages import call_window
from stores import wording
from stores.models import Brand, Channel, Store, StoreKind

if TYPE_CHECKING:
    from booking.models import Appointment, Hold


FACES = {
    1: pgettext_lazy("rating", "Bad"),
    2: pgettext_lazy("rating", "Poor"),
    3: pgettext_lazy("rating", "Fair"),
    4: pgettext_lazy("rating", "Good"),
    5: pgettext_lazy("rating", "Perfect"),
}
"""The word under each face, by its score."""


REASONS = {
    "wait": pgettext_lazy("not well", "The wait"),
    "answer": pgettext_lazy("not well", "The answer"),
    "line": pgettext_lazy("not well", "Picture or sound"),
    "welcome": pgettext_lazy("not well", "The welcome"),
}
"""Causes of a visit that was not well; in a store there was no line."""


def channel_name(channel: str, store: Store | None = None) -> str:
    """Short, for a line of facts: Visio · Appel · En magasin."""
    if channel == Channel.VIDEO:
        return _("Video")
    if channel == Channel.CALLBACK:
        return _("Phone call")
    return place_name(store)


def channel_question(channel: str, store: Store | None = None) -> str:
    """As the answer to "How would you like it?"."""
    if channel == Channel.VIDEO:
        return _("By video")
    if channel == Channel.CALLBACK:
        return _("We call you")
    return place_name(store)


def place_name(store: Store | None) -> str:
    if store is not None and store.kind == StoreKind.BRANCH:
        return _("At the branch")
    return _("In store")


def switch_words(channel: str, store: Store | None = None) -> str:
    """To go on by another channel."""
    if channel == Channel.VIDEO:
        return _("Switch to video")
    if channel == Channel.CALLBACK:
        return _("Switch to phone")
    if store is not None and store.kind == StoreKind.BRANCH:
        return _("Meet at the branch instead")
    return _("Meet in store instead")


def minutes(appointment: Appointment | Hold) -> int:
    return int((appointment.ends_at - appointment.starts_at).total_seconds()) // 60


def calls_from(store: Store, brand: Brand) -> str:
    """The number that a customer will see when we call: many take no unknown ones."""
    number = store.calls_from or brand.calls_from
    if not number:
        return _("Our number may be hidden.")
    said = wording.phone(number, store.country)
    return _("We call from %(number)s.") % {"number": said}


def first_said(words: str) -> str:
    """The sentence by which a call is known for ours; nothing without words."""
    if not words:
        return ""
    return _("Whoever calls you for us first says: %(words)s.") % {"words": words}


def promise(appointment: Appointment | Hold) -> str:
    """The promise under the hour: en visio avec Inès, 20 min."""
    facts: dict[str, object] = {
        "adviser": appointment.staff_member.display_name,
        "minutes": minutes(appointment),
    }
    if appointment.channel == Channel.VIDEO:
        return _("by video with %(adviser)s, %(minutes)d min") % facts
    if appointment.channel == Channel.CALLBACK:
        facts |= {
            "window": call_window_words(appointment.starts_at, appointment.store.zone)
        }
        return _("%(adviser)s calls you %(window)s, %(minutes)d min") % facts
    if appointment.store.kind == StoreKind.BRANCH:
        return _("at the branch with %(adviser)s, %(minutes)d min") % facts
    return _("in store with %(adviser)s, %(minutes)d min") % facts


def call_window_words(promised_at: dt.datetime, zone: dt.tzinfo) -> str:
    """entre 15 h 30 et 15 h 45"""
    start, end = (at.astimezone(zone) for at in call_window(promised_at))
    facts = {"start": wording.hour(start), "end": wording.hour(end)}
    return _("between %(start)s and %(end)s") % facts


def one_of(names: list[str]) -> str:
    """Inès · Inès ou Tom · l’un de nos 5 conseillers."""
    if len(names) <= 1:
        return "".join(names)
    if len(names) == 2:
        return _("%(first)s or %(second)s") % {"first": names[0], "second": names[1]}
    return _("one of our %(count)d advisers") % {"count": len(names)}


def address(store: Store) -> str:
    """12 rue de Metz, 59000 Lille"""
    town = f"{store.postcode} {store.city}".strip()
    return ", ".join(part for part in (store.street, town) if part)


def span_of_minutes(minutes: int) -> str:
    """45 min · 2 h · 2 h 15 · 3 days: a length of the rules, not of a visit."""
    days, rest = divmod(minutes, 24 * 60)
    if days and not rest:
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": rest}
    return f"{hours} h {rest:02d}" if rest else f"{hours} h"


def words_of_refusal(cause: str) -> str:
    """A sentence for a PictureRefused."""
    if cause == "bytes":
        return _("This photo is too heavy: send one of at most 12 megabytes.")
    if cause == "pixels":
        return _("This photo is too large: send a smaller one.")
    if cause == "heic":
        return _(
            "This photo is in the HEIC format, which we cannot read. Send it as JPEG, "
            "or take a screenshot of it and send that."
        )
    return _("We cannot read this photo. Send a JPEG, a PNG or a WebP.")
