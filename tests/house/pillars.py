"""Rows of one brand that rows of other tables point at."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from booking.cases.opening import open_case
from booking.models import (
    Appointment,
    Case,
    Customer,
    FreedHour,
    Hold,
    Import,
    Message,
    Person,
    Wish,
)
from booking.states import Status
from notifications.models import (
    WebhookEndpoint,
)
from stores.models import (
    Agenda,
    Brand,
    Membership,
    Offer,
    Region,
    Resource,
    Role,
    StaffMember,
    Store,
    StoredFile,
    Topic,
    TopicQuestion,
)
from tests.cast import make_customer, make_user, next_step, now_utc
from video.models import Participant, Room

HALF_HOUR = dt.timedelta(minutes=30)


@dataclass(frozen=True)
class Pillars:
    """Rows of one brand that others point at; nothing points at them yet."""

    brand: Brand
    region: Region
    store: Store
    topic: Topic
    question: TopicQuestion
    offer: Offer
    staff_member: StaffMember
    member: Membership
    resource: Resource
    agenda: Agenda
    customer: Customer
    person: Person
    hold: Hold
    appointment: Appointment
    case: Case
    message: Message
    wish: Wish
    freed: FreedHour
    room: Room
    participant: Participant
    webhook: WebhookEndpoint
    file: StoredFile
    run: Import

    def by_table(self) -> dict[str, int | uuid.UUID]:
        rows = [getattr(self, name) for name in self.__dataclass_fields__]
        return {row._meta.db_table: row.pk for row in rows}


def make_pillars(brand: Brand) -> Pillars:
    mark = uuid.uuid4().hex[:8]
    region = Region.objects.create(brand=brand, slug=mark, name=mark)
    store = Store.objects.create(brand=brand, region=region, slug=mark, name=mark)
    topic = Topic.objects.create(brand=brand, slug=mark, name={"fr": mark})
    resource, booth = (_make_booth(store, name) for name in (mark, f"{mark} 2"))
    what: dict[str, Any] = {
        "brand": brand,
        "store": store,
        "topic": topic,
        "offer": Offer.objects.create(
            brand=brand, topic=topic, store=store, channel="video", duration=30
        ),
        "staff_member": StaffMember.objects.create(
            brand=brand, user=make_user(f"{mark}@staff.example", mark), first_name=mark
        ),
    }
    customer = make_customer(brand, now=now_utc())
    met = _make_appointment(what, customer, Status.DONE)
    return Pillars(
        **what,
        region=region,
        member=_make_member(what["staff_member"]),
        resource=resource,
        agenda=Agenda.objects.create(brand=brand, resource=booth),
        customer=customer,
        person=brand.persons.create(created_at=now_utc()),
        hold=_make_hold(what, mark),
        appointment=_make_appointment(what, customer, Status.CONFIRMED),
        case=open_case(appointment=met, shows=(), now=now_utc()),
        message=_make_message(met),
        wish=_make_wish(met),
        freed=_make_freed(met),
        room=(room := Room.objects.create(brand=brand, appointment=met)),
        participant=_make_seat(room, what["staff_member"]),
        webhook=_make_webhook(brand, mark),
        file=_make_file(brand, mark),
        question=topic.questions.create(brand=brand, text={"fr": mark}),
        run=_make_run(brand),
    )


def _make_message(visit: Appointment) -> Message:
    return Message.objects.create(
        brand=visit.brand, appointment=visit, author="customer", sent_at=now_utc()
    )


def _make_wish(visit: Appointment) -> Wish:
    about = {"brand": visit.brand, "store": visit.store, "appointment": visit}
    person, now = visit.staff_member, now_utc()
    return Wish.objects.create(
        **about, staff_member=person, days=[0], parts=["morning"], made_at=now
    )


def _make_freed(visit: Appointment) -> FreedHour:
    about = {"brand": visit.brand, "store": visit.store, "left_by": visit}
    person, now = visit.staff_member, now_utc()
    return FreedHour.objects.create(
        **about, staff_member=person, starts_at=now, next_at=now
    )


def _make_seat(room: Room, person: StaffMember) -> Participant:
    return Participant.objects.create(
        brand=person.brand, room=room, role="adviser", staff_member=person
    )


def _make_member(person: StaffMember) -> Membership:
    assert person.user is not None
    return Membership.objects.create(
        brand=person.brand, user=person.user, role=Role.ADVISER
    )


def _make_booth(store: Store, name: str) -> Resource:
    return Resource.objects.create(
        brand=store.brand, store=store, kind="booth", name=name
    )


def _make_run(brand: Brand) -> Import:
    now = now_utc()
    return Import.objects.create(
        brand=brand, kind="stores", state="checked", made_at=now, erase_after=now
    )


def _make_webhook(brand: Brand, mark: str) -> WebhookEndpoint:
    url = f"https://{mark}.example/"
    return WebhookEndpoint.objects.create(brand=brand, url=url, created_at=now_utc())


def _make_file(brand: Brand, mark: str) -> StoredFile:
    return StoredFile.objects.create(
        brand=brand,
        kind=StoredFile.Kind.PORTRAIT,
        name=mark,
        content_type="image/webp",
        size=1,
        created_at=now_utc(),
    )


def _time() -> dict[str, Any]:
    starts_at = next_step(now_utc(), minutes=90)
    return {
        "channel": "video",
        "starts_at": starts_at,
        "ends_at": starts_at + HALF_HOUR,
    }


def _make_hold(what: dict[str, Any], mark: str) -> Hold:
    expires_at = now_utc() + HALF_HOUR
    return Hold.objects.create(
        **what, **_time(), visitor=mark, network=mark, expires_at=expires_at
    )


def _make_appointment(
    what: dict[str, Any], customer: Customer, status: Status
) -> Appointment:
    now = now_utc()
    return Appointment.objects.create(
        **what,
        **_time(),
        customer=customer,
        status=status,
        time_zone=what["store"].time_zone,
        created_at=now,
        erase_after=now + dt.timedelta(days=90),
    )
