"""The progress of a new brand, read from its own rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.db.models import Q

from booking.models import Appointment
from stores.models import (
    Brand,
    BrandSetup,
    Offer,
    StaffMember,
    Store,
    Topic,
    User,
    WorkingHours,
)


@dataclass(frozen=True)
class Progress:
    """`adviser` is the first person of the store: its pattern of hours is theirs."""

    setup: BrandSetup
    store: Store | None
    adviser: StaffMember | None
    weekdays: tuple[int, ...]
    topics: tuple[Topic, ...]
    colleague: StaffMember | None
    trial: Appointment | None

    @property
    def done(self) -> tuple[bool, ...]:
        """Of each step in turn."""
        return (
            self.store is not None,
            bool(self.weekdays),
            bool(self.topics),
            self.colleague is not None or self.setup.colleague_later_at is not None,
            self.trial is not None,
        )

    @property
    def first_undone(self) -> int:
        """1 to 5; the last where all is done."""
        return next((n for n, done in enumerate(self.done, 1) if not done), 5)


def open_setup_of(brand: Brand) -> BrandSetup | None:
    """None for a brand that was made before there were steps, or has left them."""
    return BrandSetup.objects.for_brand(brand).filter(finished_at__isnull=True).first()


def unsaved_setup_of(brand: Brand) -> BrandSetup | None:
    """For a brand that the operator made by hand: the first store saves it."""
    if Store.objects.for_brand(brand).exists():
        return None
    is_known = BrandSetup.objects.for_brand(brand).exists()
    return None if is_known else BrandSetup(brand=brand)


def progress_of(setup: BrandSetup, brand: Brand, user: User) -> Progress:
    """Seven questions."""
    store = Store.objects.for_brand(brand).order_by("pk").first()
    staff = StaffMember.objects.for_brand(brand).active().select_related("agenda")
    team = list(staff.filter(postings__store=store).order_by("pk")) if store else []
    adviser = next((one for one in team if one.user_id == user.pk), None)
    adviser = adviser or next(iter(team), None)
    week = WorkingHours.objects.for_brand(brand).filter(
        agenda__staff_member=adviser, store=store
    )
    offers = Offer.objects.for_brand(brand).filter(active=True, topic__active=True)
    topics = Topic.objects.for_brand(brand).filter(
        pk__in=offers.values("topic"), active=True
    )
    if store is not None:
        store.brand = brand
    return Progress(
        setup=setup,
        store=store,
        adviser=adviser,
        weekdays=tuple(sorted({row.weekday for row in week})) if adviser else (),
        topics=tuple(topics),
        colleague=_colleague_of(store, adviser) if store else None,
        trial=last_trial(brand),
    )


def _colleague_of(store: Store, adviser: StaffMember | None) -> StaffMember | None:
    """Somebody else of the store, who is in already or has been invited."""
    rows = StaffMember.objects.for_brand(store.brand).filter(postings__store=store)
    here = rows.filter(Q(active=True) | Q(invitation__revoked_at__isnull=True))
    return here.exclude(pk=adviser.pk if adviser else 0).order_by("pk").first()


@dataclass(frozen=True)
class KnownDay:
    """The first stretch of a weekday; `from_home`: an evening by video follows it."""

    starts_at: dt.time
    until: dt.time
    from_home: bool


def week_of(progress: Progress) -> dict[int, KnownDay]:
    """Weekday → its hours, as the adviser of the store has them."""
    if progress.store is None:
        return {}
    rows = WorkingHours.objects.for_brand(progress.store.brand).filter(
        agenda__staff_member=progress.adviser, store=progress.store
    )
    found: dict[int, KnownDay] = {}
    for row in rows.order_by("weekday", "starts_at"):
        if row.weekday in found:
            found[row.weekday] = replace(found[row.weekday], from_home=True)
            continue
        start = dt.datetime.combine(dt.date.min, row.starts_at)
        end = (start + dt.timedelta(minutes=row.minutes)).time()
        found[row.weekday] = KnownDay(row.starts_at, end, from_home=False)
    return found


def last_trial(brand: Brand) -> Appointment | None:
    rows = Appointment.objects.for_brand(brand).filter(is_trial=True)
    return rows.order_by("-created_at").first()
