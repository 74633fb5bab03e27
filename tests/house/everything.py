"""One row of every table in a brand, whatever else stands there."""

from __future__ import annotations

import datetime as dt
import uuid

from booking.models import (
    AccessLink,
    Actor,
    AgendaBits,
    AppointmentAnswer,
    AppointmentEvent,
    BookingCount,
    CalendarFeed,
    CallAttempt,
    DayFacts,
    EventKind,
    HourFacts,
    Import,
    ImportRow,
    Occupancy,
    ShortLink,
)
from notifications.models import (
    Delivery,
    DeliveryFacts,
    MessageText,
    PlanningFault,
    WebhookAttempt,
)
from stores.models import (
    Absence,
    AbsenceRequest,
    Agenda,
    Brand,
    Closure,
    CompanySignIn,
    Competence,
    DayOverride,
    Departure,
    FactorRemoval,
    Invitation,
    LegalText,
    Membership,
    Posting,
    Role,
    StoreEdit,
    WorkingHours,
)
from tests.cast import make_brand, now_utc
from tests.house.on_visits import hang_on_visits
from tests.house.pillars import HALF_HOUR, Pillars, make_pillars
from video.models import CallQualitySample, ChatMessage, Room, Stay


def make_everything(brand: Brand) -> Pillars:
    """Every column that points at a row of a brand is filled in some row of it."""
    pillars = make_pillars(brand)
    _point_at_stores(pillars)
    _link_to_stores(pillars)
    _ask_to_be_away(pillars)
    _point_at_accounts(pillars)
    _point_at_bookings(pillars)
    hang_on_visits(pillars)
    _point_at_rooms(pillars)
    _point_at_agendas(pillars)
    _count(pillars)
    _count_days(pillars)
    _import(pillars)
    return pillars


def _point_at_stores(at: Pillars) -> None:
    brand, store, staff_member, topic = at.brand, at.store, at.staff_member, at.topic
    today = now_utc().date()
    for place in ({"store": store}, {"region": at.region}):
        Closure.objects.create(
            brand=brand, **place, first_day=today, last_day=today, reason={}
        )
    assert staff_member.user is not None
    staff_member.photo = at.file
    staff_member.save(update_fields=["photo"])
    Membership.objects.create(
        brand=brand, user=staff_member.user, store=store, role=Role.ADVISER
    )
    Membership.objects.create(
        brand=brand, user=staff_member.user, region=at.region, role=Role.MANAGER
    )
    Posting.objects.create(brand=brand, staff_member=staff_member, store=store)
    Invitation.objects.create(
        brand=brand, staff_member=staff_member, created_at=now_utc()
    )
    Competence.objects.create(brand=brand, staff_member=staff_member, topic=topic)
    agenda = Agenda.objects.create(brand=brand, staff_member=staff_member)
    hours = {
        "brand": brand,
        "agenda": agenda,
        "store": store,
        "starts_at": dt.time(9),
        "minutes": 60,
        "channels": ["video"],
    }
    WorkingHours.objects.create(**hours, weekday=0)
    DayOverride.objects.create(**hours, day=today)
    Absence.objects.create(
        brand=brand, agenda=agenda, starts_at=now_utc(), ends_at=now_utc() + HALF_HOUR
    )
    Departure.objects.create(brand=brand, staff_member=at.staff_member, last_day=today)
    StoreEdit.objects.create(brand=brand, field="kind", made_at=now_utc())


def _link_to_stores(at: Pillars) -> None:
    ShortLink.objects.create(
        brand=at.brand,
        code=f"code{at.brand.pk}",
        store=at.store,
        topic=at.topic,
        staff_member=at.staff_member,
        created_at=now_utc(),
    )


def _ask_to_be_away(at: Pillars) -> None:
    AbsenceRequest.objects.create(
        brand=at.brand,
        agenda=at.agenda,
        starts_at=now_utc(),
        ends_at=now_utc() + HALF_HOUR,
        reason="holiday",
        asked_at=now_utc(),
    )


def _count_days(at: Pillars) -> None:
    day = {"brand": at.brand, "store": at.store, "day": now_utc().date()}
    DayFacts.objects.create(**day, topic=at.topic, channel="video")
    HourFacts.objects.create(**day, hour=9)
    DeliveryFacts.objects.create(**day, channel="email")


