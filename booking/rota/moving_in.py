"""The first store, hours, topics and colleague of a brand that has just been made.

Each joins what imports do in bulk with what one person at the desk means by it: the
admin answers customers until somebody else does, and a colleague works as they do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from booking.rota.competences import CompetenceTerm, set_competences
from booking.rota.hours import WeeklyStretch, set_working_hours
from stores.editing.people import NewPerson, create_people
from stores.editing.stores import NewStore, create_stores
from stores.editing.topics import NewTopic, create_topics
from stores.models import (
    Agenda,
    Brand,
    BrandSetup,
    Competence,
    StaffMember,
    Store,
    Topic,
    User,
    WorkingHours,
)


def open_first_store(
    *, brand: Brand, user: User, facts: NewStore, now: dt.datetime
) -> Store:
    """Writes the store, and its first adviser: the person who sets the brand up. Sent
    twice it is one store. Raises StoreRefused."""
    with transaction.atomic():
        BrandSetup.objects.get_or_create(brand=brand)
        BrandSetup.objects.for_brand(brand).select_for_update().get()
        known = Store.objects.for_brand(brand).order_by("pk").first()
        if known is not None:
            return known
        (store,) = create_stores(brand=brand, stores=[facts])
        first, _space, last = user.name.partition(" ")
        me = NewPerson(first_name=first[:40], last_name=last[:60], stores=[store])
        (adviser,) = create_people(brand=brand, people=[me], now=now)
        adviser.user = user
        adviser.languages = [user.language]
        adviser.save(update_fields=["user", "languages"])
    return store


def write_first_topics(
    *, brand: Brand, topics: Sequence[NewTopic], now: dt.datetime
) -> list[Topic]:
    """Writes topics that everybody of the brand advises on from now; one that is
    there already stays as it is. Raises TopicRefused."""
    with transaction.atomic():
        BrandSetup.objects.for_brand(brand).select_for_update().get()
        known = list(Topic.objects.for_brand(brand))
        fresh = [new for new in topics if not _is_there(new, known)]
        rows = create_topics(brand=brand, topics=fresh)
        staff = StaffMember.objects.for_brand(brand).active()
        for member in staff.filter(agenda__isnull=False).order_by("agenda__pk"):
            _teach(member, rows, now)
    return rows


def _is_there(new: NewTopic, known: Sequence[Topic]) -> bool:
    """By the address of a ready topic, by a name of one's own."""
    if new.slug:
        return any(topic.slug == new.slug for topic in known)
    names = set(new.name.values())
    return any(names & set(topic.name.values()) for topic in known)


def _teach(member: StaffMember, topics: Sequence[Topic], now: dt.datetime) -> None:
    """Adds the topics to those that the person has."""
    known = Competence.objects.for_brand(member.brand).filter(staff_member=member)
    terms = [
        CompetenceTerm(topic=row.topic, channels=tuple(row.channels))
        for row in known.select_related("topic")
    ]
    terms += [CompetenceTerm(topic=topic) for topic in topics]
    set_competences(staff_member=member, competences=terms, now=now)


def add_first_colleague(
    *, store: Store, person: NewPerson, like: StaffMember, user: User, now: dt.datetime
) -> StaffMember:
    """Writes a colleague with the hours that `like` has at the store, in one
    transaction: nobody is offered half."""
    with transaction.atomic():
        (colleague,) = create_people(brand=store.brand, people=[person], now=now)
        agenda = Agenda.objects.for_brand(store.brand).get(staff_member=colleague)
        week = WorkingHours.objects.for_brand(store.brand).filter(
            agenda__staff_member=like, store=store
        )
        rows = [
            WeeklyStretch(
                weekday=row.weekday,
                starts_at=row.starts_at,
                minutes=row.minutes,
                channels=tuple(row.channels),
            )
            for row in week
        ]
        set_working_hours(agenda=agenda, store=store, rows=rows, user=user, now=now)
    return colleague


def leave_colleague_for_later(*, brand: Brand, now: dt.datetime) -> None:
    BrandSetup.objects.for_brand(brand).update(colleague_later_at=now)


def finish_setup(*, brand: Brand, now: dt.datetime) -> None:
    """The steps are left for good; what they wrote is changed at the desk."""
    rows = BrandSetup.objects.for_brand(brand).filter(finished_at__isnull=True)
    rows.update(finished_at=now)
