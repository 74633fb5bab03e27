"""A topic as head office writes it: what it says, and the brand's rule by each channel.

Booked visits stay as they are: they keep their length, and their topic's name. No
agenda is locked, as for an offer alone (`booking.rota.offers`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from django.db import transaction

from booking.rota.offers import OfferTerms, set_offer
from booking.shown import AsShown
from stores.editing.topic_edits import TopicEdit, edit_topics
from stores.editing.topics import NewTopic, create_topics
from stores.models import Brand, Channel, Offer, Topic, TopicQuestion

FIRST = OfferTerms(duration=20, buffer_after=5, step=15, minimum_notice=60, horizon=30)
"""The rule of a channel that was never offered, where nothing else is said."""


@dataclass(frozen=True, kw_only=True)
class ChannelTerms:
    """One row of the small matrix; minutes. What else a rule says stays as it is. One
    that is not offered keeps its figures, too."""

    channel: Channel
    offered: bool
    duration: int = FIRST.duration
    buffer_after: int = FIRST.buffer_after
    minimum_notice: int = FIRST.minimum_notice


def write_topic(
    *,
    edit: TopicEdit,
    channels: Sequence[ChannelTerms],
    as_shown: AsShown | None = None,
) -> Topic:
    """All of one topic, or nothing. Raises StaleVersion, TopicRefused and
    OfferRefused."""

    def check(topic: Topic, questions: list[TopicQuestion]) -> None:
        if as_shown is not None:
            as_shown.check(*facts_of(topic, questions, brands_rules(topic)))

    with transaction.atomic():
        (topic,) = edit_topics(brand=edit.topic.brand, edits=[edit], check=check)
        _write_rules(topic, channels)
    return topic


def begin_topic(
    *, brand: Brand, new: NewTopic, channels: Sequence[ChannelTerms]
) -> Topic:
    """A new one, with its rules. Raises TopicRefused and OfferRefused."""
    with transaction.atomic():
        (topic,) = create_topics(brand=brand, topics=[new])
        _write_rules(topic, channels)
    return topic


def brands_rules(topic: Topic) -> dict[str, Offer]:
    """The brand's own by channel, also those that say "not offered"."""
    rows = Offer.objects.for_brand(topic.brand).filter(topic=topic, store=None)
    return {row.channel: row for row in rows}


def facts_of(
    topic: Topic, questions: Sequence[TopicQuestion], rules: dict[str, Offer]
) -> list[object]:
    """All that the page of one topic shows; not its place in the list."""
    texts = [topic.name, topic.summary, topic.preparation, topic.steps]
    first = [topic.priority, topic.kept_starts]
    return [texts, first, topic.active, list(questions), list(rules.values())]


def _write_rules(topic: Topic, channels: Sequence[ChannelTerms]) -> None:
    known = brands_rules(topic)
    for terms in channels:
        rule = known.get(terms.channel)
        if rule is None and not terms.offered:
            continue
        wanted = _terms(rule, terms)
        if rule is None or wanted != _terms_of(rule):
            set_offer(topic=topic, channel=terms.channel, store=None, terms=wanted)


def _terms(rule: Offer | None, terms: ChannelTerms) -> OfferTerms:
    known = _terms_of(rule) if rule else FIRST
    if not terms.offered:
        return replace(known, active=False)
    return replace(
        known,
        active=True,
        duration=terms.duration,
        buffer_after=terms.buffer_after,
        minimum_notice=terms.minimum_notice,
    )


def _terms_of(rule: Offer) -> OfferTerms:
    values = {one.name: getattr(rule, one.name) for one in fields(OfferTerms)}
    return OfferTerms(
        **values | {"further_resources": tuple(values["further_resources"])}
    )
