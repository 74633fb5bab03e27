"""What an operator watches, of all brands together: counts and ages, no person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Min, Sum
from django.db.models.functions import Now
from django.utils import timezone

from booking.models import AppointmentEvent, Hold
from notifications.models import Delivery
from video.models import MediaNode
from video.placement import LIVE_FOR

LATE_AFTER = 60.0
"""Seconds; what waits between two tries of a failing server counts too."""


@dataclass(frozen=True)
class Gauge:
    """One Prometheus sample; `label` is `name="value"` or empty."""

    name: str
    help: str
    value: float
    label: str = ""


def gauges() -> Iterator[Gauge]:
    """Five small queries, each served by an index of what waits."""
    yield from _deliveries()
    unread = AppointmentEvent.objects.all_brands().unrelayed().count()
    yield Gauge("visavis_events_unread", "Events that no planner has read.", unread)
    held = Hold.objects.all_brands().live(timezone.now()).count()
    yield Gauge("visavis_holds", "Times that customers keep while typing.", held)
    yield from _media()


def _deliveries() -> Iterator[Gauge]:
    waiting = Delivery.objects.all_brands().filter(
        state__in=[Delivery.State.DUE, Delivery.State.SENDING]
    )
    counts = dict(waiting.values_list("state").annotate(Count("pk")))
    for state in (Delivery.State.DUE, Delivery.State.SENDING):
        help_text = "Messages planned and not sent yet."
        label = f'state="{state.value}"'
        yield Gauge("visavis_deliveries", help_text, counts.get(state, 0), label)
    late = waiting.filter(due_at__lte=Now()).aggregate(oldest=Min("due_at"))["oldest"]
    age = (timezone.now() - late).total_seconds() if late else 0.0
    yield Gauge("visavis_delivery_age_seconds", "Age of the oldest due message.", age)
    late_help = "1 when a message has been due for more than a minute."
    yield Gauge("visavis_delivery_late", late_help, float(age > LATE_AFTER))


def _media() -> Iterator[Gauge]:
    living = MediaNode.objects.filter(heartbeat_at__gte=Now() - LIVE_FOR)
    facts = living.aggregate(nodes=Count("pk"), rooms=Sum("rooms"))
    yield Gauge("visavis_media_nodes", "Media workers that live.", facts["nodes"])
    yield Gauge("visavis_rooms", "Rooms that they carry.", facts["rooms"] or 0)
