"""New topics with the channels that they are offered by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from stores.editing.slugs import free_slugs
from stores.errors import TopicRefused
from stores.models import Brand, Channel, Offer, Topic

LONGEST_SLUG = 60
SHORTEST, LONGEST = 5, 480
BREATH = {Channel.VIDEO: 5, Channel.CALLBACK: 5, Channel.IN_STORE: 0}
"""Minutes that staff have for themselves after a visit, unless a brand says others."""


@dataclass(frozen=True, kw_only=True)
class NewTopic:
    """Texts are {"fr": …, "en": …}; `minutes` is the length by each channel that the
    topic is offered by. Without a slug the first name makes one."""

    name: Mapping[str, str]
    minutes: Mapping[str, int]
    slug: str = ""
    summary: Mapping[str, str] = field(default_factory=dict)
    preparation: Mapping[str, Sequence[str]] = field(default_factory=dict)
    is_sensitive: bool = False

    def check(self) -> None:
        """Raises TopicRefused, which names the field."""
        if not any(text.strip() for text in self.name.values()):
            raise TopicRefused("A topic has a name.", "name")
        if not self.minutes or not set(self.minutes) <= set(Channel.values):
            raise TopicRefused("A topic is offered by one channel at least.", "minutes")
        if not all(SHORTEST <= n <= LONGEST for n in self.minutes.values()):
            raise TopicRefused("A visit lasts 5 minutes to 8 hours.", "minutes")


def create_topics(*, brand: Brand, topics: Sequence[NewTopic]) -> list[Topic]:
    """Writes topics and the brand's offers of them, all or none, after those that
    stand there. Raises TopicRefused."""
    for new in topics:
        new.check()
    with transaction.atomic():
        Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
        known = list(Topic.objects.for_brand(brand).values_list("slug", "position"))
        slugs = free_slugs(
            [new.slug or next(filter(None, new.name.values())) for new in topics],
            taken={slug for slug, _ in known},
            otherwise="topic",
            longest=LONGEST_SLUG,
        )
        first = max((position for _, position in known), default=-1) + 1
        rows = Topic.objects.bulk_create(
            _topic(brand, new, slug, first + number)
            for number, (new, slug) in enumerate(zip(topics, slugs, strict=True))
        )
        Offer.objects.bulk_create(
            _offer(topic, channel, minutes)
            for new, topic in zip(topics, rows, strict=True)
            for channel, minutes in new.minutes.items()
        )
    return rows


def _topic(brand: Brand, new: NewTopic, slug: str, position: int) -> Topic:
    sensitive = Topic.Priority.SENSITIVE
    return Topic(
        brand=brand,
        slug=slug,
        name=dict(new.name),
        summary=dict(new.summary),
        preparation={name: list(lines) for name, lines in new.preparation.items()},
        priority=sensitive if new.is_sensitive else Topic.Priority.NORMAL,
        position=position,
    )


def _offer(topic: Topic, channel: str, minutes: int) -> Offer:
    return Offer(
        brand=topic.brand,
        topic=topic,
        channel=channel,
        duration=minutes,
        buffer_after=BREATH[Channel(channel)],
        step=15,
        minimum_notice=0,
    )
