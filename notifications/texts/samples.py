"""Examples of messages: a sample visit for the preview, the longest values for the
counter. Nobody's data is in them but names of the brand's own people and stores."""

from __future__ import annotations

import html
from typing import Any

from django.conf import settings
from django.utils import translation

from booking.spoken.lists import longest_words
from notifications.content.colours import colours_of
from notifications.content.letters import WITH_WORDS, Letter
from notifications.content.own_texts import filled, with_own
from notifications.content.stencils import Words, words_of
from notifications.content.texting import fill, writable
from notifications.content.texts import texts_of
from notifications.kinds import Kind
from notifications.models import MessageText
from notifications.texts import queries
from stores.models import Brand, Channel

PATH = "/r/7hK2mQ9dXw4t7hK2mQ9dX"
"""As long as a permanent link's."""

LATE_KINDS = {Kind.DELAYED, Kind.TURN_NEAR}
GONE = {
    Kind.CANCELLED, Kind.DECLINED, Kind.MISSED, Kind.CALL_LAST, Kind.NOBODY_CAME
}  # fmt: skip


def sample_letter(brand: Brand, language: str, kind: Kind) -> Letter:
    """A visit of Léa with somebody of the brand, tomorrow at half past three."""
    store, person = queries.somewhere(brand), queries.somebody(brand)
    is_french = language == "fr"
    street = (store.street or store.name) if store else "1 rue de Metz"
    town = f"{store.postcode} {store.city}".strip() if store else "59000 Lille"
    phone = (store.phone if store else "") or brand.phone
    return Letter(
        brand=brand.name,
        name="Léa",
        adviser=person.display_name if person else "Inès",
        channel=Channel.VIDEO,
        at_branch=store is not None and store.kind == "branch",
        day="mardi 14 octobre" if is_french else "Tuesday 14 October",
        hour="15\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}30" if is_french else "15:30",
        plate_hour="15:30",
        call_until="16:00",
        is_tomorrow=True,
        minutes=20,
        zone="Paris",
        street=street,
        place=", ".join(part for part in (street, town) if part),
        url=f"{settings.SITE_URL.rstrip('/')}{PATH}",
        preparation=(),
        phone=phone,
        phone_link=phone,
        way=brand.accessible_way,
        way_url=brand.accessible_url,
        is_off=kind in GONE,
        is_over=kind == Kind.AFTER,
        by_customer=False,
        has_calendar=False,
        delay=15 if kind in LATE_KINDS else 0,
        late_hour="15:45", tried="15:31", next_try="16:30",
        is_our_fault=False,
        language=language,
        colours=colours_of(brand.theme, is_past=kind in GONE),
        calls_from=brand.calls_from,
        words=longest_words(language) if kind in WITH_WORDS else "",
        **_until(kind, is_french=is_french),
    )  # fmt: skip


def _until(kind: Kind, *, is_french: bool) -> dict[str, Any]:
    """Until when an hour is kept, and the customer's own; by when we call."""
    gap = "\N{NO-BREAK SPACE}"
    if kind == Kind.RECOVERY:
        noon = f"mercredi 15 octobre, 12{gap}h" if is_french else "Wednesday, 12:00"
        return {"answer_by": noon}
    if kind != Kind.FREED:
        return {}
    return {
        "ends": "09:27",
        "answer_by": f"9{gap}h{gap}27" if is_french else "09:27",
        "next_day": "mardi 28 octobre" if is_french else "Tuesday 28 October",
        "next_hour": f"15{gap}h{gap}30" if is_french else "15:30",
    }


def filled_letter(brand: Brand, language: str, kind: Kind, own: MessageText) -> Letter:
    with translation.override(language):
        return with_own(sample_letter(brand, language, kind), own, as_typed=True)


def plain_page(text: str) -> str:
    """The page of a mail that holds a text message."""
    return f"<!DOCTYPE html><title>SMS</title><p>{html.escape(text)}</p>"


def mail_words(
    brand: Brand, language: str, kind: Kind, own: MessageText | None
) -> Words:
    """Subject, text and page of the sample mail."""
    letter = sample_letter(brand, language, kind)
    with translation.override(language):
        return words_of(with_own(letter, own, as_typed=True) if own else letter, kind)


def text_values(brand: Brand, language: str, kind: Kind) -> dict[str, str]:
    """Of the sample visit, as a text message writes them."""
    letter = sample_letter(brand, language, kind)
    return _written(brand, language, letter.adviser, letter.place)


def longest_values(brand: Brand, language: str) -> dict[str, str]:
    """The longest name of the brand's people and the longest place of its stores, so
    that the count holds for every message. Two queries."""
    name = queries.longest_name(brand) or "Inès"
    return _written(brand, language, name, queries.longest_place(brand))


def _written(brand: Brand, language: str, name: str, place: str) -> dict[str, str]:
    is_french = language == "fr"
    hidden = "peut être masqué" if is_french else "may be hidden"
    values = {
        "brand": brand.short_name,
        "name": name,
        "day": "mer 28/10" if is_french else "Wed 28 Oct",
        "hour": "15h30" if is_french else "15:30",
        "place": place,
        "words": longest_words(language),
        "phone": brand.calls_from or hidden,
        "late_hour": "15h45" if is_french else "15:45",
        "minutes": "15",
        "tried": "15h31" if is_french else "15:31",
        "next_try": "16h30" if is_french else "16:30",
        "until": "9h27" if is_french else "9:27",
        "call_by": "30 sept. 12h00" if is_french else "30 Sept. 12:00",
        "opened": "14h35" if is_french else "14:35",
    }
    link = f"{settings.SITE_URL.rstrip('/')}{PATH}"
    return {key: writable(text) for key, text in values.items()} | {"link": link}


def our_text(language: str, kind: Kind) -> str:
    """Our fullest text message, with its placeholders as the brand would write them."""
    with translation.override(language):
        return str(texts_of(kind, Channel.VIDEO)[0])


def text_message_of(brand: Brand, language: str, kind: Kind, own: str) -> str:
    """The sample text message, as it was typed; ours where nothing was."""
    values: dict[str, Any] = text_values(brand, language, kind)
    if own:
        return " ".join(filled(own, values).split())
    return fill(our_text(language, kind), values)
