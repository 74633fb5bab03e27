"""Over every address: a GET changes nothing, and another brand finds nothing.

The addresses come from the URL resolver: a new route is in these tests without being
named, and fails them while a parameter of it has no example.
"""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client

from stores.access import workplaces_for
from stores.accounts.workplace import Workplace
from stores.models import Store
from tests.house.routes import Route, Scene, make_scene, our_routes, signed_in

pytestmark = pytest.mark.django_db

NEVER_FOUND = {
    "notifications:mail",
    "notifications:mail_html",
    "notifications:mail_attachment",
    "notifications:mails",
    "video_api:session",
    "booking_api:appointments",
    "setup",
    "setup_password",
    "stores:file",
    *("booking:hold_photo", "booking:visit_photo", "booking:staff_photo"),
    *("booking:message_photo", "booking:staff_message_photo"),
    *("account_company", "openid_connect_callback"),
}
"""No mailbox in a test, no media session without a browser, no list without a key, no
set-up page where there is a brand, no file that nobody sent, no company of a brand that
has none."""

OPEN_TO_ALL = {"healthz", "readyz", "metrics", "schema", "api_docs", "stores:home"}
"""The same for everybody, so asked once."""

ANSWERS = {200, 302, 303, 304, 401, 403, 404, 405, 409, 410}
IDS = {
    "staff_id",
    *("appointment_id", "hold_id", "room_id", "session"),
    *("agenda_id", "absence_id", "closure_id", "topic_id", "key_id"),
    *("endpoint_id", "edit_id", "import_id", "asked_id"),
}
"""Parameters that name a thing of one brand, by something that is no secret."""


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def fingerprint() -> dict[str, str]:
    """A checksum of each table."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        parts = [
            f"SELECT '{table}', md5(string_agg(t::text, '' ORDER BY t::text)) "  # noqa: S608 - names of our own tables
            f"FROM {table} t"
            for table in tables
        ]
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


def writes() -> int:
    """Rows that this transaction has written so far, also those taken back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)"
            " FROM pg_stat_xact_user_tables"
        )
        return int(cursor.fetchone()[0])


def visitors(scene: Scene) -> dict[str, Client]:
    """Whoever might open an address: with a link, signed in, or with nothing."""
    world = scene.world
    return {
        "Alice": scene.browser_of_alice(),
        "a guest": scene.browser_of_a_guest(),
        "Bob": signed_in(world.bob.user),
        "Dora": signed_in(world.dora),
        "Bob with his mails": scene.browser_with_mails(),
        "Eve": signed_in(world.eve.user),
        "nobody": Client(),
    }


def test_a_get_finds_something_and_changes_nothing(scene: Scene) -> None:
    people = visitors(scene)
    before, written = fingerprint(), writes()
    for route in our_routes():
        address = scene.address(route)
        found = set()
        for name, client in people.items():
            if name == "nobody" or route.name not in OPEN_TO_ALL:
                found.add(client.get(address).status_code)
        if writes() > written:
            written, changed = writes(), changed_since(before)
            assert not changed, f"GET {address} changed {changed}"
        assert found <= ANSWERS, f"{route.name}: {found}"
        if route.name not in NEVER_FOUND:
            assert found & {200, 302, 303, 405}, f"{route.name}: {found}"
    assert not changed_since(before)


def test_whatever_is_written_is_noticed(scene: Scene) -> None:
    before, written = fingerprint(), writes()
    assert writes() == written
    scene.visit.customer.save(update_fields=["language"])
    assert writes() == written + 1
    assert not changed_since(before)
    scene.visit.customer.language = "de"
    scene.visit.customer.save(update_fields=["language"])
    assert writes() == written + 2
    assert changed_since(before) == {"booking_customer"}


def private(route: Route) -> bool:
    return bool(IDS & set(route.parameters)) and route.name not in NEVER_FOUND


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_brands_staff_finds_nothing(scene: Scene, method: str) -> None:
    eve = signed_in(scene.world.eve.user)
    before = fingerprint()
    for route in filter(private, our_routes()):
        address = scene.address(route)
        status = getattr(eve, method)(address).status_code
        assert status in (404, 405), f"Eve {method} {address}: {status}"
    assert changed_since(before) <= {"stores_browsersession"}


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_without_the_link_finds_nothing(scene: Scene, method: str) -> None:
    nobody = Client()
    before = fingerprint()
    for route in filter(private, our_routes()):
        address = scene.address(route)
        response = getattr(nobody, method)(address)
        to_sign_in = response.get("Location", "").startswith("/accounts/login/")
        assert response.status_code in (403, 404, 405) or to_sign_in, (
            f"nobody {method} {address}: {response.status_code}"
        )
    assert not changed_since(before)


@pytest.mark.parametrize("method", ["get", "post"])
def test_our_ids_below_another_brands_slug_are_unknown(
    scene: Scene, method: str
) -> None:
    """Even the customer with the link finds her visit under its own brand only."""
    alice = scene.browser_of_alice()
    foreign = scene.world.other_brand.slug
    before = fingerprint()
    for route in filter(private, our_routes()):
        if not {"brand", "brand_slug"} & set(route.parameters):
            continue
        address = scene.address(route).replace(scene.world.brand.slug, foreign)
        status = getattr(alice, method)(address).status_code
        assert status in (HTTPStatus.NOT_FOUND, 405), f"{method} {address}: {status}"
    assert not changed_since(before)


def test_no_page_of_head_office_reads_all_stores(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A brand has ten thousand: a list is cut off, or what one may see is asked for
    by a set of rows."""
    asked: set[str] = set()
    page = ""

    def stores(workplace: Workplace) -> list[Store]:
        if workplace.sees_whole_brand:
            asked.add(page)
        return list(workplace.store_rows)

    monkeypatch.setattr(Workplace, "stores", property(stores))
    dora = signed_in(scene.world.dora)
    pages = [scene.address(route) for route in our_routes()]
    for address in (one for one in pages if one.startswith(("/desk/", "/staff/"))):
        for query in ("", "?whole=1&days=365", "?q=an&find=an"):
            page = address + query
            dora.get(page)
    assert not asked
    # The page would have been named.
    page = "here"
    assert [one.stores for one in workplaces_for(scene.world.dora)]
    assert asked == {"here"}


def changed_since(before: dict[str, str]) -> set[str]:
    after = fingerprint()
    return {table for table in after if after[table] != before.get(table)}
