"""Reads and writes of messages to staff: who leads somebody, and who reads a mail."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable

from booking.services.locking import notify_events
from notifications.models import Delivery
from notifications.occasions import absence_id_of
from notifications.outbox.planned import insert_messages
from stores.models import (
    AbsenceRequest,
    Brand,
    Invitation,
    Membership,
    Posting,
    Role,
    StaffMember,
    Store,
    User,
)
from stores.queries import managers_of


def plan(messages: Iterable[Delivery]) -> None:
    """In the transaction of what they tell of. Twice is once: the occasion says so."""
    rows = list(messages)
    if rows:
        insert_messages(messages=rows)
        notify_events()


def home_of(person: StaffMember, now: dt.datetime) -> Store | None:
    """The store of somebody: the home, else the first post that is not over."""
    rows = Posting.objects.for_brand(person.brand).filter(staff_member=person)
    posts = rows.select_related("store__brand").order_by("-is_home", "pk")
    for post in posts:
        today = now.astimezone(post.store.zone).date()
        if post.valid_until is None or post.valid_until >= today:
            return post.store
    return None


def clock_of(person: StaffMember, home: Store | None) -> zoneinfo.ZoneInfo:
    """The clock by which somebody's days are written."""
    return home.zone if home else zoneinfo.ZoneInfo(person.brand.time_zone)


def leaders_of(person: StaffMember, home: Store) -> list[Membership]:
    """Those who answer for the person's store, and are somebody else."""
    return managers_of(home, but=person.user_id)


def request_of(delivery: Delivery) -> AbsenceRequest | None:
    rows = AbsenceRequest.objects.all_brands().filter(brand=delivery.brand_id)
    rows = rows.select_related("brand", "agenda__staff_member__brand", "answered_by")
    return rows.filter(pk=absence_id_of(delivery)).first()


def person_reading(delivery: Delivery) -> User | None:
    """The account of the person whom it is for, while it works for the brand."""
    roles = Membership.objects.all_brands().filter(brand=delivery.brand_id)
    rows = StaffMember.objects.all_brands().filter(pk=delivery.staff_member_id or 0)
    rows = rows.filter(active=True, user__in=roles.values("user"))
    found = rows.filter(user__is_active=True).select_related("user").first()
    return found.user if found else None


def leader_reading(delivery: Delivery) -> User | None:
    """The account of the member whom it is for, while they lead anybody."""
    rows = Membership.objects.all_brands().filter(brand=delivery.brand_id)
    rows = rows.filter(pk=delivery.member_id or 0, user__is_active=True)
    rows = rows.filter(role__in=[Role.MANAGER, Role.ADMIN])
    found = rows.select_related("user").first()
    return found.user if found else None


def count_waiting(brand: Brand, now: dt.datetime) -> int:
    """The invitations of a brand whose mail has not left."""
    rows = Invitation.objects.for_brand(brand).filter(
        mail=Invitation.Mail.WAITING,
        accepted_at=None,
        revoked_at=None,
        expires_at__gt=now,
    )
    return rows.count()
