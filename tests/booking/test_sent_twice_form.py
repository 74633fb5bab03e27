"""Forms that create, sent twice: one row, one answer, also at the same moment."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.test import Client

from booking.models import Appointment, CallAttempt, Hold, Occupancy
from booking.states import Status
from stores.models import Absence, Closure, Membership, Role
from tests.at_once import at_once, twice
from tests.booking.customers import opened, text_of, visit_in
from tests.cast import World, make_world, next_step, now_utc
from tests.sent_forms import answer_to, copy_of, forms_on

pytestmark = pytest.mark.django_db
ABSENCES = "/desk/absences/add/"
TIMES = "/tilleul/lille/premier-velo/video/"


@pytest.fixture
def staff(world: World) -> Client:
    """Dora leads Lille only, so that its pages need no `?store=`."""
    Membership.objects.filter(user=world.dora).update(
        store=world.store, role=Role.MANAGER
    )
    signed_in = Client()
    signed_in.force_login(world.dora)
    return signed_in


def field_on(client: Client, address: str, name: str) -> str:
    found = re.search(rf'name="{name}"\s+value="([^"]+)"', text_of(client, address))
    assert found
    return found[1]


def key_on(client: Client, address: str) -> str:
    return field_on(client, address, "once")


def absence(world: World) -> dict[str, Any]:
    day = next_step(now_utc(), minutes=48 * 60).date()
    return {
        "agenda": world.bob.agenda.pk,
        "first_day": f"{day}",
        "first_time": "09:00",
        "last_day": f"{day}",
        "last_time": "18:00",
        "reason": "training",
    }


def closing(world: World, *, do: str = "close") -> dict[str, Any]:
    day = next_step(now_utc(), minutes=48 * 60).date()
    place = f"store-{world.store.pk}"
    return {
        "do": do, "place": place, "first_day": f"{day}", "last_day": f"{day}",
        "reason": "stocktaking", "territory": "FR", "year": f"{day.year + 1}",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("address", "made", "facts"),
    [
        (ABSENCES, Absence, absence),
        ("/desk/closures/", Closure, closing),
        ("/desk/closures/", Closure, lambda world: closing(world, do="holidays")),
    ],
)
def test_a_form_of_the_desk_is_one_act(
    world: World,
    staff: Client,
    address: str,
    made: Any,
    facts: Callable[[World], dict[str, Any]],
) -> None:
    form = {**facts(world), "once": key_on(staff, address)}
    first = staff.post(address, form)
    count = made.objects.count()
    again = staff.post(address, form)
    assert (first.status_code, again.status_code) == (302, 302)
    assert first["Location"] == again["Location"]
    assert made.objects.count() == count > 0
    other = staff.post(address, {**form, "reason": "other"})
    assert other.status_code == 422
    assert other.context["code"] == "idempotency_mismatch"
    # A page opened anew is a new act.
    staff.post(address, {**facts(world), "once": key_on(staff, address)})
    assert made.objects.count() >= count


def test_what_was_refused_may_be_corrected_with_the_same_key(
    world: World, staff: Client
) -> None:
    form = {**absence(world), "once": uuid.uuid4().hex}
    wrong = staff.post(ABSENCES, {**form, "last_time": "08:00"})
    assert wrong.status_code == 422
    assert staff.post(ABSENCES, form).status_code == 302
    assert Absence.objects.count() == 1


def test_a_key_of_the_wrong_length_is_refused(world: World, staff: Client) -> None:
    answer = staff.post(ABSENCES, {**absence(world), "once": "short"})
    assert answer.status_code == 422
    assert answer.context["code"] == "idempotency_key_invalid"
    assert not Absence.objects.exists()


def test_a_tap_on_no_answer_counts_one_call(world: World, staff: Client) -> None:
    visit = visit_in(world, minutes=5, channel="callback")
    path = f"/staff/appointments/{visit.pk}/"
    key = key_on(staff, path)
    for _ in range(2):
        sent = {"result": "no_answer", "once": key}
        assert staff.post(f"{path}calls/", sent).status_code == 302
    assert CallAttempt.objects.count() == 1
    reached = staff.post(f"{path}calls/", {"result": "reached", "once": key})
    assert reached.status_code == 422
    sent = {"result": "no_answer", "once": key_on(staff, path)}
    assert staff.post(f"{path}calls/", sent).status_code == 302
    assert CallAttempt.objects.count() == 2
    visit.refresh_from_db()
    assert visit.status == Status.CONFIRMED


# At the same moment


@pytest.mark.django_db(transaction=True)
def test_two_threads_write_one_absence() -> None:
    world = make_world()
    Membership.objects.filter(user=world.dora).update(
        store=world.store, role=Role.MANAGER
    )
    staff = Client()
    staff.force_login(world.dora)
    for number in range(5):
        form = {**absence(world), "once": uuid.uuid4().hex}

        def send(form: dict[str, Any] = form) -> Any:
            own = Client()
            own.cookies = staff.cookies
            return own.post(ABSENCES, form)

        one, two = twice(send)
        assert (one.status_code, two.status_code) == (302, 302)
        assert Absence.objects.count() == number + 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["move", "callback", "contact"])
def test_two_threads_of_a_customer_read_the_same(act: str) -> None:
    world = make_world()
    for number in range(5):
        missed = act == "callback"
        visit = visit_in(
            world,
            minutes=-90 if missed else 240 + 60 * number,
            status=Status.MISSED_BY_CUSTOMER if missed else Status.CONFIRMED,
        )
        browser = Client()
        page = opened(browser, visit)
        route = {"callback": "booking:to_callback", "contact": "notifications:contact"}
        address = {"contact": f"{page}contact/", "move": f"{page}move/"}.get(act, page)
        form = next(
            form
            for form in forms_on(text_of(browser, address), address)
            if form.route == route.get(act, "booking:move")
        )
        typed = {"email": f"{number}@customer.example", "phone": "+33639980010"}
        sent = {**form.fields, **{n: v for n, v in typed.items() if n in form.fields}}
        browsers = [copy_of(browser), copy_of(browser)]
        one, two = at_once(
            *(partial(answer_to, each, form.path, sent) for each in browsers)
        )
        assert one == two
        assert one[0] == 303
        assert len(one[2]) == 1


@pytest.mark.django_db(transaction=True)
def test_two_threads_hold_and_book_one_visit() -> None:
    """The customers' forms carry no key: a visitor has one hold, and an appointment
    takes its hold's id."""
    make_world()
    for number in range(5):
        at = next_step(now_utc(), minutes=120 + 60 * number)
        browser = Client()
        # A first visit gives the browser its cookie.
        browser.post(TIMES, {"start": at.isoformat()})

        def again(client: Client) -> Client:
            own = Client()
            own.cookies = client.cookies
            return own

        def hold(at: Any = at, browser: Client = browser) -> Any:
            return again(browser).post(TIMES, {"start": at.isoformat()})

        held, other = twice(hold)
        assert (held.status_code, other.status_code) == (303, 303)
        assert held["Location"] == other["Location"]
        assert Hold.objects.count() == 1
        signed = field_on(browser, held["Location"], "wanted")
        email = f"{number}@customer.example"
        details = {"name": "Alice", "email": email, "wanted": signed}

        def book(
            browser: Client = browser,
            path: str = held["Location"],
            details: dict[str, str] = details,
        ) -> Any:
            return again(browser).post(path, details)

        one, two = twice(book)
        assert (one.status_code, two.status_code) == (303, 303)
        assert one["Location"] == two["Location"]
        assert Appointment.objects.count() == number + 1
    assert Occupancy.objects.count() == 5
