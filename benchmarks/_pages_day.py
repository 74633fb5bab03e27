"""A simulated day of one store: what happens when, with the sweeper between."""

from __future__ import annotations

import datetime as dt
import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from unittest import mock

from django.template import Template
from django.test import Client, utils

from benchmarks._pages import signed_in
from booking.models import Appointment
from notifications.channels.base import Handed, Message
from notifications.models import Delivery
from notifications.outbox.dispatch import Sender, sweep
from stores.models import Store, User

RENDER: object = vars(utils)["instrumented_test_render"]
TICK = dt.timedelta(seconds=10)
"""The sweeper's longest rest."""


@dataclass
class Broken:
    """`after` are the seconds from `due` until the page showed the ways out."""

    kind: str
    visit: Appointment
    due: dt.datetime
    after: float | None = None
    is_acted: bool = False


class AtOnce:
    def send(self, message: Message) -> Handed:
        return Handed(message.key.hex)


@dataclass
class Day:
    """What happens at which moment; between two of them the sweeper runs."""

    store: Store
    manager: User
    dice: random.Random
    now: dt.datetime
    absent: frozenset[int] = frozenset()
    broken: list[Broken] = field(default_factory=list)
    _next: list[tuple[dt.datetime, int, Callable[[], object]]] = field(
        default_factory=list
    )
    _count: int = 0
    _desk: Client | None = None

    @property
    def desk(self) -> Client:
        """The manager's browser."""
        if self._desk is None:
            self._desk = signed_in(self.store.brand, self.manager)
        return self._desk

    def at(self, moment: dt.datetime, act: Callable[[], object]) -> None:
        self._count += 1
        heapq.heappush(self._next, (max(moment, self.now), self._count, act))

    def run(self, until: dt.datetime) -> None:
        sender = Sender({name: AtOnce() for name in Delivery.Channel.values})
        clock = mock.patch("django.utils.timezone.now", lambda: self.now)
        # So that an answer tells what its page was made from.
        told = mock.patch.object(Template, "_render", RENDER)
        with clock, told:
            while self.now < until:
                tick = self.now + TICK
                while self._next and self._next[0][0] <= tick:
                    self.now, _, act = heapq.heappop(self._next)
                    act()
                self.now = tick
                sweep(now=tick, sender=sender)
