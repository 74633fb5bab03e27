"""Half a minute without each other: the visit goes on by phone by itself."""

from __future__ import annotations

import asyncio

import pytest

from booking.models import Actor, Appointment
from booking.states import Status
from stores.models import Channel
from tests.cast import World, now_utc
from tests.video.media.browser import Browser, RecordingObserver, until
from tests.video.media.rooms.stories import pair, run_story
from tests.video.offering import let_in, refused
from tests.video.visitors import signed_in, with_link
from video import services
from video.access import room_of
from video.media.config import MediaConfig
from video.media.worker import MediaWorker
from video.models import Participant, Room

ROLE = Participant.Role


def sits(visit: Appointment, role: str, **who: object) -> Participant:
    """Connected now."""
    room = services.open_room(appointment=visit)
    seats = Participant.objects.for_brand(visit.brand)
    seat, _ = seats.get_or_create(
        room=room, role=role, defaults={"brand": visit.brand, **who}
    )
    seats.filter(pk=seat.pk).update(session=str(seat.pk), connected_at=now_utc())
    return seat


@pytest.fixture
def met(world: World, visit: Appointment) -> dict[str, Participant]:
    """Alice and Bob talk; their visit has begun."""
    let_in(visit)
    alice = sits(visit, ROLE.CUSTOMER)
    bob = sits(visit, ROLE.ADVISER, staff_member=world.bob.staff_member)
    visit.refresh_from_db()
    visit.start(by=Actor.system(), now=now_utc())
    return {"alice": alice, "bob": bob}


def silent(visit: Appointment, seat: Participant) -> bool:
    changed = services.leave_it_to_the_phone(
        room_id=visit.pk, participant_id=seat.pk, now=now_utc()
    )
    visit.refresh_from_db()
    assert changed is (visit.channel == Channel.CALLBACK)
    return changed


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_whoever_falls_silent_they_go_on_by_phone(
    visit: Appointment, met: dict[str, Participant], who: str
) -> None:
    adviser = visit.staff_member
    assert silent(visit, met[who])
    assert (visit.status, visit.staff_member) == (Status.CONFIRMED, adviser)


def test_the_room_says_so_to_whoever_comes_back(
    world: World, visit: Appointment, met: dict[str, Participant]
) -> None:
    assert silent(visit, met["alice"])
    gone = (404, "goes_on_by_phone")
    assert refused(with_link(visit), visit) == gone
    assert refused(signed_in(world.bob.user), visit, "adviser") == gone


def test_without_a_number_they_stay(
    visit: Appointment, met: dict[str, Participant]
) -> None:
    visit.customer.phone = ""
    visit.customer.save(update_fields=["phone"])
    assert not silent(visit, met["alice"])


def test_a_guest_who_falls_silent_changes_nothing(
    visit: Appointment, met: dict[str, Participant]
) -> None:
    assert not silent(visit, sits(visit, ROLE.GUEST, first_name="Paul"))


def test_a_colleague_who_is_there_goes_on_talking(
    world: World, visit: Appointment, met: dict[str, Participant]
) -> None:
    sits(visit, ROLE.SUPERVISOR, user=world.dora)
    assert not silent(visit, met["bob"])
    assert silent(visit, met["alice"])


def test_who_left_meanwhile_or_never_met_is_not_called(
    visit: Appointment, met: dict[str, Participant]
) -> None:
    seats = Participant.objects.for_brand(visit.brand)
    seats.filter(pk=met["alice"].pk).update(session="")
    assert not silent(visit, met["alice"])
    Appointment.objects.filter(pk=visit.pk).update(status=Status.ARRIVED)
    assert not silent(visit, met["bob"])
    assert Room.objects.for_brand(visit.brand).get() == room_of(visit)


def test_a_worker_tells_once_of_who_is_silent() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        await asyncio.gather(alice.plays(), bob.plays())
        session = worker.rooms["room"].sessions[alice.session_id]
        # The line is cut: nothing of hers is heard any more.
        assert session.ice.address is not None
        worker.mux.forget_address(session.ice.address)
        worker.mux.forget_ufrag(session.ice.ufrag)
        told = ("silent", "room", "alice")
        await until(lambda: told in observer.told, "her silence to be told")
        await bob.plays(audio=0, video=0)
        assert observer.told.count(told) == 1
        assert ("silent", "room", "bob") not in observer.told
        await asyncio.gather(alice.close(), bob.close())

    run_story(story, MediaConfig(silent_after=0.5, tick=0.1))


def test_what_a_stopped_worker_missed_is_nobodys_silence() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        alice = await Browser("alice").join(worker, "room")
        await alice.sees("welcome")
        session = worker.rooms["room"].sessions[alice.session_id]
        heard = max(session.leg.heard_at, session.ice.last_consent)
        await worker.check_deadlines(heard + 29)
        assert session.interrupted
        assert session.silent_for < 5
        await alice.close()

    run_story(story)
