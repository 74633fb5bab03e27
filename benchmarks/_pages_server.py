"""How long each page of a customer takes on the server of a brand of 10,000 stores."""

from __future__ import annotations

import gc
import re

from django.db import transaction
from django.test import Client
from django.urls import reverse

from benchmarks._figures import bench_brand, p95_ms, timed
from benchmarks._pages_site import Shop, new_visit, path_of, shop_of
from booking.links import permanent_url
from booking.models import Appointment
from booking.states import Status
from stores.models import Channel, LegalKind, Store

START = re.compile(r'name="start"\s+value="([^"]+)"')
DAY = 24 * 60
OWN = ("", "booked/", "move/", "cancel/", "contact/", "brought/", "case/", "state/",
       "card/", "kept/", "erase/", "calendar.ics", "device/", "waiting/",
       "waiting/state/")  # fmt: skip


def server_times(*, quick: bool, rounds: int) -> dict[str, float]:
    """p95 in milliseconds by page, the slowest first. What is written for it is taken
    back."""
    brand, _ = bench_brand(quick=quick)
    middle = Store.objects.for_brand(brand).count() // 2
    store = Store.objects.for_brand(brand).order_by("pk")[middle]
    with transaction.atomic():
        found = _times(shop_of(brand, store), rounds)
        transaction.set_rollback(True)
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def _times(shop: Shop, rounds: int) -> dict[str, float]:
    client = Client(SERVER_NAME="localhost")
    brand = f"/{shop.brand.slug}/"
    pages = {
        "door": brand,
        "stores": f"{brand}stores/",
        "stores, a town": f"{brand}stores/?town={shop.store.city}",
        "frame of the widget": f"{brand}widget/frame",
        "topics": f"{brand}{shop.store.slug}/",
        "channels": shop.path,
        "details": _details(client, shop),
        "lost link": f"{brand}appointments/",
    }
    pages |= {f"times, {one}": f"{shop.path}{one}/" for one in Channel.values}
    pages |= {f"legal, {one}": f"{brand}legal/{one}/" for one in LegalKind.values}
    visit = _opened(client, new_visit(shop, minutes=10))
    pages |= {f"visit, {end or 'own page'}": _own(visit, end) for end in OWN}
    later = _opened(client, new_visit(shop, minutes=3 * DAY))
    pages["visit, earlier/"] = _own(later, "earlier/")
    done = _opened(client, new_visit(shop, minutes=-60, status=Status.DONE))
    pages["after"] = _own(done, "")
    return {name: _p95(client, page, rounds) for name, page in pages.items()}


def _own(visit: Appointment, end: str) -> str:
    page = reverse("booking:appointment", args=[visit.brand.slug, visit.pk])
    return f"{page}{end}"


def _opened(client: Client, visit: Appointment) -> Appointment:
    client.get(path_of(permanent_url(visit)))
    return visit


def _details(client: Client, shop: Shop) -> str:
    """The page of an hour that the client holds."""
    times = f"{shop.path}{Channel.VIDEO}/"
    found = START.search(client.get(times).content.decode())
    if found is None:
        raise LookupError(f"{times} offers no hour.")
    return str(client.post(times, {"start": found[1]})["Location"])


def _p95(client: Client, page: str, rounds: int) -> float:
    def get() -> None:
        answer = client.get(page)
        if answer.status_code != 200:
            raise ValueError(f"{page} answered {answer.status_code}.")

    get()
    # As in the process that serves pages, visavis/asgi.py.
    gc.collect()
    gc.freeze()
    return p95_ms([timed(get) for _ in range(rounds)])
