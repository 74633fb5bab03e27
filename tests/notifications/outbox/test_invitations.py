"""The mail that brings an invitation: planned with it, sent once, and known to fail."""

from __future__ import annotations

import datetime as dt
import json
import logging
import threading
from pathlib import Path

import pytest
from django.core import serializers
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from notifications.models import Delivery, DeliveryFacts
from notifications.outbox.dispatch import sweep
from notifications.outbox.facts import write_message_facts
from notifications.outbox.invitations import PACE, plan_invitations
from notifications.returns.bounces import take_complaint, take_report
from stores.editing.invitations import accept, invite, revoke, token_of
from stores.editing.many_people import invite_waiting
from stores.editing.people import NewPerson, create_people
from stores.erasing import erase_due
from stores.models import Invitation, StaffMember
from tests.cast import World, now_utc
from tests.notifications.bookings import DAY, HOUR, book, end_the_leases, on_the_grid
from tests.notifications.post_office import PostOffice, part_of
from tests.notifications.reports import report
from tests.notifications.senders import started, wait_until

INES = "ines@tilleul.example"
State = Delivery.State
Mail = Invitation.Mail


def add(world: World, *names: str) -> list[StaffMember]:
    people = [
        NewPerson(
            first_name=name,
            email=f"{name.lower()}@tilleul.example",
            stores=[world.store],
        )
        for name in names
    ]
    return create_people(brand=world.brand, people=people, now=now_utc())


@pytest.fixture
def ines(world: World) -> StaffMember:
    (made,) = add(world, "Ines")
    return made


def invited(
    world: World, person: StaffMember, *, now: dt.datetime | None = None
) -> Invitation:
    made = invite(
        staff_member=person, email=INES, by=world.dora, language="en",
        now=now or now_utc(),
    )  # fmt: skip
    assert made is not None
    return made


def said(invitation: Invitation) -> str:
    return Invitation.objects.get(pk=invitation.pk).mail


def test_it_leaves_once_with_the_link_and_the_page_says_so(
    world: World, ines: StaffMember, post_office: PostOffice
) -> None:
    invitation = invited(world, ines)
    assert said(invitation) == Mail.WAITING
    plan_invitations([invitation])
    assert sweep().sent == 1
    assert not sweep()
    (mail,) = post_office.arrived
    assert mail["X-Envelope-To"] == INES
    assert mail["Subject"] == "Your account at Maison Tilleul"
    for kind in ("plain", "html"):
        assert f"/r/invitation/{token_of(invitation)}/" in part_of(mail, kind)
        assert "Dora Roussel" in part_of(mail, kind)
    assert said(invitation) == Mail.SENT


