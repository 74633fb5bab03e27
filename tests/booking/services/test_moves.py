"""The table of moves, and what each use case does with it."""

import datetime as dt
import itertools

import pytest

from booking.availability.query import StartQuery
from booking.errors import (
    AbsenceEmpty,
    NotACallback,
    PhoneNeeded,
    SlotNotOffered,
    StaleVersion,
    TooLateToCancel,
    TransitionRefused,
)
from booking.links import link_for_token, revoke_link, token_hash, token_of
from booking.models import AccessLink, Actor, Appointment, Occupancy
from booking.rota.absences import add_absence
from booking.rota.conflicts import AppointmentsAffected
from booking.services import booking as services
from booking.services import holding
from booking.services.attendance import (
    complete_visit,
    mark_missed,
    record_arrival,
    start_visit,
)
from booking.services.callbacks import record_call_attempt, turn_into_callback
from booking.services.cancelling import cancel_appointment
from booking.states import CANCELLED, TRANSITIONS, Status, check_transition
from stores.models import Absence, Offer
from tests.booking.starts import bookable_starts
from tests.cast import World, next_step, now_utc

pytestmark = pytest.mark.django_db
CUSTOMER = Actor.customer()


@pytest.fixture
def visit(world: World) -> Appointment:
    """Alice's video visit with Bob in an hour, booked as a customer does."""
    now = now_utc()
    held = holding.hold_slot(
        store=world.store,
        topic=world.topic,
        channel="video",
        starts_at=next_step(now),
        visitor="v",
        network="n",
        now=now,
    )
    return services.book_appointment(
        hold=held, name="Alice", email="a@b.example", phone="+33639980001", now=now
    )


def kinds(visit: Appointment) -> list[str]:
    return list(visit.events.order_by("id").values_list("kind", flat=True))


def test_the_table_refuses_every_move_that_it_does_not_name() -> None:
    for current, wanted in itertools.product(Status, Status):
        if wanted in TRANSITIONS[current]:
            check_transition(current, wanted)
        else:
            with pytest.raises(TransitionRefused):
                check_transition(current, wanted)


@pytest.mark.parametrize("by", [CUSTOMER, Actor.system()])
def test_nobody_arrives_at_a_visit_that_is_over(
    world: World, visit: Appointment, by: Actor
) -> None:
    """Taken back, it may stand as arrived; said of a cancelled one, it is not."""
    cancel_appointment(appointment=visit, by=by, now=now_utc())
    for act in (record_arrival, start_visit):
        with pytest.raises(TransitionRefused):
            act(appointment=visit, by=CUSTOMER, now=now_utc())
    visit.refresh_from_db()
    assert visit.status in CANCELLED


def test_a_cancelled_visit_gives_its_time_back(
    world: World, visit: Appointment
) -> None:
    cancel_appointment(appointment=visit, by=CUSTOMER, now=now_utc())
    assert visit.status == "cancelled_by_customer"
    assert visit.sequence == 1
    assert kinds(visit) == ["booked", "cancelled"]
    offer = world.offers["video"]
    free = bookable_starts(StartQuery(offer=offer, store=world.store, now=now_utc()))
    assert visit.starts_at in {start.starts_at for start in free}
    with pytest.raises(TransitionRefused):
        cancel_appointment(appointment=visit, by=Actor.staff(world.dora), now=now_utc())


def test_customers_cancel_before_the_limit_and_staff_always(
    world: World, visit: Appointment
) -> None:
    Offer.objects.update(cancel_limit=24 * 60)
    visit.offer.refresh_from_db()
    with pytest.raises(TooLateToCancel):
        cancel_appointment(appointment=visit, by=CUSTOMER, now=now_utc())
    cancel_appointment(appointment=visit, by=Actor.staff(world.dora), now=now_utc())
    assert visit.status == "cancelled_by_store"


def test_the_slower_of_two_writers_is_refused(visit: Appointment) -> None:
    slow = Appointment.objects.get(pk=visit.pk)
    record_arrival(appointment=visit, by=CUSTOMER, now=now_utc())
    with pytest.raises(StaleVersion):
        cancel_appointment(appointment=slow, by=CUSTOMER, now=now_utc())
    assert Occupancy.objects.get().active


