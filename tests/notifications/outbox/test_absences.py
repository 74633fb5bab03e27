"""An absence that is asked for, and its answer: mails to staff, each once and true."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone, translation

from booking.errors import AskingRefused
from booking.rota.absences import remove_absence
from booking.rota.asked_absences import (
    approve_request,
    ask_absence,
    note_seen,
    refuse_request,
    withdraw_request,
)
from booking.templatetags.staff import away_words
from notifications.models import Delivery
from notifications.outbox.absences import plan_absence
from notifications.outbox.dispatch import sweep
from stores.calendar.recurrence import instant
from stores.models import Absence, AbsenceRequest, Membership, Region, Role, User
from tests.cast import World, make_user, now_utc
from tests.notifications.bookings import DAY, HOUR, end_the_leases
from tests.notifications.post_office import PostOffice, part_of

pytestmark = pytest.mark.django_db
State = Delivery.State


def ask(
    world: World, *, now: dt.datetime | None = None, hours: tuple[int, int] = (0, 24)
) -> AbsenceRequest:
    """Bob asks for the day after tomorrow, all of it or between the hours."""
    now = now or now_utc()
    day = now.astimezone(world.store.zone).date() + 2 * DAY
    midnight = instant(day, dt.time(), world.store.zone)
    return ask_absence(
        agenda=world.bob.agenda,
        zone=world.store.zone,
        starts_at=midnight + hours[0] * HOUR,
        ends_at=midnight + hours[1] * HOUR,
        reason="sickness",
        note="A small operation",
        now=now,
    )


def approve(
    world: World, asked: AbsenceRequest, *, now: dt.datetime | None = None
) -> Absence:
    return approve_request(asked=asked, user=world.dora, now=now or now_utc())


def refuse(world: World, asked: AbsenceRequest, answer: str = "Two are away.") -> None:
    refuse_request(asked=asked, answer=answer, user=world.dora, now=now_utc())


def the(kind: str) -> Delivery:
    return Delivery.objects.get(kind=kind)


def reads(user: User, language: str) -> None:
    User.objects.filter(pk=user.pk).update(language=language)


def manager(world: World, name: str, **place: object) -> Membership:
    user = make_user(f"{name.lower()}@tilleul.example", name)
    return Membership.objects.create(
        brand=world.brand, user=user, role=Role.MANAGER, **place
    )


def readers() -> list[str]:
    rows = Delivery.objects.filter(kind="absence_asked")
    return sorted(row.member.user.name for row in rows if row.member)


@pytest.mark.parametrize(
    ("language", "asks", "approved"),
    [
        ("fr", "Bob Durand demande une absence", "Votre absence est acceptée"),
        ("en", "Bob Durand asks for an absence", "Your absence is approved"),
    ],
)
def test_who_leads_reads_of_the_request_and_who_asked_of_the_answer(
    world: World, post_office: PostOffice, language: str, asks: str, approved: str
) -> None:
    reads(world.dora, language)
    reads(world.bob.user, language)
    asked = ask(world)
    assert sweep().sent == 1
    approve(world, asked)
    assert (sweep().sent, sweep().sent) == (1, 0)
    assert post_office.subjects == [asks, approved]
    to_dora, to_bob = post_office.arrived
    assert to_dora["X-Envelope-To"] == world.dora.email
    assert to_bob["X-Envelope-To"] == world.bob.user.email
    with translation.override(language), timezone.override(world.store.zone):
        when = away_words(asked)
    for mail, path in (
        (to_dora, f"/desk/absences/asked/{asked.pk}/"),
        (to_bob, "/staff/absences/"),
    ):
        assert mail["Content-Language"] == language
        assert "List-Unsubscribe" not in mail
        assert "Maison Tilleul" in str(mail["From"])
        for kind in ("plain", "html"):
            text = part_of(mail, kind)
            assert when in text
            assert path in text
            assert "/r/" not in text, "no living link"
            for secret in ("operation", "Illness", "Maladie"):
                assert secret not in text, "why stands behind the sign-in"


def test_a_refusal_brings_its_sentence_as_it_was_written(
    world: World, post_office: PostOffice
) -> None:
    reads(world.bob.user, "en")
    asked = ask(world)
    refuse(world, asked, "Two are away & <b>sale</b>.")
    assert sweep().sent == 1, "the request is answered: nobody else reads of it"
    (mail,) = post_office.arrived
    assert mail["Subject"] == "Your absence is refused"
    assert "Two are away & <b>sale</b>." in part_of(mail, "plain")
    assert "Two are away &amp; &lt;b&gt;sale&lt;/b&gt;." in part_of(mail, "html")
    assert "Dora Roussel has refused it" in part_of(mail, "plain")
    assert the("absence_asked").state == State.VOID


def taken_back(world: World, asked: AbsenceRequest) -> None:
    withdraw_request(asked=asked)


def removed(world: World, asked: AbsenceRequest) -> None:
    absence = approve(world, asked)
    remove_absence(absence=absence, user=world.dora, now=now_utc())


def read_on_the_page(world: World, asked: AbsenceRequest) -> None:
    refuse(world, asked)
    note_seen(agenda=world.bob.agenda, shown=[asked.pk], now=now_utc())


def out_of_the_brand(world: World, asked: AbsenceRequest) -> None:
    refuse(world, asked)
    world.bob.user.memberships.all().delete()


def account_closed(world: World, asked: AbsenceRequest) -> None:
    refuse(world, asked)
    User.objects.filter(pk=world.bob.user.pk).update(is_active=False)


def without_address(world: World, asked: AbsenceRequest) -> None:
    refuse(world, asked)
    User.objects.filter(pk=world.bob.user.pk).update(email="")


@pytest.mark.parametrize(
    ("happens", "problem"),
    [
        (taken_back, ""),
        (removed, "not_wanted"),
        (read_on_the_page, "not_wanted"),
        (out_of_the_brand, "recipient_gone"),
        (account_closed, "recipient_gone"),
        (without_address, "address_closed"),
    ],
)
def test_what_holds_no_more_is_told_to_nobody(
    world: World,
    post_office: PostOffice,
    happens: Callable[[World, AbsenceRequest], None],
    problem: str,
) -> None:
    happens(world, ask(world))
    assert sweep().sent == 0
    assert post_office.arrived == []
    assert the("absence_asked").state == State.VOID
    rows = Delivery.objects.filter(kind="absence_answered")
    assert [row.problem for row in rows] == ([problem] if problem else [])
    assert {row.state for row in rows} <= {State.VOID}


def test_who_leads_nobody_any_more_reads_of_no_request(
    world: World, post_office: PostOffice
) -> None:
    mia = manager(world, "Mia", store=world.store)
    ask(world)
    Membership.objects.filter(pk=mia.pk).update(role=Role.ADVISER)
    sweep()
    assert the("absence_asked").problem == "recipient_gone"
    mia.delete()
    assert not Delivery.objects.exists(), "it goes with its subject"


def test_each_manager_of_the_store_reads_of_it_once(world: World) -> None:
    manager(world, "Arras", store=world.other_store)
    for name in ("Mia", "Noa"):
        manager(world, name, store=world.store)
    now = now_utc()
    asked = ask(world, now=now)
    plan_absence(asked, now)
    assert readers() == ["Mia", "Noa"]


def test_a_manager_who_asks_is_read_of_by_who_leads_them(world: World) -> None:
    region = Region.objects.create(brand=world.brand, slug="nord", name="Nord")
    world.store.region = region
    world.store.save(update_fields=["region"])
    Membership.objects.filter(user=world.bob.user).update(role=Role.MANAGER)
    manager(world, "Rita", region=region)
    ask(world)
    assert readers() == ["Rita"]


def test_who_leads_alone_writes_to_nobody(world: World) -> None:
    Membership.objects.filter(user=world.dora).delete()
    Membership.objects.filter(user=world.bob.user).update(role=Role.MANAGER)
    asked = ask(world)
    assert readers() == []
    refuse_request(asked=asked, answer="No.", user=world.bob.user, now=now_utc())
    assert the("absence_answered").state == State.DUE


def test_a_refused_request_writes_no_message(world: World) -> None:
    for _ in range(2):
        with contextlib.suppress(AskingRefused):
            ask(world)
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    ("hour", "rests_until"), [(20, 20), (21, 32), (23, 32), (26, 32), (32, 32)]
)
def test_nobody_is_written_to_at_night(
    world: World, post_office: PostOffice, hour: int, rests_until: int
) -> None:
    """On the clock of the store; 32 is eight o'clock of the next day."""
    zone, today = world.store.zone, now_utc().astimezone(world.store.zone).date()

    def at(number: int) -> dt.datetime:
        day, clock = divmod(number, 24)
        return instant(today + (1 + day) * DAY, dt.time(clock), zone)

    asked = ask(world, now=at(hour))
    approve(world, asked, now=at(hour))
    for row in Delivery.objects.all():
        assert row.due_at == at(rests_until)
    assert sweep(now=at(rests_until)).sent == 1


