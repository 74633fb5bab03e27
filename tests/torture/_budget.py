"""Hostile requests for text messages: many networks, few numbers, some abroad."""

from __future__ import annotations

import collections
import random
import threading
from dataclasses import dataclass, field

from django.db import connection

from booking.models import Appointment, Customer
from notifications.errors import DeliveryError
from notifications.models import Delivery, TextRule
from notifications.outbox.text_budget import take_from_budget
from stores.models import Brand
from stores.telephone import region_of
from tests.cast import now_utc

NETWORKS = 500
THREADS = 4
ABROAD = ("+4915123456789", "+447911123456", "+12025550123", "+97798", "+88213")


@dataclass
class Granted:
    """What was let through, by brand budget, network and number."""

    total: int = 0
    off_list: int = 0
    networks: collections.Counter[str] = field(default_factory=collections.Counter)
    phones: collections.Counter[str] = field(default_factory=collections.Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, phone: str, network: str, rule: TextRule) -> None:
        with self.lock:
            self.total += 1
            self.off_list += region_of(phone) not in rule.countries
            self.networks[network] += 1
            self.phones[phone] += 1

    def above(self, rule: TextRule) -> int:
        """How many messages more than any budget allows."""
        found = max(0, self.total - rule.per_brand)
        found += sum(max(0, n - rule.per_network) for n in self.networks.values())
        return found + sum(max(0, n - rule.per_phone) for n in self.phones.values())


def attack(brand: Brand, *, requests: int, seed: int) -> tuple[Granted, TextRule]:
    rule, _ = TextRule.objects.get_or_create(
        brand=brand,
        defaults={"per_brand": requests // 5, "per_network": 6, "per_phone": 8},
    )
    granted = Granted()
    threads = [
        threading.Thread(
            target=_ask, args=(brand, requests // THREADS, seed + n, rule, granted)
        )
        for n in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return granted, rule


def _ask(
    brand: Brand, requests: int, seed: int, rule: TextRule, granted: Granted
) -> None:
    chance, now = random.Random(seed), now_utc()
    for _ in range(requests):
        phone = f"+3363998{chance.randrange(400):04d}"
        if chance.random() < 0.2:
            phone = chance.choice(ABROAD)
        network = f"network-{chance.randrange(NETWORKS)}"
        visit = Appointment(
            brand=brand, network=network, customer=Customer(brand=brand, phone=phone)
        )
        try:
            take_from_budget(delivery=Delivery(brand=brand), appointment=visit, now=now)
        except DeliveryError:
            continue
        granted.add(phone, network, rule)
    connection.close()
