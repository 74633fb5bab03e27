"""The five steps of a new brand, each with what it refuses."""

from __future__ import annotations

import pytest
from django.test import Client

from booking.availability.query import StartQuery
from booking.availability.starts import masks_for
from stores.access import offer_for
from stores.models import (
    Agenda,
    Competence,
    Posting,
    StaffMember,
    Store,
    Topic,
    User,
    WorkingHours,
)
from tests.booking.desk.setting_up import (
    COLLEAGUE,
    STORE,
    browser_of_a_new_brand,
    go,
    sent_as_shown,
    set_up,
    week,
)
from tests.cast import World, now_utc
from tests.house.page import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(db: None) -> Client:
    return browser_of_a_new_brand()


def test_the_five_steps_make_a_page_that_can_be_booked(client: Client) -> None:
    assert client.get("/desk/setup/")["Location"] == "/desk/setup/store/"
    set_up(client)
    store = Store.objects.all_brands().get()
    assert (store.slug, store.city) == ("lille-rue-de-metz", "Lille")
    assert (store.time_zone, store.territory) == ("Europe/Paris", "FR")
    sarah, ines = StaffMember.objects.all_brands().order_by("pk")
    assert (sarah.first_name, sarah.last_name) == ("Sarah", "Delattre")
    assert sarah.user and sarah.user.email == "sarah@tilleul.example"
    assert (ines.user, ines.active) == (None, False), "she has not come in yet"
    assert ines.invitation.sent_at
    for person in (sarah, ines):
        assert Agenda.objects.all_brands().filter(staff_member=person).exists()
        assert Posting.objects.all_brands().get(staff_member=person).is_home
        assert Competence.objects.all_brands().filter(staff_member=person).count() == 6
        rows = WorkingHours.objects.all_brands().filter(agenda__staff_member=person)
        assert rows.count() == 7
    topic = Topic.objects.all_brands().first()
    assert topic is not None
    assert set(topic.name) == {"fr", "en"}
    topic.brand = store.brand
    offer = offer_for(store=store, topic=topic, channel="video")
    assert offer is not None
    query = StartQuery(offer=offer, store=store, now=now_utc())
    assert masks_for(query).first() is not None


def test_a_step_can_be_left_and_gone_on_with(client: Client) -> None:
    go(client, "store", dict(STORE))
    assert client.get("/desk/setup/")["Location"] == "/desk/setup/hours/"
    assert client.get("/desk/setup/trial/")["Location"] == "/desk/setup/hours/"
    page = client.get("/desk/setup/store/").content.decode()
    assert "18 rue de Metz" in page
    go(client, "store", STORE | {"street": "20 rue de Metz"})
    assert Store.objects.all_brands().get().street == "20 rue de Metz"
    go(client, "hours", dict(week()))
    assert client.get("/desk/setup/")["Location"] == "/desk/setup/topics/"


def test_a_store_sent_twice_is_one(client: Client) -> None:
    for _ in range(2):
        go(client, "store", dict(STORE))
    assert Store.objects.all_brands().count() == 1
    assert StaffMember.objects.all_brands().count() == 1


@pytest.mark.parametrize(
    ("postcode", "zone", "territory"),
    [
        ("97400", "Indian/Reunion", "FR-974"),
        ("57000", "Europe/Paris", "FR-57"),
        ("67000", "Europe/Paris", "FR-67"),
        ("97110", "America/Guadeloupe", "FR-971"),
        ("97133", "America/Guadeloupe", "FR-BL"),
        ("98800", "Pacific/Noumea", "FR-NC"),
        ("75011", "Europe/Paris", "FR"),
    ],
)
def test_the_postcode_says_zone_and_territory(
    client: Client, postcode: str, zone: str, territory: str
) -> None:
    meant = {"postcode": postcode, "address_asked": f"{postcode} Lille"}
    go(client, "store", STORE | meant)
    store = Store.objects.all_brands().get()
    assert (store.time_zone, store.territory) == (zone, territory)


@pytest.mark.parametrize("field", ["name", "street", "postcode", "city"])
def test_a_shop_needs_its_address(client: Client, field: str) -> None:
    several = {"postcode": "01000"}
    response = client.post("/desk/setup/store/", STORE | several | {field: ""})
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    assert not Store.objects.all_brands().exists()


def test_a_remote_team_needs_none_and_is_never_visited(client: Client) -> None:
    go(client, "store", {"name": "Nos conseillers", "kind": "remote"})
    go(client, "hours", dict(week()))
    channels = set(WorkingHours.objects.all_brands().first().channels)  # type: ignore[union-attr]
    assert channels == {"video", "callback"}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({f"day-{n}-is_open": "" for n in range(7)}, "Open one day at least"),
        ({"day-0-starts_at": "19:00", "day-0-until": "10:00"}, "closes after it opens"),
        ({"day-0-starts_at": ""}, "From which hour?"),
        ({"day-0-until": "25:00"}, "valid time"),
    ],
)
def test_hours_that_cannot_be_are_refused(
    client: Client, changed: dict[str, str], words: str
) -> None:
    go(client, "store", dict(STORE))
    response = client.post("/desk/setup/hours/", week() | changed)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not WorkingHours.objects.all_brands().exists()


def test_an_evening_from_home_is_by_video_only(client: Client) -> None:
    go(client, "store", dict(STORE))
    facts = sent_as_shown(client, "hours", evening="on")
    go(client, "hours", facts)
    rows = WorkingHours.objects.all_brands().filter(weekday=0).order_by("starts_at")
    assert [row.channels for row in rows] == [
        ["callback", "in_store", "video"],
        ["video"],
    ]
    assert [row.minutes for row in rows] == [9 * 60, 2 * 60]
    assert 'name="evening" checked' in " ".join(
        client.get("/desk/setup/hours/").content.decode().split()
    ).replace(' id="id_evening"', "")


def test_a_colleague_with_a_known_address_is_refused(client: Client) -> None:
    go(client, "store", dict(STORE))
    go(client, "hours", dict(week()))
    go(client, "topics", sent_as_shown(client, "topics", do="save"))
    same = COLLEAGUE | {"email": "SARAH@tilleul.example"}
    response = client.post("/desk/setup/colleague/", same)
    assert response.status_code == 422
    assert "has this address already" in response.content.decode()
    assert User.objects.count() == 1
    assert go(client, "colleague", {"do": "later"}) == "/desk/setup/trial/"
    assert StaffMember.objects.all_brands().count() == 1


def test_a_brand_that_left_the_steps_is_led_to_its_desk(world: World) -> None:
    client = Client()
    client.force_login(world.dora)
    for step in ("", "store/", "hours/", "topics/", "colleague/", "trial/"):
        assert client.get(f"/desk/setup/{step}")["Location"] == "/desk/"


def test_an_adviser_sets_nothing_up(world: World) -> None:
    client = Client()
    client.force_login(world.bob.user)
    assert client.get("/desk/setup/").status_code == 403


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_page_keeps_nobody_out(client: Client, language: str) -> None:
    def look(step: str) -> None:
        response = client.get(
            f"/desk/setup/{step}/", headers={"accept-language": language}
        )
        faults = list(Page(response.content.decode()).faults())
        assert not faults, f"{step}: {faults}"

    look("store")
    go(client, "store", dict(STORE))
    look("hours")
    go(client, "hours", dict(week()))
    look("topics")
    go(client, "topics", sent_as_shown(client, "topics", do="save"))
    look("colleague")
    go(client, "colleague", {"do": "later"})
    look("trial")
