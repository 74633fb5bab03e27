"""By telephone instead: the last of the moves, for the machine of `diary_machine`."""

from __future__ import annotations

import uuid

from hypothesis import strategies as st
from hypothesis.stateful import rule

from booking import errors
from booking.services import callbacks
from tests.oracles.diary_machine import DiaryMachine, Refusal
from tests.oracles.diary_model import FIVE, LIVE, MISSED, Visit
from tests.oracles.diary_moves import MovesMachine

visits = DiaryMachine.visits
MOST_CALLS = 3


class LifeMachine(MovesMachine):
    """Everything that may happen to a visit."""

    @rule(pk=visits, gives_phone=st.booleans())
    def call_instead(self, pk: uuid.UUID, gives_phone: bool) -> None:
        visit = self.act(pk)
        refusal: Refusal = None
        if visit.status not in MISSED:
            refusal = errors.TransitionRefused
        elif not (gives_phone or visit.has_phone):
            refusal = errors.PhoneNeeded
        expected = self.diary.first_call(visit)
        done, row = self.expect(
            "to callback",
            refusal,
            lambda: callbacks.turn_into_callback(
                appointment=self.row(pk),
                by=self.user,
                now=self.now,
                phone=self.phone(gives_phone),
            ),
        )
        if done:
            assert (row.starts_at, row.staff_member_id) == (expected, visit.staff)
            visit.has_phone |= gives_phone
            visit.channel, visit.start, visit.ended = "callback", expected, None
            visit.minutes = 0
            visit.taken += self.diary.occupied("callback", expected, visit.staff)
            visit.write("became_callback", "confirmed", told=True)
            visit.late = 0

    @rule(pk=visits, gives_phone=st.booleans())
    def go_on_by_phone(self, pk: uuid.UUID, gives_phone: bool) -> None:
        visit = self.act(pk)
        refusal: Refusal = None
        if visit.status not in LIVE or visit.channel != "video":
            refusal = errors.TransitionRefused
        elif not (gives_phone or visit.has_phone):
            refusal = errors.PhoneNeeded
        done, _ = self.expect(
            "go on by phone",
            refusal,
            lambda: callbacks.continue_by_phone(
                appointment=self.row(pk),
                by=self.user,
                now=self.now,
                phone=self.phone(gives_phone),
            ),
        )
        if done:
            visit.has_phone |= gives_phone
            visit.minutes = visit.minutes or visit.shape.duration
            visit.channel = "callback"
            visit.write("became_callback", "confirmed", told=True)

    @rule(pk=visits, result=st.sampled_from(["reached", "no_answer", "wrong_number"]))
    def call(self, pk: uuid.UUID, result: str) -> None:
        visit = self.act(pk)
        refusal: Refusal = None
        if visit.channel != "callback":
            refusal = errors.NotACallback
        elif visit.status not in self._may_call(visit, result):
            refusal = errors.TransitionRefused
        is_last = visit.calls.count(visit.sequence) + 1 >= MOST_CALLS
        done, attempt = self.expect(
            "call",
            refusal,
            lambda: callbacks.record_call_attempt(
                appointment=self.row(pk),
                result=result,
                user=self.world.bob.user,
                now=self.now,
            ),
        )
        if not done:
            return
        visit.calls.append(visit.sequence)
        assert attempt.number == len(visit.calls)
        waits = result == "no_answer" and not is_last
        assert attempt.next_try_at == (self.now + 6 * FIVE if waits else None)
        visit.events.append(("call_tried", visit.status))
        if result == "reached":
            visit.write("started", "in_progress")
        elif is_last:
            visit.write("missed", "missed_by_customer")
            self._ended(visit)

    def _may_call(self, visit: Visit, result: str) -> set[str]:
        """Once they talk, no call is answered or is the last in vain."""
        is_last = visit.calls.count(visit.sequence) + 1 >= MOST_CALLS
        if result == "reached" or is_last:
            return {"confirmed", "arrived"}
        return LIVE