def test_no_row_and_no_log_holds_the_link(
    world: World,
    ines: StaffMember,
    post_office: PostOffice,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    invitation = invited(world, ines)
    post_office.to_message = f"451 later, {INES}"
    assert sweep().retry == 1
    post_office.to_message = "250 kept"
    end_the_leases()
    assert sweep().sent == 1
    rows = [*Delivery.objects.all(), *Invitation.objects.all()]
    written = caplog.text + json.dumps(serializers.serialize("json", rows))
    assert token_of(invitation) not in written
    messages = serializers.serialize("json", Delivery.objects.all())
    assert INES not in caplog.text + json.dumps(messages)


def test_one_that_is_made_again_taken_back_or_used_is_not_sent(
    world: World, ines: StaffMember, post_office: PostOffice
) -> None:
    invited(world, ines)
    second = invited(world, ines)
    done = sweep()
    assert (done.void, done.sent) == (1, 1)
    assert token_of(second) in part_of(post_office.arrived[0], "plain")
    invited(world, ines)
    revoke(staff_member=ines, now=now_utc())
    third = sweep()
    used = invited(world, ines)
    accept(token=token_of(used), now=now_utc(), password="four words are better")
    assert (third.void, sweep().void) == (1, 1)
    assert len(post_office.arrived) == 1


def test_one_that_ran_out_before_the_server_took_it_is_not_sent(
    world: World, ines: StaffMember, post_office: PostOffice
) -> None:
    invited(world, ines)
    assert sweep(now=now_utc() + 7 * DAY + HOUR).void == 1
    assert Delivery.objects.get().problem == "too_late"


def test_a_person_of_another_brand_gets_no_link_of_ours(
    world: World, ines: StaffMember, post_office: PostOffice
) -> None:
    """Whatever an occasion says: the invitation must be the subject's own."""
    invited(world, ines)
    eve = world.eve.staff_member
    Delivery.objects.update(brand=world.other_brand, staff_member=eve)
    assert sweep().void == 1
    assert post_office.arrived == []


@pytest.mark.parametrize("kind", ["invitation", "absence_answered", "of_tomorrow"])
def test_an_occasion_that_names_nothing_stops_nobody(
    world: World, ines: StaffMember, post_office: PostOffice, kind: str
) -> None:
    invited(world, ines)
    Delivery.objects.update(kind=kind, occasion="nonsense")
    invited(world, ines)
    done = sweep()
    assert (done.void, done.sent) == (1, 1)


@pytest.mark.parametrize("answer", ["550 5.1.1 nobody", "550 5.7.1 blocked"])
def test_one_that_is_refused_is_said_on_the_persons_page(
    world: World, ines: StaffMember, post_office: PostOffice, answer: str
) -> None:
    invitation = invited(world, ines)
    post_office.to_recipient = answer
    assert sweep().dead == 1
    assert said(invitation) == Mail.FAILED


def test_one_that_comes_back_is_said_once_and_not_of_a_newer_one(
    world: World, ines: StaffMember, post_office: PostOffice, settings: Settings
) -> None:
    settings.BOUNCE_ADDRESS = "bounces@visavis.example"
    invitation = invited(world, ines)
    sweep()
    (sender,) = post_office.senders
    for _ in range(2):
        assert take_report(raw=report(sender), now=now_utc())
        assert said(invitation) == Mail.FAILED
    take_complaint(key=Delivery.objects.get().provider_key, now=now_utc())
    invited(world, ines)
    sweep()
    assert said(invitation) == Mail.SENT
    Delivery.objects.filter(problem="bounced").update(state=State.SENT)
    assert take_report(raw=report(sender), now=now_utc())
    assert said(invitation) == Mail.SENT, "the newer one is on its way"


def test_many_leave_one_after_the_other_behind_nobodys_visit(
    world: World, post_office: PostOffice
) -> None:
    """A fixed number of statements; a customer's mail waits for a handful of them."""
    people = add(world, *(f"Person{letter}" for letter in "abcdef"))
    ids, now = [one.pk for one in people], now_utc()

    def told(some: list[int]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            invite_waiting(brand=world.brand, people=some, by=world.dora, now=now)
        return len(asked)

    assert told(ids[:2]) == told(ids[2:])
    rows = Delivery.objects.filter(kind="invitation").order_by("pk")
    rests = [row.due_at - now for row in rows]
    assert rests == [number * PACE for number in range(6)]
    book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    assert sweep(now=now).sent == 2, "the first of them, and the confirmation"
    assert sweep(now=now + 6 * PACE).sent == 5


def test_they_are_in_no_figure_of_visits(
    world: World, ines: StaffMember, post_office: PostOffice
) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + HOUR), now=now)
    invited(world, ines)
    sweep(now=now)
    Delivery.objects.update(state=State.DEAD)
    day = visit.local_start.date()
    write_message_facts(brand=world.brand, first=day, last=day)
    facts = DeliveryFacts.objects.filter(store=world.store, channel="email")
    assert [row.dead for row in facts] == [
        visit.deliveries.filter(channel="email").count()
    ]


def test_they_go_after_a_year_and_the_visits_stay(
    world: World, ines: StaffMember
) -> None:
    now = now_utc()
    book(world, starts_at=on_the_grid(now + HOUR), now=now)
    sweep(now=now)
    invited(world, ines)
    before = Delivery.objects.exclude(appointment=None).count()
    assert before
    Delivery.objects.update(useless_after=now - 300 * DAY, due_at=now - 301 * DAY)
    erase_due(now=now)
    assert Delivery.objects.filter(appointment=None).count() == 1
    erase_due(now=now + 70 * DAY)
    assert Delivery.objects.filter(appointment=None).count() == 0
    assert Delivery.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_a_sender_killed_while_sending_loses_none(
    world: World, ines: StaffMember, post_office: PostOffice, tmp_path: Path
) -> None:
    invitation = invited(world, ines)
    killed = threading.Event()

    def hold_the_answer() -> None:
        killed.wait(30)

    def in_the_servers_hands() -> bool:
        return bool(post_office.arrived)

    post_office.before_answer = hold_the_answer
    with started(post_office, tmp_path / "once.log", "manage.py", "deliver") as once:
        wait_until(in_the_servers_hands)
        once.process.kill()
        once.process.wait()
    killed.set()
    assert said(invitation) == Mail.WAITING
    end_the_leases()
    assert sweep().sent == 1
    assert said(invitation) == Mail.SENT
    assert len(post_office.keys) == 2
    assert len(set(post_office.keys)) == 1
