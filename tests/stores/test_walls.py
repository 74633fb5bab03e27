"""What the tables of floor 1 refuse, whoever writes to them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from stores.models import (
    Absence,
    Agenda,
    Brand,
    DayOverride,
    Membership,
    Offer,
    Posting,
    Resource,
    Role,
    Store,
    User,
    WorkingHours,
)
from stores.models.brand import RESERVED_BRAND_SLUGS
from stores.models.store import RESERVED_STORE_SLUGS
from tests.cast import World, make_brand, make_world, now_utc
from tests.walls import refused_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.mark.parametrize("slug", RESERVED_BRAND_SLUGS)
def test_a_brand_cannot_take_an_address_of_ours(slug: str) -> None:
    with refused_by("brand_slug"):
        make_brand(slug, "Anything")


@pytest.mark.parametrize("slug", ["", "-x", "x-", "Upper", "a b", "a/b", "é"])
def test_a_brand_has_a_slug_that_fits_an_address(slug: str) -> None:
    with refused_by("brand_slug_form"):
        make_brand(slug, "Anything")


@pytest.mark.parametrize("slug", RESERVED_STORE_SLUGS)
def test_a_store_cannot_take_an_address_of_ours(world: World, slug: str) -> None:
    with refused_by("store_slug_not_reserved"):
        Store.objects.create(brand=world.brand, slug=slug, name="Anything")


def test_two_brands_may_have_a_store_of_the_same_slug(world: World) -> None:
    Store.objects.create(brand=world.other_brand, slug="lille", name="Lille")
    with refused_by("store_slug"):
        Store.objects.create(brand=world.brand, slug="lille", name="Lille")


def test_an_address_signs_in_one_person_whatever_its_case(world: World) -> None:
    with refused_by("user_email_once"):
        User.objects.create(email="DORA@tilleul.example", name="Somebody else")


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"weekday": 7}, "workinghours_weekday"),
        ({"minutes": 0}, "workinghours_minutes"),
        ({"minutes": 4}, "workinghours_minutes"),
        ({"minutes": 1441}, "workinghours_minutes"),
        ({"channels": []}, "workinghours_channels"),
        ({"channels": ["fax"]}, "workinghours_channels"),
        ({"every_n_weeks": 0}, "workinghours_rhythm"),
        ({"every_n_weeks": 2}, "workinghours_rhythm_has_anchor"),
        ({"every_n_weeks": 9, "valid_from": dt.date(2026, 1, 5)}, "rhythm_has_anchor"),
        (
            {"valid_from": dt.date(2026, 1, 6), "valid_until": dt.date(2026, 1, 5)},
            "workinghours_days_in_order",
        ),
    ],
)
def test_working_hours_that_mean_nothing_are_refused(
    world: World, change: dict[str, Any], constraint: str
) -> None:
    hours = {
        "brand": world.brand,
        "agenda": world.bob.agenda,
        "store": world.store,
        "weekday": 0,
        "starts_at": dt.time(9),
        "minutes": 60,
        "channels": ["video"],
    }
    WorkingHours.objects.create(**hours)
    with refused_by(constraint):
        WorkingHours.objects.create(**hours | change)


@pytest.mark.parametrize(
    "hours",
    [
        {"starts_at": dt.time(9)},
        {"minutes": 60},
        {"starts_at": dt.time(9), "minutes": 60, "channels": []},
        {"starts_at": dt.time(9), "minutes": 1500, "channels": ["video"]},
    ],
)
def test_a_day_is_overridden_by_open_time_or_by_nothing(
    world: World, hours: dict[str, Any]
) -> None:
    day = {
        "brand": world.brand,
        "agenda": world.bob.agenda,
        "store": world.store,
        "day": now_utc().date(),
    }
    DayOverride.objects.create(**day)
    with refused_by("dayoverride_open_or_off"):
        DayOverride.objects.create(**day, **hours)


def test_an_absence_lasts(world: World) -> None:
    now = now_utc()
    with refused_by("absence_not_empty"):
        Absence.objects.create(
            brand=world.brand, agenda=world.bob.agenda, starts_at=now, ends_at=now
        )


def test_an_agenda_belongs_to_one_person_or_one_thing(world: World) -> None:
    booth = Resource.objects.create(
        brand=world.brand, store=world.store, kind="booth", name="Booth"
    )
    with refused_by("agenda_of_one_owner"):
        Agenda.objects.create(brand=world.brand)
    with refused_by("agenda_of_one_owner"):
        Agenda.objects.filter(pk=world.bob.agenda.pk).update(resource=booth)
    with refused_by("staff_member_id"):
        Agenda.objects.create(brand=world.brand, staff_member=world.bob.staff_member)


def test_a_person_has_one_home(world: World) -> None:
    with refused_by("posting_one_home"):
        Posting.objects.create(
            brand=world.brand,
            staff_member=world.bob.staff_member,
            store=world.other_store,
            is_home=True,
        )


def test_an_admin_is_one_of_the_whole_brand(world: World) -> None:
    with refused_by("membership_admin_of_whole_brand"):
        Membership.objects.create(
            brand=world.brand, user=world.bob.user, store=world.store, role=Role.ADMIN
        )
    with refused_by("membership_once_in_brand"):
        Membership.objects.create(brand=world.brand, user=world.dora, role=Role.MANAGER)


def test_a_store_replaces_an_offer_once(world: World) -> None:
    offer = {"brand": world.brand, "topic": world.topic, "channel": "video"}
    with refused_by("offer_once_in_brand"):
        Offer.objects.create(**offer)
    Offer.objects.create(**offer, store=world.store)
    with refused_by("offer_once_in_store"):
        Offer.objects.create(**offer, store=world.store)


@pytest.mark.parametrize(
    "change", [{"duration": 4}, {"step": 0}, {"horizon": 61}, {"buffer_after": 241}]
)
def test_an_offer_stays_within_what_the_bits_hold(
    world: World, change: dict[str, int]
) -> None:
    with refused_by("offer_numbers_in_range"):
        Offer.objects.filter(pk=world.offers["video"].pk).update(**change)


def test_a_brand_with_stores_cannot_be_deleted(world: World) -> None:
    with pytest.raises(Exception, match="protected foreign keys"):
        Brand.objects.get(pk=world.brand.pk).delete()
