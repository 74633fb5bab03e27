"""The questions of the search: one for visits, one each for people, stores and topics.

Visits are found by whole words and by beginnings of words, through an index of words
that the database keeps (`SearchWord`). Everybody finds what they may open, no more.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid

from booking.access import seen_by
from booking.models import Appointment
from booking.models.querysets import AppointmentQuerySet
from booking.persons.queries import number_of_visits
from stores import telephone
from stores.accounts.workplace import Workplace
from stores.models import StaffMember, Store, Topic
from stores.statements import ask
from stores.texts import folded, folded_like

MOST = 20
CANDIDATES, FEWEST = 200, 10
"""Visits that are weighed for each word, in all and of one store at least: those of
whole words first, the latest booked before others."""
SHORTEST = 2

_PHONE = re.compile(r"\+?[\d\s().-]{4,}")
_ID = re.compile(r"[0-9a-f]{8}[0-9a-f-]*", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s!-/:-?\[-`{-~’]+")

FIND = """
WITH typed AS (
    SELECT DISTINCT word FROM unnest(%(words)s::text[]) AS given,
    booking_folded(given) AS word
), longest AS (
    SELECT word, word || chr(1114111) AS beyond
    FROM typed ORDER BY length(word) DESC, word LIMIT 1
), places AS (
    SELECT place FROM unnest(%(places)s::bigint[]) AS place
), near AS (
    (SELECT whole.appointment_id FROM places, longest, LATERAL (
        SELECT appointment_id FROM booking_searchword found
        WHERE {column} = places.place AND found.word = longest.word
        ORDER BY found.id DESC LIMIT %(most)s) AS whole)
    UNION
    (SELECT begun.appointment_id FROM places, longest, LATERAL (
        SELECT appointment_id FROM booking_searchword found
        WHERE {column} = places.place AND found.word ~>=~ longest.word
        AND found.word ~<~ longest.beyond
        ORDER BY found.word USING ~<~, found.id DESC LIMIT %(most)s) AS begun)
)
SELECT near.appointment_id FROM near
JOIN booking_appointment visit ON visit.id = near.appointment_id
WHERE NOT EXISTS (
    SELECT FROM typed WHERE NOT EXISTS (
        SELECT FROM booking_searchword other
        WHERE other.appointment_id = near.appointment_id
        AND starts_with(other.word, typed.word)))
ORDER BY visit.ends_at < %(now)s::timestamptz,
    abs(extract(epoch FROM visit.starts_at - %(now)s::timestamptz))
LIMIT %(shown)s
"""


def words_in(typed: str, region: str) -> list[str]:
    """The words to look for. A number is one word, as it is kept: `06 12` written in
    France begins with 336."""
    typed = typed.strip()
    if "@" in typed:
        return [typed]
    if not _PHONE.fullmatch(typed):
        return [word for word in _BETWEEN.split(typed) if word]
    digits = re.sub(r"\D", "", typed)
    if typed.startswith("+"):
        return [digits]
    if typed.startswith("00"):
        return [digits[2:]]
    try:
        return [telephone.read(typed, region).removeprefix("+")]
    except telephone.NumberRefused:
        code = telephone.calling_code(region)
        return [f"{code}{digits[1:]}" if digits.startswith("0") else digits]


def visits(
    workplace: Workplace, typed: str, *, region: str, now: dt.datetime
) -> list[Appointment]:
    """At most `MOST`, those to come first, each nearest to now. Reads some hundred
    index rows a word, however many visits there are."""
    rows = seen_by(workplace, Appointment.objects.for_brand(workplace.brand))
    rows = rows.with_people()
    named = _by_id(rows, typed)
    if named:
        return by_person(workplace, named)
    words = words_in(typed, region)
    if sum(map(len, words)) < SHORTEST:
        return []
    found = _found(workplace, words, now)
    by_pk = rows.in_bulk(found)
    return by_person(workplace, [by_pk[pk] for pk in found if pk in by_pk])


def by_person(workplace: Workplace, found: list[Appointment]) -> list[Appointment]:
    """Visits of one person stand together, where the first of them stood, and that one
    knows how many `more` there are. One query where any is joined with another."""
    together: dict[uuid.UUID, list[Appointment]] = {}
    for visit in found:
        key = visit.customer.person_id or visit.pk
        together.setdefault(key, []).append(visit)
    persons = {pk for visit in found if (pk := visit.customer.person_id)}
    number = number_of_visits(workplace, persons)
    for person in persons:
        shown = together[person]
        more = number[person] - len(shown)
        shown[0].more = more  # type: ignore[attr-defined]  # the page says so
    return [visit for visits in together.values() for visit in visits]


def _found(workplace: Workplace, words: list[str], now: dt.datetime) -> list[uuid.UUID]:
    """Place by place, each in the order of its index: of several at once the database
    would sort all that begins so."""
    column, places = "found.brand_id", [workplace.brand.pk]
    if not workplace.sees_whole_brand:
        column, places = "found.store_id", [one.pk for one in workplace.stores]
    most = max(FEWEST, CANDIDATES // max(1, len(places)))
    facts = {"words": words, "now": now, "most": most, "shown": MOST, "places": places}
    return [pk for (pk,) in ask(FIND.format(column=column), facts)]


def _by_id(rows: AppointmentQuerySet[Appointment], typed: str) -> list[Appointment]:
    """By the id, or the first eight signs of it or more, as messages and API say it."""
    if not _ID.fullmatch(typed.strip()):
        return []
    digits = typed.strip().replace("-", "").lower()[:32]
    first, last = (uuid.UUID(digits.ljust(32, fill)) for fill in "0f")
    return list(rows.filter(pk__gte=first, pk__lte=last).order_by("pk")[:MOST])


def people(workplace: Workplace, typed: str) -> list[StaffMember]:
    """For those who may open a person's page."""
    if not workplace.sees_whole_store:
        return []
    rows = StaffMember.objects.for_brand(workplace.brand).filter(agenda__isnull=False)
    if not workplace.sees_whole_brand:
        seen = [store.pk for store in workplace.stores]
        rows = rows.filter(postings__store__in=seen)
    named = folded_like(rows, ("first_name", "last_name"), typed)
    order = ("-active", "first_name", "last_name", "pk")
    return list(named.order_by(*order).distinct()[:MOST])


def stores(workplace: Workplace, typed: str) -> list[Store]:
    named = folded_like(
        workplace.store_rows, ("name", "city", "postcode", "slug"), typed
    )
    return list(named.order_by("name", "pk")[:MOST])


def topics(workplace: Workplace, typed: str) -> list[Topic]:
    """For those who may change them; by the names in any language."""
    if not workplace.sees_whole_store:
        return []
    wanted = folded(typed).split()
    rows = Topic.objects.for_brand(workplace.brand).filter(active=True)
    found = [
        topic
        for topic in rows.order_by("position", "pk")
        if _holds(" ".join(topic.name.values()), wanted)
    ]
    return found[:MOST]


def _holds(text: str, words: list[str]) -> bool:
    known = folded(text)
    return all(word in known for word in words)
