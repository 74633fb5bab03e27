"""Every state of the table of moves has a way out: the pages are read, each of their
buttons is pressed, and what has become of the visit is compared with the table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from django.db import transaction
from django.test import Client

from booking.links import issue_link
from booking.models import Appointment
from booking.models.promise import last_moment
from booking.promises.clock import run_clock
from booking.states import CANCELLED, FINAL, MISSED, REOPENINGS, TRANSITIONS, Status
from stores.models import Channel, Offer
from tests.booking.asking import ask
from tests.booking.customers import opened
from tests.cast import World, make_visit, next_step, now_utc
from tests.house.page import Element, Page
from tests.shares import by_turns

DAY = dt.timedelta(days=1)
Button = tuple[str, tuple[tuple[str, str], ...]]
ELSEWHERE = ("room", "messages", "calendar.ics", "device", "waiting", "data.zip")
"""What hangs on a visit's address and is no act of booking."""

BY_TIME_ALONE = {Status.DONE, *CANCELLED} - {Status.DECLINED}
"""After a day these stay for ever: nobody waits for anything any more."""


def visit_of(
    world: World, status: Status, channel: str, *, ago: dt.timedelta = dt.timedelta(0)
) -> Appointment:
    """In a status, an hour ahead or so long ago; what is asked for was really asked."""
    now = now_utc() - ago
    if status == Status.REQUESTED:
        return ask(world, now, minutes=60, channel=channel)
    at = next_step(now, minutes=60)
    visit = make_visit(world, starts_at=at, now=now, channel=channel, status=status)
    issue_link(visit, now=now)
    return visit


def reached(world: World, client: Client, visit: Appointment) -> set[Status]:
    """What a visit becomes by the buttons of its pages, each pressed by itself."""
    found = set()
    mine = Client()
    for browser, page in (
        (client, f"/staff/appointments/{visit.pk}/"),
        (mine, opened(mine, visit)),
    ):
        for action, fields in set(buttons(browser, page)):
            with pressed():
                browser.post(action, dict(fields))
                found.add(Status(Appointment.objects.get(pk=visit.pk).status))
    return found - {Status(visit.status)}


class _Over(Exception):
    """Rolls the press of a button back."""


@contextmanager
def pressed() -> Iterator[None]:
    with suppress(_Over), transaction.atomic():
        yield
        raise _Over


def buttons(
    browser: Client, page: str
) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """Address and fields of each button of a page and of those that it leads to."""
    seen = {page: shown(browser, page)}
    for link in seen[page].all("a"):
        href = link.attributes.get("href", "")
        part = href.removeprefix(page)
        if href.startswith(page) and part and not part.startswith(ELSEWHERE):
            seen[href] = shown(browser, href)
    for address, content in seen.items():
        for button in content.all("button"):
            form = form_of(button)
            if form is not None and form.attributes.get("method") == "post":
                fields = tuple(sorted(fields_of(content, form, button).items()))
                action = form.attributes.get("action") or address
                # What stands at the edge of every page is no act on it.
                if page.split("/")[-2] in action:
                    yield action, fields


def shown(browser: Client, address: str) -> Page:
    response = browser.get(address)
    assert response.status_code == 200, address
    return Page(response.content.decode())


def form_of(element: Element) -> Element | None:
    while element.parent is not None:
        element = element.parent
        if element.tag == "form":
            return element
    return None


def fields_of(content: Page, form: Element, button: Element) -> dict[str, str]:
    found = {}
    for field in content.all("input", "textarea"):
        name = field.attributes.get("name", "")
        if form_of(field) is form and name and name != "csrfmiddlewaretoken":
            found[name] = field.attributes.get("value", "")
    if "name" in button.attributes:
        found[button.attributes["name"]] = button.attributes.get("value", "")
    return found


@pytest.mark.parametrize(("status", "channel"), by_turns(Status, Channel.values))
def test_a_button_leads_out_of_every_state_and_only_as_the_table_says(
    world: World, bob: Client, status: Status, channel: str
) -> None:
    visit = visit_of(world, status, channel)
    found = reached(world, bob, visit)
    assert found, f"nothing leaves {status}"
    assert found <= TRANSITIONS[status] | REOPENINGS.get(status, frozenset())


def test_a_request_is_left_by_each_side_in_each_way(world: World, bob: Client) -> None:
    visit = visit_of(world, Status.REQUESTED, Channel.VIDEO)
    assert reached(world, bob, visit) == TRANSITIONS[Status.REQUESTED]


def test_a_request_that_nobody_touches_is_ended_by_the_clock(world: World) -> None:
    visit = visit_of(world, Status.REQUESTED, Channel.VIDEO)
    run_clock(now=last_moment(visit.created_at, visit.starts_at))
    visit.refresh_from_db()
    assert visit.status == Status.DECLINED


@pytest.mark.parametrize("status", [Status.DECLINED, *sorted(MISSED)])
def test_who_did_not_get_what_they_wanted_has_a_way_on_for_ever(
    world: World, bob: Client, status: Status
) -> None:
    Offer.objects.update(needs_approval=True)
    visit = visit_of(world, status, Channel.VIDEO, ago=30 * DAY)
    wanted = Status.CONFIRMED if status in MISSED else Status.REQUESTED
    assert reached(world, bob, visit) == {wanted}


@pytest.mark.parametrize("status", sorted(BY_TIME_ALONE))
def test_what_is_over_for_a_day_stays_so_and_takes_no_time(
    world: World, bob: Client, status: Status
) -> None:
    assert status in FINAL
    visit = visit_of(world, status, Channel.VIDEO, ago=2 * DAY)
    assert reached(world, bob, visit) == set()
    assert not visit.takes_time
