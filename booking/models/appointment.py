"""The appointment: a VEVENT with two people in it, and how it may change."""

from __future__ import annotations

import datetime as dt

from booking.errors import StaleVersion
from booking.models.appointment_fields import AppointmentFields
from booking.models.event import Actor, AppointmentEvent, EventKind
from booking.models.querysets import AppointmentQuerySet
from booking.states import Outcome, Status, check_reopening, check_transition
from stores.models import Offer, StaffMember

TIME_FIELDS = [
    "offer", "staff_member", "channel", "starts_at", "ends_at", "arrived_at",
    "started_at", "ended_at", "delay_minutes", "erase_after", "question_erase_after",
    "staff_came_at",
]  # fmt: skip


class Appointment(AppointmentFields):
    """One row for life: it may change time, adviser and channel, never its link.

    `version` rises on every write (compare-and-swap). `sequence` (RFC 5545) rises
    only when what the customer was told changes. Every transition below writes the
    row and one event; the caller owns the transaction and, where time is given back,
    the agendas' locks. `answer` is what the store wrote when it declined.
    """

    objects = AppointmentQuerySet["Appointment"].as_manager()

    class Meta(AppointmentFields.Meta):
        abstract = False

    def cancel(self, *, by: Actor, now: dt.datetime) -> None:
        wanted = (
            Status.CANCELLED_BY_CUSTOMER
            if by.kind == Actor.Kind.CUSTOMER
            else Status.CANCELLED_BY_STORE
        )
        self._transition(wanted, EventKind.CANCELLED, by, now, told=True)

    def confirm(self, *, by: Actor, now: dt.datetime) -> None:
        self._transition(Status.CONFIRMED, EventKind.CONFIRMED, by, now, told=True)

    def decline(self, *, answer: str, by: Actor, now: dt.datetime) -> None:
        self.answer = answer
        self._transition(
            Status.DECLINED, EventKind.DECLINED, by, now, ["answer"], told=True
        )

    def arrive(self, *, by: Actor, now: dt.datetime) -> None:
        self.arrived_at = now
        self._transition(Status.ARRIVED, EventKind.ARRIVED, by, now, ["arrived_at"])

    def start(self, *, by: Actor, now: dt.datetime) -> None:
        self.started_at = now
        self._transition(Status.IN_PROGRESS, EventKind.STARTED, by, now, ["started_at"])

    def complete(self, *, outcome: Outcome, by: Actor, now: dt.datetime) -> None:
        self.ended_at = now
        self.outcome = outcome
        self._transition(
            Status.DONE, EventKind.COMPLETED, by, now, ["ended_at", "outcome"]
        )

    def miss(self, *, by_staff: bool, by: Actor, now: dt.datetime) -> None:
        wanted = Status.MISSED_BY_STAFF if by_staff else Status.MISSED_BY_CUSTOMER
        self.ended_at = now
        self._transition(wanted, EventKind.MISSED, by, now, ["ended_at"])

    def move(
        self,
        *,
        kind: EventKind,
        offer: Offer,
        starts_at: dt.datetime,
        staff_member: StaffMember,
        by: Actor,
        now: dt.datetime,
        reason: str = "",
    ) -> None:
        """Changes time, adviser or channel. An arrival is forgotten; a declined request
        is asked again if the offer needs an answer."""
        before = self.status
        if before in (Status.ARRIVED, Status.DECLINED):
            asks = before == Status.DECLINED and offer.needs_approval
            wanted = Status.REQUESTED if asks else Status.CONFIRMED
            check_transition(before, wanted)
            self.status, self.answer = wanted, ""
        self._take_up(offer, staff_member, starts_at)
        self._save_next_version([*TIME_FIELDS, "status", "answer"], told=True)
        self.record(kind, by=by, now=now, before=before, reason=reason)

    def reopen(self, *, status: Status, by: Actor, now: dt.datetime) -> None:
        """It was over and stands again, in a status in which it may stand."""
        check_reopening(self.status, status)
        self.outcome = self.answer = ""
        self.started_at = self.ended_at = None
        fields = ["outcome", "answer", "started_at", "ended_at"]
        self._become(status, EventKind.REOPENED, by, now, fields, told=True)

    def delay(self, *, minutes: int) -> None:
        """Sets what staff say of their lateness; the caller records the event."""
        self.delay_minutes = minutes
        self._save_next_version(["delay_minutes"], told=False)

    def take_along(self, *, product: str, asks_stock: bool, needs: str) -> None:
        """Sets what the customer brings, and does not store it. An answer about another
        product is none."""
        asked = self.Stock.ASKED if product and asks_stock else ""
        if product != self.product or not asked or not self.stock:
            self.stock, self.stock_left = asked, None
        self.product, self.needs = product, needs

    def bring(
        self, *, question: str, product: str, asks_stock: bool, needs: str
    ) -> None:
        self.question = question
        self.take_along(product=product, asks_stock=asks_stock, needs=needs)
        fields = ["question", "product", "stock", "stock_left", "needs"]
        self._save_next_version(fields, told=False)

    def answer_stock(self, *, is_there: bool, left: int | None) -> None:
        self.stock = self.Stock.YES if is_there else self.Stock.NO
        self.stock_left = left
        self._save_next_version(["stock", "stock_left"], told=False)

    def become_callback(
        self,
        *,
        offer: Offer,
        staff_member: StaffMember,
        starts_at: dt.datetime,
        by: Actor,
        now: dt.datetime,
    ) -> None:
        """The same row and link, by telephone, at another time."""
        self._take_up(offer, staff_member, starts_at)
        kind = EventKind.BECAME_CALLBACK
        self._transition(Status.CONFIRMED, kind, by, now, TIME_FIELDS, told=True)

    def go_on_by_phone(self, *, offer: Offer, by: Actor, now: dt.datetime) -> None:
        """The same row, link, adviser and time; only the channel is another."""
        self.offer, self.channel, self.started_at = offer, offer.channel, None
        kind, fields = EventKind.BECAME_CALLBACK, ["offer", "channel", "started_at"]
        self._transition(Status.CONFIRMED, kind, by, now, fields, told=True)

    def _take_up(
        self, offer: Offer, staff_member: StaffMember, starts_at: dt.datetime
    ) -> None:
        self.offer = offer
        self.channel = offer.channel
        self.staff_member = staff_member
        self.starts_at = starts_at
        length = dt.timedelta(minutes=offer.duration)
        ended, self.ends_at = self.ends_at, starts_at + length
        self._put_off_erasure(self.ends_at - ended)
        self.arrived_at = self.started_at = self.ended_at = None
        self.staff_came_at, self.delay_minutes = None, 0

    def _put_off_erasure(self, later: dt.timedelta) -> None:
        """Keeps the data for as long after the new day; never shorter."""
        later = max(later, dt.timedelta(0))
        self.erase_after += later
        if self.question_erase_after:
            self.question_erase_after += later

    def record(
        self,
        kind: EventKind,
        *,
        by: Actor,
        now: dt.datetime,
        before: str = "",
        reason: str = "",
    ) -> None:
        """Writes an event; without `before` it leaves the status as it is."""
        self.event(
            kind, before=before or self.status, by=by, now=now, reason=reason
        ).save(force_insert=True)

    def _transition(
        self,
        wanted: Status,
        kind: EventKind,
        by: Actor,
        now: dt.datetime,
        fields: list[str] | None = None,
        *,
        told: bool = False,
    ) -> None:
        check_transition(self.status, wanted)
        self._become(wanted, kind, by, now, fields or [], told=told)

    def _become(
        self,
        wanted: Status,
        kind: EventKind,
        by: Actor,
        now: dt.datetime,
        fields: list[str],
        *,
        told: bool,
    ) -> None:
        before = self.status
        self.status = wanted
        self._save_next_version([*fields, "status"], told=told)
        self.record(kind, by=by, now=now, before=before)

    def _save_next_version(self, fields: list[str], *, told: bool) -> None:
        """Compare-and-swap on `version`; raises StaleVersion to the slower writer."""
        known = self.version
        self.version = known + 1
        if told:
            self.sequence += 1
        names = {*fields, "version", "sequence"}
        values = {name: getattr(self, name) for name in names}
        rows = Appointment.objects.all_brands().filter(pk=self.pk, version=known)
        if not rows.update(**values):
            raise StaleVersion

    def event(
        self,
        kind: EventKind,
        *,
        before: str,
        by: Actor,
        now: dt.datetime,
        reason: str = "",
    ) -> AppointmentEvent:
        """Returns the event of the row as it is now, not stored yet."""
        return AppointmentEvent(
            brand_id=self.brand_id,
            appointment=self,
            kind=kind,
            from_status=before,
            to_status=self.status,
            version=self.version,
            sequence=self.sequence,
            actor=by.kind,
            actor_user_id=by.user_id,
            reason=reason,
            occurred_at=now,
        )
