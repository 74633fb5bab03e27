"""Counts and ages for operators, of all brands together; no person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Count, Sum
from django.db.models.functions import Now
from django.utils import timezone

from booking.models import AppointmentEvent, Hold
from notifications.models import Delivery, PlanningFault, WebhookEndpoint
from notifications.outbox.alarm import LATE
from notifications.queries import oldest_due
from video.models import MediaNode
from video.placement import LIVE_FOR

DEAD_FOR = dt.timedelta(days=1)


@dataclass(frozen=True)
class Gauge:
    """One Prometheus sample, with its labels if it has any."""

    name: str
    help: str
    value: float
    labels: dict[str, str] = field(default_factory=dict)


def gauges() -> Iterator[Gauge]:
    """Eight small queries, each served by an index of what waits."""
    yield from _deliveries()
    unread = AppointmentEvent.objects.all_brands().unrelayed().count()
    yield Gauge("visavis_events_unread", "Events that no planner has read.", unread)
    faults = PlanningFault.objects.all_brands().count()
    fault_help = "Visits whose messages could not be worked out."
    yield Gauge("visavis_visits_unplannable", fault_help, faults)
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
        labels = {"state": state.value}
        yield Gauge("visavis_deliveries", help_text, counts.get(state, 0), labels)
    oldest = oldest_due()
    age = oldest.age if oldest else 0.0
    yield Gauge("visavis_delivery_age_seconds", "Age of the oldest due message.", age)
    late_help = "1 when a message has been due for more than a minute."
    yield Gauge("visavis_delivery_late", late_help, float(age > LATE))
    dead = Delivery.objects.all_brands().filter(
        state=Delivery.State.DEAD, due_at__gte=timezone.now() - DEAD_FOR
    )
    dead_help = "Messages of the last day that were given up."
    yield Gauge("visavis_deliveries_dead", dead_help, dead.count())
    paused = WebhookEndpoint.objects.all_brands().exclude(paused_at=None)
    paused_help = "Webhooks that failed for a day and are not called any more."
    yield Gauge("visavis_webhooks_paused", paused_help, paused.count())


def _media() -> Iterator[Gauge]:
    living = MediaNode.objects.filter(heartbeat_at__gte=Now() - LIVE_FOR)
    facts = living.aggregate(nodes=Count("pk"), rooms=Sum("rooms"))
    yield Gauge("visavis_media_nodes", "Media workers that live.", facts["nodes"])
    yield Gauge("visavis_rooms", "Rooms that they carry.", facts["rooms"] or 0)