def _point_at_accounts(at: Pillars) -> None:
    CompanySignIn.objects.create(
        brand=at.brand, issuer="https://id.example", client_id="visavis"
    )
    assert at.staff_member.user is not None
    LegalText.objects.create(
        brand=at.brand,
        kind="privacy",
        language="fr",
        version=1,
        body="…",
        published_at=now_utc(),
    )
    FactorRemoval.objects.create(
        brand=at.brand, user=at.staff_member.user, asked_at=now_utc()
    )


def _point_at_bookings(at: Pillars) -> None:
    brand, visit, now = at.brand, at.appointment, now_utc()
    for owner, after in (({"hold": at.hold}, 0), ({"appointment": visit}, 1)):
        Occupancy.objects.create(
            brand=brand,
            agenda=at.agenda,
            **owner,
            starts_at=visit.starts_at + after * HALF_HOUR,
            ends_at=visit.ends_at + after * HALF_HOUR,
        )
    AppointmentEvent.objects.create(
        brand=brand,
        appointment=visit,
        kind=EventKind.BOOKED,
        to_status=visit.status,
        version=1,
        sequence=0,
        actor=Actor.Kind.CUSTOMER,
        occurred_at=now,
    )
    AccessLink.objects.create(
        brand=brand,
        appointment=visit,
        key_id="1",
        token_hash=uuid.uuid4().hex,
        created_at=now,
    )
    CalendarFeed.objects.create(
        brand=brand,
        staff_member=at.staff_member,
        key_id="1",
        token_hash=uuid.uuid4().hex,
        created_at=now,
    )
    asked = {"question": at.question, "asked": "?", "text": "4"}
    AppointmentAnswer.objects.create(brand=brand, appointment=visit, **asked)
    CallAttempt.objects.create(
        brand=brand, appointment=visit, number=1, result="no_answer", made_at=now
    )


def _import(at: Pillars) -> None:
    now = now_utc()
    Import.objects.create(
        brand=at.brand, kind="hours", file=at.file, undoes=at.run,
        made_at=now, erase_after=now,
    )  # fmt: skip
    ImportRow.objects.create(brand=at.brand, of=at.run, number=2, state="same")


def _count(at: Pillars) -> None:
    BookingCount.objects.create(
        brand=at.brand,
        day=now_utc().date(),
        scope=BookingCount.Scope.CONTACT,
        subject=uuid.uuid4().hex,
        taken=1,
    )


def _point_at_rooms(at: Pillars) -> None:
    brand, visit, now = at.brand, at.appointment, now_utc()
    for subject in (
        {"appointment": visit},
        {"staff_member": at.staff_member},
        {"member": at.member},
    ):
        Delivery.objects.create(
            brand=brand,
            **subject,
            kind="confirmed",
            channel="email",
            due_at=now,
            useless_after=now + HALF_HOUR,
        )
    WebhookAttempt.objects.create(
        brand=brand, endpoint=at.webhook, kind="test", number=1, took_ms=1, made_at=now
    )
    MessageText.objects.create(
        brand=brand,
        kind="after",
        channel="sms",
        language="fr",
        version=1,
        changed_at=now,
    )
    PlanningFault.objects.create(brand=brand, appointment=visit, next_at=now)
    Room.objects.create(brand=brand, appointment=visit)
    seat = {"brand": brand, "participant": at.participant}
    Stay.objects.create(**seat, session=uuid.uuid4().hex, connected_at=now)
    CallQualitySample.objects.create(**seat, taken_at=now, line="good")
    ChatMessage.objects.create(**seat, room=at.room, text="…", posted_at=now)


def make_two_brands() -> tuple[Pillars, Pillars]:
    """A brand with everything, and another one's rows that nothing points at."""
    ours = make_everything(make_brand("ours", "Ours"))
    return ours, make_pillars(make_brand("theirs", "Theirs"))


def _point_at_agendas(at: Pillars) -> None:
    AgendaBits.objects.create(
        brand=at.brand,
        agenda=at.agenda,
        store=at.store,
        channel="video",
        version=1,
        first_day=now_utc().date(),
        recipe="",
        bits=b"",
    )
