"""Every screen of a customer, in every state: how to come to see it.

A new page, or a new state of one, is a new row here; all that looks at every screen
then looks at it: axe-core, narrow windows, long words, the keyboard.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone
from playwright.sync_api import Page

from benchmarks._pages_site import Shop, new_visit, path_of, user_of
from booking.after.rating import rate_visit
from booking.after.summary import save_summary
from booking.links import permanent_url, token_of
from booking.models import Actor, Appointment
from booking.promises.calls import promise_call
from booking.services.answers import owe_answer
from booking.services.attendance import announce_delay, mark_missed
from booking.states import Status
from booking.thread.writing import answer, ask
from stores.models import Channel, LegalKind
from video import services
from video.access import room_of

Way = Callable[[Shop, Page], None]
"""Brings the page to the screen; the page knows its site as base address."""
DAY = 24 * 60


@dataclass(frozen=True)
class Screen:
    name: str
    way: Way
    needs_scripts: bool = False


def _opened(page: Page, visit: Appointment, end: str = "") -> None:
    page.goto(path_of(permanent_url(visit)))
    if end:
        page.goto(f"/{visit.brand.slug}/appointments/{visit.pk}/{end}")


def _at(path: str) -> Way:
    return lambda shop, page: _goes(
        page, path.format(brand=shop.brand.slug, own=shop.path)
    )


def _goes(page: Page, path: str) -> None:
    page.goto(path)


def _of(
    end: str = "",
    *,
    minutes: int = 3 * DAY,
    channel: str = Channel.VIDEO,
    status: str = Status.CONFIRMED,
) -> Way:
    """A page of a visit, by its link."""

    def way(shop: Shop, page: Page) -> None:
        visit = new_visit(shop, minutes=minutes, channel=channel, status=status)
        if status == Status.REQUESTED:
            owe_answer(visit, now=timezone.now())
        _opened(page, visit, end)

    return way


def _after(
    act: Callable[[Appointment, dt.datetime], object],
    end: str = "",
    *,
    minutes: int,
    status: str = Status.CONFIRMED,
    channel: str = Channel.VIDEO,
) -> Way:
    """The same, once something was done."""

    def way(shop: Shop, page: Page) -> None:
        visit = new_visit(shop, minutes=minutes, channel=channel, status=status)
        act(visit, timezone.now())
        _opened(page, visit, end)

    return way


def _holds(shop: Shop, page: Page, channel: str = Channel.VIDEO) -> None:
    page.goto(f"{shop.path}{channel}/")
    page.locator("button[name=start]").first.click()
    page.locator("input[name=name]").wait_for()


def _details_of_call(shop: Shop, page: Page) -> None:
    _holds(shop, page, Channel.CALLBACK)


def _unfolded(shop: Shop, page: Page) -> None:
    _holds(shop, page)
    page.locator("main details").evaluate_all("all => all.map(e => (e.open = true))")


def _refused(shop: Shop, page: Page) -> None:
    _holds(shop, page)
    page.locator("main form .bar button.btn-lg").click()
    page.locator("[aria-invalid=true]").first.wait_for()


def _lost_sent(shop: Shop, page: Page) -> None:
    page.goto(f"/{shop.brand.slug}/appointments/")
    page.locator("main form input.input").first.fill("nobody@customer.example")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state()


def _late(visit: Appointment, now: dt.datetime) -> None:
    by = Actor.staff(user_of(visit.staff_member))
    announce_delay(appointment=visit, minutes=20, by=by, now=now)


def _called(visit: Appointment, now: dt.datetime) -> None:
    promise_call(appointment=visit, by=Actor.customer(), now=now)


def _asked(visit: Appointment, now: dt.datetime) -> None:
    ask(appointment=visit, text="Elle mesure 1,05 m.", now=now)


def _answered(visit: Appointment, now: dt.datetime) -> None:
    _asked(visit, now)
    by = Actor.staff(user_of(visit.staff_member))
    answer(
        appointment=visit,
        text="Oui, tout juste.",
        by=by,
        staff_member=visit.staff_member,
        now=now,
    )


def _we_missed(visit: Appointment, now: dt.datetime) -> None:
    mark_missed(appointment=visit, by_staff=True, by=Actor.system(), now=now)


def _here(visit: Appointment, now: dt.datetime) -> None:
    services.say_here(room=room_of(visit), now=now)


def _let_in(visit: Appointment, now: dt.datetime) -> None:
    _here(visit, now)
    services.admit(room=room_of(visit), now=now)


def _rated(score: int) -> Callable[[Appointment, dt.datetime], object]:
    return lambda visit, now: rate_visit(appointment=visit, score=score, now=now)


def _summed_up(visit: Appointment, now: dt.datetime) -> None:
    save_summary(
        appointment=visit,
        words="Le vélo de 16 pouces convient.",
        by=Actor.staff(user_of(visit.staff_member)),
        next_step="Réserver le vélo",
        next_owner=visit.staff_member,
        next_due_at=now + dt.timedelta(days=2),
        release=True,
        now=now,
    )


def _invited(shop: Shop, page: Page) -> None:
    visit = new_visit(shop, minutes=3)
    link = services.invite_guest(room=room_of(visit), now=timezone.now())
    page.goto(f"/r/guest/{token_of(link)}/")


def _gone_hold(shop: Shop, page: Page) -> None:
    page.goto(f"/{shop.brand.slug}/")
    page.goto(f"/{shop.brand.slug}/holds/{uuid.uuid4()}/")


def _done(end: str = "") -> Way:
    return _of(end, minutes=-60, status=Status.DONE)


CHOICES = (
    Screen("door", _at("/{brand}/")),
    Screen("door, a part of the link is gone", _at("/{brand}/?topic=nowhere&gone=1")),
    Screen("stores", _at("/{brand}/stores/")),
    Screen("stores, nothing found", _at("/{brand}/stores/?town=Zzyzx")),
    Screen("frame of the widget", _at("/{brand}/widget/frame")),
    Screen("topics", lambda shop, page: _goes(page, shop.path.rsplit("/", 2)[0] + "/")),
    Screen("channels", _at("{own}")),
    *(Screen(f"times, {one}", _at(f"{{own}}{one}/")) for one in Channel.values),
    Screen("times, the hour is lost", _at("{own}video/?lost=1")),
    Screen("details", _holds),
    Screen("details, a call", _details_of_call),
    Screen("details, unfolded", _unfolded),
    Screen("details, refused", _refused),
    *(Screen(f"booked, {one}", _of("booked/", channel=one)) for one in Channel.values),
)  # fmt: skip
ACTS = (
    *("move/", "cancel/", "contact/", "brought/", "case/"),
    *("earlier/", "card/", "kept/", "erase/"),
)
VISITS = (
    *(Screen(f"visit, {one}", _of(channel=one)) for one in Channel.values),
    *(Screen(f"visit now, {one}", _of(channel=one, minutes=4))
      for one in Channel.values),
    Screen("visit, requested", _of(status=Status.REQUESTED)),
    Screen("visit, declined", _of(status=Status.DECLINED)),
    Screen("visit, cancelled", _of(status=Status.CANCELLED_BY_CUSTOMER)),
    Screen("visit, cancelled by us", _of(status=Status.CANCELLED_BY_STORE)),
    Screen("visit, in progress", _of(minutes=-5, status=Status.IN_PROGRESS)),
    Screen("visit, they missed it", _of(minutes=-60, status=Status.MISSED_BY_CUSTOMER)),
    Screen("visit, we missed it", _after(_we_missed, minutes=-30)),
    Screen("visit, we are late", _after(_late, minutes=4)),
    Screen("visit, nobody came", _of(minutes=-8, status=Status.ARRIVED)),
    Screen("visit, a call is owed",
           _after(_called, minutes=-8, status=Status.ARRIVED)),
    Screen("visit, the call was not made", _of(minutes=-20, channel=Channel.CALLBACK)),
    *(Screen(f"visit, {one}", _of(one)) for one in ACTS),
    Screen("visit, a message", _after(_asked, minutes=3 * DAY)),
    Screen("visit, answered", _after(_answered, minutes=3 * DAY)),
    Screen("visit, moved late", _of("move/", minutes=10)),
)  # fmt: skip
AFTER = (
    Screen("after", _done()),
    Screen("after, rated 5", _after(_rated(5), minutes=-60, status=Status.DONE)),
    Screen("after, rated 1", _after(_rated(1), minutes=-60, status=Status.DONE)),
    Screen("after, summed up", _after(_summed_up, minutes=-60, status=Status.DONE)),
    Screen("summary",
           _after(_summed_up, "summary/", minutes=-60, status=Status.DONE)),
)  # fmt: skip
ROOM = (
    Screen("device", _of("device/", minutes=10), needs_scripts=True),
    Screen("device, days before", _of("device/"), needs_scripts=True),
    Screen("waiting, early", _of("waiting/", minutes=60)),
    Screen("waiting, at the door", _of("waiting/", minutes=4)),
    Screen("waiting", _after(_here, "waiting/", minutes=4)),
    Screen("waiting, nobody came", _after(_here, "waiting/", minutes=-8)),
    Screen("waiting, over", _of("waiting/", minutes=-DAY, status=Status.DONE)),
    Screen("room", _after(_let_in, "room/", minutes=2), needs_scripts=True),
    Screen("guest", _invited),
)
REFUSED = (
    *(Screen(f"legal, {one}", _at(f"/{{brand}}/legal/{one}/"))
      for one in LegalKind.values),
    Screen("lost link", _at("/{brand}/appointments/")),
    Screen("lost link, sent", _lost_sent),
    Screen("wrong link", _at("/r/wrong-wrong-wrong-wrong")),
    Screen("not one's own", _at(f"/{{brand}}/appointments/{uuid.uuid4()}/")),
    Screen("no such store", _at("/{brand}/nowhere/")),
    Screen("no such brand", _at("/nobody/")),
    Screen("a hold that is gone", _gone_hold),
)  # fmt: skip
SCREENS = (*CHOICES, *VISITS, *AFTER, *ROOM, *REFUSED)
