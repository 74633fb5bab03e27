"""Moves in time and in status, for the machine of `diary_machine`."""

from __future__ import annotations

import datetime as dt
import uuid

from hypothesis import strategies as st
from hypothesis.stateful import rule

from booking import errors
from booking.models import Actor
from booking.services import attendance, cancelling, rescheduling
from tests.oracles.diary_machine import CHANNELS, STAFF, STEPS, DiaryMachine, Refusal
from tests.oracles.diary_model import LIVE, UPCOMING, Taken, Visit

visits = DiaryMachine.visits
SECONDS_OF_UNDO = 90


class MovesMachine(DiaryMachine):
    """What may happen to a visit; `diary_calls` adds the telephone."""

    def act(self, pk: uuid.UUID) -> Visit:
        return self.diary.visits[pk]

    # Another time, adviser or channel

    @rule(
        pk=visits,
        by_staff=st.booleans(),
        step=st.none() | STEPS,
        number=STAFF,
        channel=st.none() | CHANNELS,
    )
    def move(
        self,
        pk: uuid.UUID,
        by_staff: bool,
        step: int | None,
        number: int | None,
        channel: str | None,
    ) -> None:
        visit, staff = self.act(pk), self.staff(number)
        at = visit.start if step is None else self.start_at(step)
        wanted = channel or visit.channel
        free = self.diary.who_can(wanted, at, but=visit)
        if staff is not None:
            free = [one for one in free if one == staff.pk]
        stays = (at, wanted) == (visit.start, visit.channel)
        stays = stays and (staff is None or staff.pk == visit.staff)
        refusal = self._refusal_of_move(visit, at, wanted, free, by_staff=by_staff)
        if stays and refusal in (errors.SlotNotOffered, errors.SlotTaken):
            refusal = None
        done, row = self.expect(
            "move",
            refusal,
            lambda: rescheduling.move_appointment(
                appointment=self.row(pk),
                by=self.user if by_staff else Actor.customer(),
                now=self.now,
                starts_at=None if step is None else at,
                staff_member=staff,
                channel=channel,
            ),
        )
        if done and not stays:
            assert row.staff_member_id in free
            if visit.staff in free:
                assert row.staff_member_id == visit.staff
            self._moved(visit, at, wanted, row.staff_member_id)

    def _refusal_of_move(
        self,
        visit: Visit,
        at: dt.datetime,
        channel: str,
        free: list[int],
        *,
        by_staff: bool,
    ) -> Refusal:
        if visit.status not in UPCOMING:
            return errors.TransitionRefused
        calls_instead = channel == "callback" != visit.channel
        if not by_staff and not calls_instead and not visit.can_cancel(self.now):
            return errors.TooLateToMove
        if not self.diary.is_ahead(at):
            return errors.SlotNotOffered
        return None if free else errors.SlotTaken

    def _moved(self, visit: Visit, at: dt.datetime, channel: str, staff: int) -> None:
        kind = "reassigned"
        if channel != visit.channel:
            kind = "channel_changed"
        elif at != visit.start:
            kind = "moved"
        visit.channel, visit.start, visit.staff = channel, at, staff
        visit.minutes = 0
        visit.taken = self.diary.occupied(channel, at, staff)
        visit.ended = None
        status = "confirmed" if visit.status == "arrived" else ""
        visit.write(kind, status, told=True)
        visit.late = 0

    @rule(pk=visits, step=STEPS, number=st.sampled_from([0, 1]))
    def overlap(self, pk: uuid.UUID, step: int, number: int) -> None:
        visit, at, staff = self.act(pk), self.start_at(step), self.staff(number)
        done, _ = self.expect(
            "overlap",
            None if visit.status in UPCOMING else errors.TransitionRefused,
            lambda: rescheduling.overlap_appointment(
                appointment=self.row(pk),
                starts_at=at,
                staff_member=staff,
                reason="emergency",
                by=self.user,
                now=self.now,
            ),
        )
        if done:
            visit.start, visit.staff, visit.ended = at, staff.pk, None
            visit.minutes = 0
            taken = self.diary.occupied(visit.channel, at, staff.pk)
            visit.taken = [Taken(t.agenda, t.start, t.end, True) for t in taken]
            status = "confirmed" if visit.status == "arrived" else ""
            visit.write("overlapped", status, told=True)
            visit.late = 0

    # Given up, and taken up again

    @rule(pk=visits, by_staff=st.booleans())
    def cancel(self, pk: uuid.UUID, by_staff: bool) -> None:
        visit = self.act(pk)
        refusal: Refusal = (
            None if visit.status in UPCOMING else errors.TransitionRefused
        )
        if not by_staff and visit.status in LIVE and not visit.can_cancel(self.now):
            refusal = errors.TooLateToCancel
        by = self.user if by_staff else Actor.customer()
        done, _ = self.expect(
            "cancel",
            refusal,
            lambda: cancelling.cancel_appointment(
                appointment=self.row(pk), by=by, now=self.now
            ),
        )
        if not done:
            return
        if by_staff:
            visit.before_cancel = visit.status
            visit.write("cancelled", "cancelled_by_store", told=True)
            visit.kept_until = self.now + dt.timedelta(seconds=SECONDS_OF_UNDO)
        else:
            visit.write("cancelled", "cancelled_by_customer", told=True)
            visit.taken = []

    @rule(pk=visits)
    def undo(self, pk: uuid.UUID) -> None:
        visit = self.act(pk)
        done, _ = self.expect(
            "undo",
            None if visit.is_kept(self.now) else errors.UndoExpired,
            lambda: cancelling.undo_cancel(
                appointment=self.row(pk), by=self.user, now=self.now
            ),
        )
        if done:
            self._reopened(visit, visit.before_cancel)

    @rule(pk=visits)
    def reopen(self, pk: uuid.UUID) -> None:
        visit, kept = self.act(pk), self.act(pk).is_kept(self.now)
        refusal: Refusal = None
        if not visit.can_reopen(self.now):
            refusal = errors.TransitionRefused
        elif not kept and not self.diary.is_free_as_it_was(visit):
            refusal = errors.SlotTaken
        done, _ = self.expect(
            "reopen",
            refusal,
            lambda: cancelling.reopen_appointment(
                appointment=self.row(pk), by=self.user, now=self.now
            ),
        )
        if done:
            if not kept:
                visit.taken = self.diary.occupied(
                    visit.channel, visit.start, visit.staff
                )
            self._reopened(visit, visit.before_cancel if kept else "confirmed")

    def _reopened(self, visit: Visit, status: str) -> None:
        visit.ended = visit.kept_until = None
        visit.write("reopened", status, told=True)

    # The day itself

    @rule(pk=visits)
    def arrive(self, pk: uuid.UUID) -> None:
        visit = self.act(pk)
        here = {"arrived", "in_progress"}
        done, _ = self.expect(
            "arrive",
            None if visit.status in {"confirmed", *here} else errors.TransitionRefused,
            lambda: attendance.record_arrival(
                appointment=self.row(pk), by=Actor.customer(), now=self.now
            ),
        )
        if done and visit.status not in here:
            visit.write("arrived", "arrived")

    @rule(pk=visits)
    def start(self, pk: uuid.UUID) -> None:
        visit = self.act(pk)
        may = visit.status in {"confirmed", "arrived", "in_progress"}
        done, _ = self.expect(
            "start",
            None if may else errors.TransitionRefused,
            lambda: attendance.start_visit(
                appointment=self.row(pk), by=self.user, now=self.now
            ),
        )
        if done and visit.status != "in_progress":
            visit.write("started", "in_progress")

    @rule(pk=visits)
    def complete(self, pk: uuid.UUID) -> None:
        visit = self.act(pk)
        may = visit.status in {"confirmed", "arrived", "in_progress"}
        done, _ = self.expect(
            "complete",
            None if may else errors.TransitionRefused,
            lambda: attendance.complete_visit(
                appointment=self.row(pk), outcome="advised", by=self.user, now=self.now
            ),
        )
        if done:
            if visit.status != "in_progress":
                visit.write("started", "in_progress")
            visit.write("completed", "done")
            self._ended(visit)

    @rule(pk=visits, by_staff=st.booleans())
    def miss(self, pk: uuid.UUID, by_staff: bool) -> None:
        visit = self.act(pk)
        done, _ = self.expect(
            "miss",
            None
            if visit.status in {"confirmed", "arrived"}
            else errors.TransitionRefused,
            lambda: attendance.mark_missed(
                appointment=self.row(pk), by_staff=by_staff, by=self.user, now=self.now
            ),
        )
        if done:
            visit.write("missed", f"missed_by_{'staff' if by_staff else 'customer'}")
            self._ended(visit)

    def _ended(self, visit: Visit) -> None:
        visit.ended = self.now
        visit.give_back(self.now)

    @rule(pk=visits, minutes=st.sampled_from([0, 5, 20]))
    def be_late(self, pk: uuid.UUID, minutes: int) -> None:
        visit = self.act(pk)
        done, _ = self.expect(
            "late",
            None if visit.status in UPCOMING else errors.TransitionRefused,
            lambda: attendance.announce_delay(
                appointment=self.row(pk), minutes=minutes, by=self.user, now=self.now
            ),
        )
        if done and visit.late != minutes:
            visit.late = minutes
            visit.write("delayed")