def test_before_an_absence_at_dawn_the_answer_is_there(world: World) -> None:
    """An hour before it begins, where the morning would be too late."""
    tomorrow = now_utc().astimezone(world.store.zone).date() + DAY
    evening = instant(tomorrow, dt.time(22), world.store.zone)
    asked = ask(world, now=evening - DAY, hours=(6, 10))
    approve(world, asked, now=evening)
    assert the("absence_answered").due_at == asked.starts_at - HOUR


def test_a_request_of_another_brand_is_read_by_nobody(
    world: World, post_office: PostOffice
) -> None:
    """Whatever an occasion says: the row is looked for in the brand of the message."""
    refuse(world, ask(world))
    eve = Membership.objects.get(brand=world.other_brand)
    eve.role = Role.MANAGER
    eve.save(update_fields=["role"])
    Delivery.objects.filter(kind="absence_asked").update(
        brand=world.other_brand, member=eve
    )
    AbsenceRequest.objects.update(state="asked", answered_by=None, answered_at=None)
    Delivery.objects.filter(kind="absence_answered").delete()
    assert sweep().void == 1
    assert post_office.arrived == []


def test_a_server_that_fails_is_tried_again_and_a_mail_that_came_back_known(
    world: World, post_office: PostOffice
) -> None:
    refuse(world, ask(world))
    post_office.to_message = "451 later"
    assert sweep().retry == 1
    end_the_leases()
    post_office.to_message = "250 kept"
    assert sweep().sent == 1
    assert len(set(post_office.keys)) == 1
    Delivery.objects.update(state=State.DUE, tries=0)
    end_the_leases()
    post_office.to_recipient = "550 5.1.1 nobody"
    assert sweep().dead == 1
    assert the("absence_answered").problem == "recipient_refused"
