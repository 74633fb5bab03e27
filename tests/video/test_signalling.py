"""Who may offer: everybody else is refused before the worker hears of it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from booking.models import Appointment
from booking.states import Status
from tests.cast import World, make_visit, now_utc
from tests.video.offering import BODY, address, let_in, refused
from tests.video.running_worker import RunningWorker
from tests.video.visitors import OFFER, signed_in, visitor, with_link
from video import services
from video.access import room_of
from video.api.sessions import OFFERS_PER_MINUTE
from video.models import MediaNode, Participant, Room


def test_an_admitted_customer_gets_an_answer(
    visit: Appointment, worker: RunningWorker
) -> None:
    participant = let_in(visit)
    response = with_link(visit).send("post", address(visit), BODY)
    content = response.json()
    assert response.status_code == 201
    assert content["type"] == "answer"
    assert "a=ice-lite" in content["sdp"]
    assert response["Location"].endswith(f"/sessions/{content['session']}")
    assert content["participant"] == str(participant.pk)
    participant.refresh_from_db()
    assert participant.session == content["session"]
    assert content["resume"] not in participant.resume_hash


def test_sdp_alone_is_an_offer_too(visit: Appointment, worker: RunningWorker) -> None:
    let_in(visit)
    there = with_link(visit)
    response = there.client.post(
        address(visit),
        OFFER,
        content_type="application/sdp",
        headers={"X-CSRFToken": there.token},
    )
    assert response.status_code == 201


def test_an_adviser_of_the_store_needs_nobody_to_let_them_in(
    world: World, visit: Appointment, worker: RunningWorker
) -> None:
    response = signed_in(world.bob.user).send("post", address(visit, "adviser"), BODY)
    assert response.status_code == 201
    seat = Participant.objects.for_brand(world.brand).get()
    assert (seat.role, seat.staff_member) == ("adviser", world.bob.staff_member)


def test_strangers_learn_nothing_and_leave_no_trace(
    world: World, visit: Appointment, worker: RunningWorker
) -> None:
    before = worker.sessions()
    now = now_utc()
    later = now + dt.timedelta(minutes=30)
    another = make_visit(world, starts_at=later, now=now, adviser=world.charlie)
    assert refused(visitor(), visit) == (404, "not_found")
    assert refused(visitor(), visit, "adviser") == (404, "not_found")
    assert refused(with_link(another), visit) == (404, "not_found")
    assert refused(signed_in(world.charlie.user), visit, "adviser")[0] == 404
    assert refused(signed_in(world.eve.user), visit, "adviser")[0] == 404
    assert refused(signed_in(world.bob.user), visit, "customer")[0] == 404
    assert worker.sessions() <= before
    assert not Room.objects.all_brands().exists()


def test_who_is_not_let_in_yet_waits(visit: Appointment, worker: RunningWorker) -> None:
    before = worker.sessions()
    there = with_link(visit)
    assert refused(there, visit) == (403, "not_admitted")
    services.say_here(room=room_of(visit), now=timezone.now())
    assert refused(there, visit) == (403, "not_admitted")
    assert worker.sessions() <= before


@pytest.mark.parametrize("minutes", [16, 60 * 24, -51])
def test_outside_its_window_the_room_is_closed_to_both(
    world: World, worker: RunningWorker, minutes: int
) -> None:
    before = worker.sessions()
    now = now_utc()
    starts_at = now + dt.timedelta(minutes=minutes)
    visit = make_visit(world, starts_at=starts_at, now=now)
    assert refused(with_link(visit), visit) == (403, "room_not_open")
    bob = signed_in(world.bob.user)
    assert refused(bob, visit, "adviser") == (403, "room_not_open")
    assert worker.sessions() <= before


@pytest.mark.parametrize(
    "status", [Status.DONE, Status.CANCELLED_BY_CUSTOMER, Status.MISSED_BY_CUSTOMER]
)
def test_a_visit_that_is_over_has_no_room(
    world: World, worker: RunningWorker, status: Status
) -> None:
    now = now_utc()
    visit = make_visit(world, starts_at=now, now=now, status=status)
    assert refused(with_link(visit), visit) == (403, "room_not_open")


def test_a_cookie_without_a_token_is_refused(
    world: World, visit: Appointment, worker: RunningWorker
) -> None:
    let_in(visit)
    before = worker.sessions()
    for there in (with_link(visit), signed_in(world.bob.user)):
        there.token = ""
        assert there.post(address(visit), BODY) == 403
        assert there.post(address(visit, "adviser"), BODY) == 403
    assert worker.sessions() <= before


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": "offer"},
        {"type": "answer", "sdp": OFFER},
        {"type": "offer", "sdp": "v=0"},
        {"type": "offer", "sdp": "x" * 300_000},
        {"type": "offer", "sdp": OFFER.replace("a=ice-ufrag", "a=x")},
        [],
    ],
)
def test_what_is_no_offer_is_refused(
    visit: Appointment, worker: RunningWorker, body: object
) -> None:
    let_in(visit)
    before = worker.sessions()
    assert with_link(visit).post(address(visit), body) == 422
    assert worker.sessions() <= before


def test_a_resumed_seat_is_the_same_seat(
    visit: Appointment, worker: RunningWorker
) -> None:
    let_in(visit)
    there = with_link(visit)
    first = there.send("post", address(visit), BODY).json()
    again = there.send("post", address(visit), BODY | {"resume": first["resume"]})
    assert again.status_code == 201
    assert again.json()["participant"] == first["participant"]
    assert again.json()["session"] != first["session"]


def test_the_page_before_does_not_take_its_seat_back_by_itself(
    visit: Appointment, worker: RunningWorker
) -> None:
    let_in(visit)
    there = with_link(visit)
    first = there.send("post", address(visit), BODY).json()
    there.send("post", address(visit), BODY)
    response = there.send("post", address(visit), BODY | {"resume": first["resume"]})
    assert (response.status_code, response.json()["code"]) == (409, "seat_taken")


def test_a_seat_is_renewed_and_given_back_by_its_own_page_only(
    visit: Appointment, worker: RunningWorker
) -> None:
    let_in(visit)
    there = with_link(visit)
    before = worker.sessions()
    joined = there.send("post", address(visit), BODY).json()
    seat = reverse("video_api:session", args=[visit.pk, joined["session"]])
    ours = {"Resume-Secret": joined["resume"]}
    assert there.send("patch", seat, BODY).status_code == 404
    assert there.send("delete", seat).status_code == 404
    assert there.send("patch", seat, BODY, **ours).json()["type"] == "answer"
    assert worker.sessions() == before + 1
    assert there.send("delete", seat, **ours).status_code == 204
    assert worker.sessions() <= before
    assert there.send("delete", seat, **ours).status_code == 204
    assert there.send("patch", seat, BODY, **ours).status_code == 404


def test_the_secret_of_another_opens_nothing(
    world: World, visit: Appointment, worker: RunningWorker
) -> None:
    let_in(visit)
    customer, adviser = with_link(visit), signed_in(world.bob.user)
    hers = customer.send("post", address(visit), BODY).json()
    his = adviser.send("post", address(visit, "adviser"), BODY).json()
    stolen = his["resume"]
    again = customer.send("post", address(visit), BODY | {"resume": stolen})
    assert (again.status_code, again.json()["code"]) == (409, "seat_taken")
    for session in (his["session"], hers["session"]):
        seat = reverse("video_api:session", args=[visit.pk, session])
        headers = {"Resume-Secret": stolen}
        assert customer.send("patch", seat, BODY, **headers).status_code == 404
        assert customer.send("delete", seat, **headers).status_code == 404
    seats = Participant.objects.for_brand(visit.brand)
    kept = set(seats.values_list("session", flat=True))
    assert kept >= {hers["session"], his["session"]}


def test_offering_without_end_is_slowed_down(
    visit: Appointment, worker: RunningWorker
) -> None:
    let_in(visit)
    there = with_link(visit)
    # The count starts anew with each minute of the clock: more than two minutes' worth.
    statuses = [
        there.post(address(visit), {}) for _ in range(2 * OFFERS_PER_MINUTE + 1)
    ]
    assert set(statuses) == {422, 429}


def test_without_a_live_worker_the_answer_is_to_try_again(
    visit: Appointment, worker: RunningWorker
) -> None:
    let_in(visit)
    MediaNode.objects.update(heartbeat_at=timezone.now() - dt.timedelta(seconds=7))
    assert refused(with_link(visit), visit) == (503, "no_node_available")


def test_a_worker_that_died_unnoticed_is_passed_over(
    visit: Appointment, worker: RunningWorker
) -> None:
    let_in(visit)
    alive = MediaNode.objects.get()
    dead = worker.node("gone/0")
    dead.control_url = "http://127.0.0.1:9"
    dead.save(update_fields=["control_url"])
    Room.objects.for_brand(visit.brand).update(node=dead, epoch=1)
    assert with_link(visit).post(address(visit), BODY) == 201
    room = Room.objects.for_brand(visit.brand).get()
    assert (room.node, room.epoch) == (alive, 2)
