"""Reads of the pages of topics: a fixed number of queries, however many people know
them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q

from booking.models import Appointment
from booking.models.querysets import AppointmentQuerySet
from booking.rota.topics import brands_rules
from booking.states import LIVE
from stores.models import Brand, Channel, Competence, Offer, Store, Topic
from stores.texts import in_language

SHOWN = 5
"""Stores and visits that are named; of the rest there is a number."""


@dataclass
class Line:
    """A topic in the list. `missing` are the stores where it is offered, and nobody
    advises on it."""

    topic: Topic
    name: str
    second: str
    """The name in the brand's second language; empty: none was written."""
    rules: dict[str, Offer] = field(default_factory=dict)
    people: int = 0
    missing: list[Store] = field(default_factory=list)

    @property
    def minutes(self) -> list[int]:
        """The shortest and the longest; empty for what is not offered at all."""
        found = sorted({rule.duration for rule in self.rules.values()})
        return found if len(found) < 3 else [found[0], found[-1]]

    @property
    def channels(self) -> list[tuple[str, bool]]:
        return [(channel, channel in self.rules) for channel in Channel.values]


def lines_of(brand: Brand) -> list[Line]:
    """The topics that are asked for, in their order. Five queries."""
    topics = list(Topic.objects.for_brand(brand).filter(active=True))
    people = _people_by_topic(brand)
    rules = _rules_by_topic(brand)
    missing = missing_of(brand, rules)
    main, second = (*brand.languages, "", "")[:2]
    return [
        Line(
            topic,
            in_language(topic.name, "", main),
            topic.name.get(second, ""),
            rules.get(topic.pk, {}),
            people.get(topic.pk, 0),
            missing.get(topic.pk, []),
        )
        for topic in topics
    ]


def _people_by_topic(brand: Brand) -> dict[int, int]:
    rows = Competence.objects.for_brand(brand).filter(staff_member__active=True)
    counted = rows.values_list("topic_id").annotate(
        Count("staff_member", distinct=True)
    )
    return dict(counted.order_by("topic_id"))


def _rules_by_topic(brand: Brand) -> dict[int, dict[str, Offer]]:
    """The brand's own rules that say "offered"."""
    found: dict[int, dict[str, Offer]] = defaultdict(dict)
    rows = Offer.objects.for_brand(brand).filter(store=None, active=True)
    for row in rows.order_by("pk"):
        found[row.topic_id][row.channel] = row
    return found


def missing_of(
    brand: Brand, rules: Mapping[int, Mapping[str, Offer]]
) -> dict[int, list[Store]]:
    """By topic, the stores that offer it by some channel and have nobody for it: there
    no hour of it can be found. Three queries; pairs are compared in memory."""
    rows = Competence.objects.for_brand(brand).filter(staff_member__active=True)
    known = set(
        rows.values_list("topic_id", "staff_member__postings__store").distinct()
    )
    apart = Offer.objects.for_brand(brand).filter(store__isnull=False, active=False)
    refused = set(apart.values_list("topic_id", "store_id", "channel"))
    found: dict[int, list[Store]] = defaultdict(list)
    stores = Store.objects.for_brand(brand).open_to_booking().order_by("name")
    for store in stores.only("name"):
        for topic_id, by_channel in rules.items():
            offered = any((topic_id, store.pk, by) not in refused for by in by_channel)
            if offered and (topic_id, store.pk) not in known:
                found[topic_id].append(store)
    return found


def missing_for(topic: Topic) -> list[Store]:
    offered = {by: rule for by, rule in brands_rules(topic).items() if rule.active}
    return missing_of(topic.brand, {topic.pk: offered}).get(topic.pk, [])


def retired_of(brand: Brand, now: dt.datetime) -> list[tuple[Topic, int]]:
    """The topics that are asked for no more, last one first, each with its visits to
    come."""
    ahead = Count(
        "appointments",
        filter=Q(appointments__status__in=LIVE, appointments__ends_at__gt=now),
    )
    rows = Topic.objects.for_brand(brand).filter(active=False).annotate(ahead=ahead)
    return [(row, row.ahead) for row in rows.order_by("-retired_at", "position", "pk")]


def _ahead(topic: Topic, now: dt.datetime) -> AppointmentQuerySet[Appointment]:
    rows = Appointment.objects.for_brand(topic.brand)
    return rows.filter(topic=topic, status__in=LIVE, ends_at__gt=now)


def visits_of(topic: Topic, now: dt.datetime) -> tuple[list[Appointment], int]:
    """The first of those to come, and how many there are."""
    rows = _ahead(topic, now)
    first = rows.with_people().order_by("starts_at", "pk")[: 2 * SHOWN]
    return list(first), rows.count()


def ahead_by_channel(topic: Topic, now: dt.datetime) -> dict[str, dict[int, int]]:
    """Channel → length in minutes → how many visits to come have it. One query."""
    length = ExpressionWrapper(F("ends_at") - F("starts_at"), DurationField())
    rows = _ahead(topic, now).annotate(length=length).values_list("channel", "length")
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for channel, lasts, number in rows.annotate(Count("pk")).order_by():
        found[channel][lasts // dt.timedelta(minutes=1)] = number
    return found


def some(stores: Sequence[Store]) -> tuple[list[str], int]:
    """The names of the first, and how many more there are."""
    return [store.name for store in stores[:SHOWN]], max(len(stores) - SHOWN, 0)
