"""The large brand of the measurements: whole, the same each time, restartable."""

from __future__ import annotations

import pytest
from django.utils import timezone

from booking.availability.query import StartQuery
from booking.availability.starts import masks_for
from booking.models import Occupancy
from stores.models import Brand, Offer, StaffMember, Store
from visavis.demo import nation

pytestmark = pytest.mark.django_db


def plant(*, stores: int, staff: int) -> Brand:
    return nation.plant_nation(
        stores=stores, staff=staff, now=timezone.now(), progress=lambda *_: None
    )


def test_plants_stores_people_hours_and_visits() -> None:
    brand = plant(stores=4, staff=10)
    assert Store.objects.for_brand(brand).count() == 4
    assert StaffMember.objects.for_brand(brand).count() == 10
    assert Occupancy.objects.for_brand(brand).count() == 10 * nation.VISITS
    store = Store.objects.for_brand(brand).earliest("pk")
    offer = Offer.objects.for_brand(brand).get(channel="video")
    assert masks_for(StartQuery(offer=offer, store=store, now=timezone.now())).first()


def test_goes_on_where_it_stopped() -> None:
    plant(stores=4, staff=8)
    brand = plant(stores=6, staff=12)
    again = plant(stores=6, staff=12)
    assert again == brand
    assert StaffMember.objects.for_brand(brand).count() == 12
    assert Store.objects.for_brand(brand).count() == 6