def test_a_day_from_arrival_to_outcome(visit: Appointment) -> None:
    now = visit.starts_at
    by = CUSTOMER
    record_arrival(appointment=visit, by=by, now=now)
    record_arrival(appointment=visit, by=by, now=now)
    start_visit(appointment=visit, by=by, now=now)
    start_visit(appointment=visit, by=by, now=now)
    end = now + dt.timedelta(minutes=8)
    complete_visit(appointment=visit, outcome="advised", by=by, now=end)
    assert (visit.status, visit.outcome, visit.sequence) == ("done", "advised", 0)
    assert (visit.arrived_at, visit.started_at, visit.ended_at) == (now, now, end)
    assert kinds(visit) == ["booked", "arrived", "started", "completed"]
    assert Occupancy.objects.get().ends_at == end


def test_a_missed_visit_becomes_a_callback_on_the_same_link(
    world: World, visit: Appointment
) -> None:
    token = token_of(AccessLink.objects.get())
    now = visit.starts_at + dt.timedelta(minutes=10)
    by = Actor.staff(world.bob.user)
    mark_missed(appointment=visit, by_staff=False, by=by, now=now)
    assert visit.status == "missed_by_customer"
    turn_into_callback(appointment=visit, by=by, now=now)
    assert (visit.status, visit.channel) == ("confirmed", "callback")
    assert visit.starts_at >= now
    assert visit.sequence == 1
    link = link_for_token(token)
    assert link is not None
    assert link.appointment == visit
    active = Occupancy.objects.get(active=True, starts_at=visit.starts_at)
    assert active.appointment == visit
    with pytest.raises(TransitionRefused):
        turn_into_callback(appointment=visit, by=by, now=now)


def test_a_callback_is_refused_without_number_or_offer(visit: Appointment) -> None:
    now = visit.starts_at
    mark_missed(appointment=visit, by_staff=True, by=CUSTOMER, now=now)
    visit.customer.phone = ""
    visit.customer.save(update_fields=["phone"])
    with pytest.raises(PhoneNeeded):
        turn_into_callback(appointment=visit, by=CUSTOMER, now=now)
    Offer.objects.filter(channel="callback").update(active=False)
    with pytest.raises(SlotNotOffered):
        turn_into_callback(
            appointment=visit, by=CUSTOMER, now=now, phone="+33639980002"
        )
    visit.refresh_from_db()
    assert visit.status == "missed_by_staff"


def test_calls_are_numbered_and_reaching_somebody_starts_the_visit(
    world: World, visit: Appointment
) -> None:
    user = world.bob.user
    with pytest.raises(NotACallback):
        record_call_attempt(
            appointment=visit, result="reached", user=user, now=now_utc()
        )
    now = visit.starts_at
    mark_missed(appointment=visit, by_staff=False, by=CUSTOMER, now=now)
    turn_into_callback(appointment=visit, by=CUSTOMER, now=now)
    first = record_call_attempt(
        appointment=visit, result="no_answer", user=user, now=now
    )
    second = record_call_attempt(
        appointment=visit, result="reached", user=user, now=now
    )
    assert (first.number, second.number) == (1, 2)
    assert first.next_try_at is not None
    assert visit.status == "in_progress"


def test_an_absence_over_visits_is_refused_with_their_list(
    world: World, visit: Appointment
) -> None:
    facts = {
        "agenda": world.bob.agenda,
        "reason": "holiday",
        "user": world.dora,
        "now": now_utc(),
    }
    with pytest.raises(AppointmentsAffected) as refusal:
        add_absence(
            starts_at=visit.starts_at,
            ends_at=visit.ends_at,
            **facts,  # type: ignore[arg-type]  # one dict of several kinds
        )
    assert refusal.value.visits == (visit,)
    assert not Absence.objects.exists()
    add_absence(
        starts_at=visit.ends_at,
        ends_at=visit.ends_at + dt.timedelta(days=1),
        **facts,  # type: ignore[arg-type]  # one dict of several kinds
    )
    with pytest.raises(AbsenceEmpty):
        add_absence(
            starts_at=visit.ends_at,
            ends_at=visit.ends_at,
            **facts,  # type: ignore[arg-type]  # one dict of several kinds
        )


def test_a_link_is_stored_as_a_hash_and_dies_when_revoked(visit: Appointment) -> None:
    link = AccessLink.objects.get()
    token = token_of(link)
    assert token not in link.token_hash
    assert link.token_hash == token_hash(token)
    assert link_for_token(token) == link
    assert link_for_token(token[:-1] + ("A" if token[-1] != "A" else "B")) is None
    revoke_link(link)
    assert link_for_token(token) is None
    assert link_for_token(token_of(link)) == link
