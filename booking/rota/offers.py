"""The offer of a topic by a channel: the brand's rule, or a store's in its place.

No agenda is locked here and no version rises: cached free time knows hours and visits,
but no offer. Each search reads the row, and so does each hold before it takes a time,
so the next question is answered by the new rule. Booked visits stay as they are.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import Q

from booking.errors import OfferRefused
from booking.shown import AsShown
from stores.models import Channel, Offer, Store, Topic
from stores.queries import resource_kinds

MINUTES_OF_A_DAY = 24 * 60
LONGEST_HORIZON = 60
MOST_FURTHER = 4
RANGES = {
    "duration": (5, 480),
    "buffer_before": (0, 240),
    "buffer_after": (0, 240),
    "step": (5, 240),
    "minimum_notice": (0, LONGEST_HORIZON * MINUTES_OF_A_DAY),
    "horizon": (1, LONGEST_HORIZON),
    "daily_ceiling": (1, 200),
    "cancel_limit": (0, LONGEST_HORIZON * MINUTES_OF_A_DAY),
}
"""Least and most of each figure, in the units of OfferTerms."""


@dataclass(frozen=True, kw_only=True)
class OfferTerms:
    """The terms of booking a topic. Minutes, but for the horizon (days) and the ceiling
    (visits a day and adviser; None: no ceiling). `resource_kind` is "" or the kind of a
    resource that each visit needs, `further_resources` those of others beside it (named
    twice: two); `active` False says "not here"."""

    duration: int
    buffer_before: int = 0
    buffer_after: int = 0
    step: int
    minimum_notice: int
    horizon: int
    daily_ceiling: int | None = None
    cancel_limit: int = 0
    needs_approval: bool = False
    resource_kind: str = ""
    further_resources: tuple[str, ...] = ()
    active: bool = True

    def check(self) -> None:
        """Raises OfferRefused, which names the field."""
        for name, (least, most) in RANGES.items():
            value = getattr(self, name)
            if value is not None and not least <= value <= most:
                raise OfferRefused(f"{least} to {most}, not {value}.", name)
        if self.step % 5:
            raise OfferRefused("Starts stand on five-minute marks.", "step")
        if self.minimum_notice >= self.horizon * MINUTES_OF_A_DAY:
            raise OfferRefused("The notice ends before the horizon.", "minimum_notice")
        if len(self.further_resources) > MOST_FURTHER:
            raise OfferRefused("At most four further things.", "further_resources")
        if self.further_resources and not self.resource_kind:
            raise OfferRefused("The first thing is not named.", "resource_kind")


def set_offer(
    *,
    topic: Topic,
    channel: Channel | str,
    store: Store | None,
    terms: OfferTerms,
    as_shown: AsShown | None = None,
) -> Offer:
    """Writes the brand's rule (`store` None), or the store's own in its place.

    Raises StaleVersion, and OfferRefused for figures out of range, and for a resource
    that is needed and that the brand does not have.
    """
    terms.check()
    channel = Channel(channel)
    _check_things(topic, terms)
    with transaction.atomic():
        _check_shown(topic, channel, store, as_shown)
        offer, _new = Offer.objects.all_brands().update_or_create(
            brand=topic.brand,
            topic=topic,
            channel=channel,
            store=store,
            defaults=asdict(terms)
            | {"further_resources": list(terms.further_resources), "retired": False},
        )
    return offer


def rules_of_topic(
    topic: Topic, channel: Channel | str, store: Store | None
) -> list[Offer]:
    """The rows that a page about this rule shows: the brand's, and the store's own."""
    rows = Offer.objects.for_brand(topic.brand).filter(topic=topic, channel=channel)
    at = Q(store__isnull=True)
    if store is not None:
        at |= Q(store=store)
    return list(rows.filter(at).order_by("pk"))


def _check_shown(
    topic: Topic,
    channel: Channel | str,
    store: Store | None,
    as_shown: AsShown | None,
) -> None:
    """Of two who write rules of one topic at once the second sees the first's."""
    if as_shown is not None:
        Topic.objects.all_brands().select_for_update(no_key=True).get(pk=topic.pk)
        as_shown.check(rules_of_topic(topic, channel, store))


def _check_things(topic: Topic, terms: OfferTerms) -> None:
    known = {*resource_kinds(topic.brand), ""}
    if terms.resource_kind not in known:
        raise OfferRefused("The brand has no such thing.", "resource_kind")
    if not set(terms.further_resources) <= known - {""}:
        raise OfferRefused("The brand has no such thing.", "further_resources")


def drop_store_offer(*, offer: Offer, as_shown: AsShown | None = None) -> None:
    """The store follows the brand again. Visits that were booked by its own rule keep
    pointing at it: the row is retired and not deleted. Saying it twice changes nothing.
    Raises StaleVersion.
    """
    if offer.store_id is None:
        raise OfferRefused("The brand's own rule has nothing behind it.", "store")
    with transaction.atomic():
        _check_shown(offer.topic, offer.channel, offer.store, as_shown)
        offer.retired = True
        offer.save(update_fields=["retired"])
