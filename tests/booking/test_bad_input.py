"""Absurd ranges, ten-year horizons, malformed days, other people's ids.

Each line is answered below 500 with the code or the field it is about, alike in HTML
and API, and afterwards not one row more stands in the database.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from booking.models import Hold
from stores.models import Absence, Closure, Membership, Offer, Role
from tests.booking.customers import opened, visit_in
from tests.cast import World, next_step, now_utc
from tests.oracles.holding import refusal_of_holding

pytestmark = pytest.mark.django_db
API = "/api/v1/brands/tilleul"
STARTS = f"{API}/stores/lille/starts/"
TIMES = "/tilleul/lille/premier-velo/video/"
JSON = "application/json"
HUGE = 9_223_372_036_854_775_808
NO_DAYS = [
    "0001-01-01",
    "9999-12-31",
    "2027-13-45",
    "2027-02-29",
    "tomorrow",
    "٣",
    "-1",
]
NO_STARTS = [
    "", "soon", "2027-03-28", "2027-03-28T10:00:00", "2027-13-28T10:00:00Z",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2027-03-28T25:00:00Z",
    "0001-01-01T00:00:00Z", "9999-12-31T23:55:00Z",
]  # fmt: skip
NOT_OFFERED = ["2001-01-01T00:00:00Z", "2199-12-31T12:55:00Z", "2036-11-21T10:00:00Z"]
"""Instants that are well written, but past, of another age, or in ten years."""


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def staff(world: World) -> Client:
    Membership.objects.filter(user=world.dora).update(
        store=world.store, role=Role.MANAGER
    )
    signed_in = Client(raise_request_exception=False)
    signed_in.force_login(world.dora)
    return signed_in


def rows() -> dict[str, int]:
    """Of each table of ours, counted in one statement."""
    ours = ("stores", "booking", "notifications", "video")
    tables = [m._meta.db_table for m in apps.get_models() if m._meta.app_label in ours]
    counts = [f"SELECT '{table}', count(*) FROM {table}" for table in tables]  # noqa: S608  # names of ours
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(counts))
        return dict(cursor.fetchall())


def wish(**other: object) -> dict[str, Any]:
    at = next_step(now_utc(), minutes=120).isoformat()
    known = {"store": "lille", "topic": "premier-velo", "channel": "video"}
    return {**known, "starts_at": at, **other}


def hold(client: Client, **other: object) -> Any:
    return client.post(f"{API}/holds/", wish(**other), JSON)


@pytest.mark.parametrize("day", NO_DAYS)
@pytest.mark.parametrize("name", ["since", "until"])
def test_an_absurd_day_is_named_by_the_api(
    world: World, client: Client, day: str, name: str
) -> None:
    answer = client.get(
        STARTS, {"topic": "premier-velo", "channel": "video", name: day}
    )
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"
    assert list(answer.json()["fields"]) == [name]


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("until", "2036-11-21", "until"),
        ("channel", "fax", "channel"),
        ("topic", "a b", "topic"),
        ("topic", "a\x00b", "topic"),
        ("staff", "bob", "staff"),
        ("staff", 0, "staff"),
    ],
)
def test_each_wrong_question_names_its_field(
    world: World, client: Client, name: str, value: Any, field: str
) -> None:
    query = {"topic": "premier-velo", "channel": "video", "since": "2026-11-21"}
    answer = client.get(STARTS, {**query, name: value})
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == [field]


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "91", "north", ""])
def test_a_place_that_is_not_on_earth_is_refused(
    world: World, client: Client, value: str
) -> None:
    query = {"topic": "premier-velo", "lat": "50.6", "lon": "3.0"}
    answer = client.get(f"{API}/stores/near/", {**query, "lat": value})
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == ["lat"]


@pytest.mark.parametrize("start", NO_STARTS)
def test_a_malformed_start_is_refused_alike(
    world: World, client: Client, start: str
) -> None:
    before = rows()
    answer = hold(client, starts_at=start)
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == ["starts_at"]
    page = client.post(TIMES, {"start": start})
    assert page.status_code == 422
    assert rows() == before


@pytest.mark.parametrize("start", NOT_OFFERED)
def test_a_start_far_away_is_not_offered_alike(
    world: World, client: Client, start: str
) -> None:
    before = rows()
    answer = hold(client, starts_at=start)
    assert (answer.status_code, answer.json()["code"]) == (422, "slot_not_offered")
    assert client.post(TIMES, {"start": start}).status_code == 422
    at = dt.datetime.fromisoformat(start)
    assert refusal_of_holding(world, at, now_utc()) == "slot_not_offered"
    assert rows() == before


@pytest.mark.parametrize(
    ("other", "status"),
    [
        ({"store": "calais"}, 404),
        ({"store": "nowhere"}, 404),
        ({"topic": "pret"}, 404),
        ({"staff_member": "EVE"}, 404),
        ({"staff_member": "CHARLIE"}, 404),
        ({"staff_member": HUGE}, 422),
        ({"staff_member": -1}, 422),
        ({"channel": "fax"}, 422),
        ({"channel": ["video"]}, 422),
        ({"store": None}, 422),
        ({"store": {"slug": "lille"}}, 422),
    ],
)
def test_ids_of_others_are_404_and_values_of_nobody_422(
    world: World, client: Client, other: dict[str, object], status: int
) -> None:
    people = {"EVE": world.eve, "CHARLIE": world.charlie}
    named = people.get(str(other.get("staff_member")))
    if named:
        other = {"staff_member": named.staff_member.pk}
    before = rows()
    answer = hold(client, **other)
    assert answer.status_code == status, answer.json()
    assert answer.json().keys() >= {"code", "detail", "fields"}
    assert rows() == before


@pytest.mark.parametrize("body", ["", "[]", "null", "7", "{", '{"a": NaN}', "\x00"])
def test_a_body_that_is_no_document_has_the_one_shape(
    world: World, client: Client, body: str
) -> None:
    answer = client.post(f"{API}/holds/", body, JSON)
    assert answer.status_code in (400, 422)
    assert answer.json().keys() == {"code", "detail", "fields"}
    assert not Hold.objects.exists()


def test_another_brands_rows_are_404_in_html_and_api(
    world: World, client: Client, staff: Client
) -> None:
    made = Client()
    held = hold(made).json()["id"]
    visit = visit_in(world, minutes=300)
    opened(made, visit)
    other = "banque-du-port"
    for address in (
        f"/{other}/lille/premier-velo/video/",
        f"/{other}/calais/premier-velo/video/",
        f"/{other}/holds/{held}/",
        f"/api/v1/brands/{other}/stores/lille/starts/?topic=pret&channel=video",
        f"/api/v1/brands/{other}/appointments/{visit.pk}/",
    ):
        assert made.get(address).status_code == 404, address
    foreign = Client(raise_request_exception=False)
    foreign.force_login(world.eve.user)
    for address in (
        f"/staff/appointments/{visit.pk}/",
        f"/desk/hours/{world.bob.agenda.pk}/week/",
        f"/desk/hours/?store={world.store.pk}&who={world.bob.agenda.pk}",
    ):
        assert foreign.get(address).status_code == 404, address


@pytest.mark.parametrize("day", [*NO_DAYS, "9" * 400, "2036-11-21", "\x00"])
def test_pages_survive_every_day(
    world: World, client: Client, staff: Client, day: str
) -> None:
    """A customer is shown the nearest day there is; staff are told, or shown today."""
    assert client.get(TIMES, {"day": day, "with": day}).status_code in (200, 404)
    visit = visit_in(world, minutes=300)
    move = f"{opened(client, visit)}move/"
    assert client.get(move, {"day": day, "channel": day}).status_code in (200, 404)
    for address in ("/desk/", "/desk/hours/", "/desk/absences/add/", "/staff/"):
        query = dict.fromkeys(("day", "visit", "store", "agenda", "offer"), day)
        for name, value in query.items():
            found = staff.get(address, {name: value})
            assert found.status_code in (200, 302, 404, 422), (address, name)
    agenda, offer = world.bob.agenda.pk, world.offers["video"].pk
    asked: dict[str, Any] = {"who": agenda, "day": day, "hour": "00:00", "offer": offer}
    assert staff.get("/desk/hours/", asked).status_code in (200, 404, 422)
    if "\x00" not in day and len(day) < 50:
        path = f"/desk/hours/{agenda}/days/{day}/"
        assert staff.get(path).status_code in (200, 404)


def absence(world: World, first: str, last: str) -> dict[str, Any]:
    return {
        "agenda": world.bob.agenda.pk,
        "first_day": first,
        "first_time": "00:00",
        "last_day": last,
        "last_time": "18:00",
        "reason": "other",
    }


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2027-01-01", "2037-01-01"),
        ("2027-01-02", "2027-01-01"),
        ("0001-01-01", "0001-01-02"),
        ("9999-12-31", "9999-12-31"),
        ("2027-02-30", "2027-03-01"),
        ("", ""),
    ],
)
def test_ten_years_away_is_refused_by_the_desk(
    world: World, staff: Client, first: str, last: str
) -> None:
    before = rows()
    answer = staff.post("/desk/absences/add/", absence(world, first, last))
    assert answer.status_code == 422
    closing = {"place": f"store-{world.store.pk}", "first_day": first, "last_day": last}
    answer = staff.post("/desk/closures/", {**closing, "reason": "x"})
    assert answer.status_code == 422
    assert rows() == before


def test_a_move_to_the_first_day_of_all_is_refused(world: World, staff: Client) -> None:
    visit = visit_in(world, minutes=300)
    page = staff.post(
        f"/staff/appointments/{visit.pk}/move/",
        {"day": "0001-01-01", "hour": "00:00", "channel": "video"},
    )
    assert page.status_code == 422


def test_a_foreign_agenda_is_no_choice(world: World, staff: Client) -> None:
    facts = absence(world, "2027-01-01", "2027-01-02")
    for agenda in (world.eve.agenda.pk, HUGE, "x", "\x00"):
        answer = staff.post("/desk/absences/add/", {**facts, "agenda": agenda})
        assert answer.status_code == 422, agenda
    assert not Absence.objects.exists()
    place = f"store-{world.foreign_store.pk}"
    day = {"first_day": "2027-01-01", "last_day": "2027-01-02", "reason": "x"}
    assert staff.post("/desk/closures/", {"place": place, **day}).status_code == 422
    assert not Closure.objects.exists()


def test_an_offer_cannot_look_further_than_the_bits(world: World) -> None:
    """The wall of the table itself: sixty days, four more resources."""
    offer = Offer.objects.get(pk=world.offers["video"].pk)
    for field, value in (("horizon", 3650), ("further_resources", ["x"] * 5)):
        setattr(offer, field, value)
        with pytest.raises(Exception, match="offer_"):
            offer.validate_constraints()
