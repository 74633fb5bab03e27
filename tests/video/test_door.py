"""Held, refused, invited, put out, passed to the phone: from both sides."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from booking.errors import PhoneNeeded, TransitionRefused
from booking.links import guest_links_of
from booking.models import Actor, Appointment
from booking.states import Status
from stores.models import Channel
from tests.cast import World, now_utc
from tests.video.doors import form, invited, page, read, sessions, staff
from tests.video.running_worker import RunningWorker
from tests.video.visitors import OFFER, signed_in, visitor, with_link
from video import services
from video.access import room_of, room_row_of
from video.errors import NotInvited, RoomFull
from video.models import Participant, Room, Stay
from video.services.comings import ROOM_ENDED, record_message, rooms_to_close
from video.views.staff import support_of

BODY = {"type": "offer", "sdp": OFFER}


def test_who_is_asked_to_wait_reads_why_and_keeps_the_place(
    world: World, visit: Appointment
) -> None:
    alice, bob = with_link(visit), signed_in(world.bob.user)
    alice.post(page("join", visit))
    assert form(bob, staff("hold", visit), message="with_customer") == 302
    words = read(alice, page("waiting_state", visit))
    assert 'data-waiting="held"' in words
    assert "finishes with another customer, about 5 minutes" in words
    assert 'data-held="with_customer"' in read(bob, staff("door", visit))
    assert form(bob, staff("admit", visit)) == 302
    assert 'data-waiting="admitted"' in read(alice, page("waiting_state", visit))
    assert Room.objects.for_brand(world.brand).get().hold_message == ""


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("not_now", "cannot take the visit by video"),
        ("by_phone", "proposes a call instead"),
        ("another_visit", "needs more time or other papers"),
    ],
)
def test_who_is_refused_reads_why_and_has_a_way_out(
    world: World, visit: Appointment, worker: RunningWorker, reason: str, words: str
) -> None:
    alice, bob = with_link(visit), signed_in(world.bob.user)
    alice.post(page("join", visit))
    services.admit(room=room_of(visit), now=timezone.now())
    assert form(bob, staff("refuse", visit), reason=reason) == 302
    state = read(alice, page("waiting_state", visit))
    assert 'data-waiting="refused"' in state and words in state
    whole = read(alice, page("waiting", visit))
    assert "Call me instead" in whole and "Change or cancel" in whole
    assert alice.post(sessions(visit, "customer"), BODY) == 403
    services.admit(room=room_of(visit), now=timezone.now())
    assert alice.post(sessions(visit, "customer"), BODY) == 201


def test_the_board_answers_the_door_and_comes_back_to_itself(
    world: World, visit: Appointment
) -> None:
    with_link(visit).post(page("join", visit))
    bob = signed_in(world.bob.user)
    board = reverse("booking:board")
    response = bob.client.post(
        staff("hold", visit),
        {"message": "longer", "next": board, "csrfmiddlewaretoken": bob.token},
    )
    assert response["Location"] == board
    assert form(bob, staff("hold", visit), message="for ever") == 400


def test_an_invited_guest_gives_a_name_and_waits_to_be_let_in(
    world: World, visit: Appointment, worker: RunningWorker
) -> None:
    guest, seat = invited(visit)
    bob = signed_in(world.bob.user)
    assert "Paul, invited, is at the door" in read(bob, staff("door", visit))
    assert guest.post(sessions(visit, "guest"), BODY) == 403
    assert form(bob, staff("admit", visit), who=seat) == 302
    waiting = guest.client.get(page("guest", visit))
    assert waiting["Location"] == page("guest_room", visit)
    assert guest.post(sessions(visit, "guest"), BODY) == 201
    assert guest.client.get(page("guest_room", visit)).status_code == 200


def test_a_guest_has_the_room_and_nothing_else(
    world: World, visit: Appointment, worker: RunningWorker
) -> None:
    guest, _ = invited(visit)
    for name in ("room", "waiting", "device", "waiting_state"):
        assert guest.client.get(page(name, visit)).status_code == 404
    appointment = reverse("booking:appointment", args=[visit.brand.slug, visit.pk])
    assert guest.client.get(appointment).status_code == 404
    assert guest.post(sessions(visit, "customer"), BODY) == 404
    assert guest.post(page("invite", visit)) == 404
    assert guest.post(page("by_phone", visit)) == 404
    assert visitor().client.get(page("guest", visit)).status_code == 404


def test_a_link_is_one_person_and_two_fill_the_room(visit: Appointment) -> None:
    room = room_of(visit)
    first = services.invite_guest(room=room, now=timezone.now())
    assert services.invite_guest(room=room, now=timezone.now()) == first
    invited(visit, "Paul")
    invited(visit, "Zoé")
    with pytest.raises(RoomFull):
        services.invite_guest(room=room, now=timezone.now())


def test_an_invitation_ends_with_the_visit(visit: Appointment) -> None:
    guest, _ = invited(visit)
    late = visit.ends_at + dt.timedelta(minutes=31)
    over = rooms_to_close(ids=[visit.pk], boot_id=uuid.uuid4(), now=late)
    assert over == {visit.pk: ROOM_ENDED}
    assert guest.client.get(page("guest", visit)).status_code == 404
    assert visitor().client.get(page("guest", visit)).status_code == 404


def test_who_is_put_out_stays_out_until_let_in_again(
    world: World, visit: Appointment, worker: RunningWorker
) -> None:
    alice, bob = with_link(visit), signed_in(world.bob.user)
    alice.post(page("join", visit))
    seat = services.admit(room=room_of(visit), now=timezone.now())
    assert alice.post(sessions(visit, "customer"), BODY) == 201
    assert str(visit.pk) in worker.worker.rooms
    assert form(bob, staff("remove", visit), who=str(seat.pk)) == 302
    assert str(visit.pk) not in worker.worker.rooms
    assert alice.post(sessions(visit, "customer"), BODY) == 403
    assert "You were asked to leave" in read(alice, page("waiting_state", visit))
    form(bob, staff("admit", visit))
    assert alice.post(sessions(visit, "customer"), BODY) == 201


def test_a_guest_who_is_put_out_has_no_link_any_more(
    world: World, visit: Appointment
) -> None:
    guest, seat = invited(visit)
    assert form(signed_in(world.bob.user), staff("remove", visit), who=seat) == 302
    assert guest.client.get(page("guest", visit)).status_code == 404


def test_nobody_puts_out_one_of_the_staff(
    world: World, visit: Appointment, worker: RunningWorker
) -> None:
    signed_in(world.bob.user).post(sessions(visit, "adviser"), BODY)
    seat = Participant.objects.for_brand(world.brand).get()
    with pytest.raises(NotInvited):
        services.remove_participant(
            room=room_of(visit), who=seat.pk, by="Dora", now=now_utc()
        )


def test_who_looks_after_the_store_enters_as_a_supervisor(
    world: World, visit: Appointment, worker: RunningWorker
) -> None:
    dora = signed_in(world.dora)
    assert 'data-role="supervisor"' in read(dora, staff("staff_room", visit))
    assert dora.post(sessions(visit, "adviser"), BODY) == 201
    seat = Participant.objects.for_brand(world.brand).get()
    assert (seat.role, seat.user, seat.staff_member) == (
        "supervisor",
        world.dora,
        None,
    )
    assert dora.post(sessions(visit, "adviser"), BODY) == 201
    assert Participant.objects.for_brand(world.brand).count() == 1


def test_a_weak_line_ends_in_a_call_of_the_same_adviser(
    world: World, visit: Appointment
) -> None:
    alice = with_link(visit)
    alice.post(page("join", visit))
    visit.refresh_from_db()
    hour, adviser = visit.starts_at, visit.staff_member
    assert form(alice, page("by_phone", visit), phone="06 39 98 00 11") == 302
    visit.refresh_from_db()
    assert (visit.channel, visit.status) == (Channel.CALLBACK, Status.CONFIRMED)
    assert (visit.starts_at, visit.staff_member) == (hour, adviser)
    assert visit.customer.phone == "+33639980011"
    assert alice.client.get(page("room", visit)).status_code == 404
    over = rooms_to_close(ids=[visit.pk], boot_id=uuid.uuid4(), now=now_utc())
    assert over == {visit.pk: ROOM_ENDED}


def test_staff_pass_a_begun_visit_to_the_phone_once(
    world: World, visit: Appointment
) -> None:
    now = now_utc()
    services.say_here(room=room_of(visit), now=now)
    visit.refresh_from_db()
    visit.start(by=Actor.system(), now=now)
    bob = signed_in(world.bob.user)
    assert form(bob, staff("staff_by_phone", visit)) == 302
    visit.refresh_from_db()
    assert (visit.channel, visit.started_at) == (Channel.CALLBACK, None)
    with pytest.raises(TransitionRefused):
        services.go_on_by_phone(
            room=room_row_of(visit), by=Actor.system(), now=now_utc()
        )


def test_without_a_number_nothing_changes(visit: Appointment) -> None:
    visit.customer.phone = ""
    visit.customer.save(update_fields=["phone"])
    with pytest.raises(PhoneNeeded):
        services.go_on_by_phone(room=room_of(visit), by=Actor.system(), now=now_utc())
    visit.refresh_from_db()
    assert visit.channel == Channel.VIDEO


def test_the_support_page_tells_who_came_and_never_what_was_said(
    world: World, visit: Appointment, worker: RunningWorker
) -> None:
    alice, bob = with_link(visit), signed_in(world.bob.user)
    alice.post(page("join", visit))
    seat = services.admit(room=room_of(visit), now=timezone.now())
    alice.post(sessions(visit, "customer"), BODY)
    seat.refresh_from_db()
    at = {"room_id": visit.pk, "participant_id": seat.pk}
    services.record_connected(**at, session=seat.session, now=now_utc())
    record_message(**at, text="MON SECRET", now=now_utc())
    address = reverse("video_api:quality", args=[visit.pk]) + "?as=customer"
    sample = {"line": "poor", "reason": "loss", "lost_percent": 12.5, "rung": "audio"}
    assert alice.post(address, sample) == 204
    assert alice.post(address, sample | {"line": "terrible"}) == 422
    assert visitor().post(address, sample) == 404
    services.record_left(**at, session=seat.session, reason="lost", now=now_utc())
    words = read(bob, staff("support", visit))
    for expected in ("Alice", "The line was lost", "poor, losing packets", "12.5"):
        assert expected in words
    assert "MON SECRET" not in words
    assert (
        signed_in(world.charlie.user).client.get(staff("support", visit)).status_code
        == 404
    )
    (report,) = support_of(room_of(visit)).seats
    assert report.worst is not None and report.worst.lost_percent == 12.5
    assert Stay.objects.for_brand(world.brand).get().reason == "lost"


def test_what_was_written_is_there_for_who_comes_again(
    visit: Appointment, worker: RunningWorker
) -> None:
    alice = with_link(visit)
    alice.post(page("join", visit))
    seat = services.admit(room=room_of(visit), now=timezone.now())
    record_message(
        room_id=visit.pk, participant_id=seat.pk, text="Bonjour", now=now_utc()
    )
    assert alice.post(sessions(visit, "customer"), BODY) == 201
    lines = worker.worker.rooms[str(visit.pk)].conversation.lines
    assert [(line.sender_name, line.text) for line in lines] == [("Alice", "Bonjour")]
    assert not guest_links_of(visit).exists()
