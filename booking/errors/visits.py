"""Refusals about times and visits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from booking.starts import Start
    from stores.models import Store

from booking.errors.base import BookingError


class SlotTaken(BookingError):
    """That time has just been taken."""

    code = "slot_taken"

    def __init__(self, detail: str = "", nearest: Sequence[Start] = ()) -> None:
        super().__init__(detail)
        self.nearest = tuple(nearest)
        """Up to three bookable starts, nearest in time first."""


class SlotNotOffered(BookingError):
    """That time is not offered: past, outside hours, too soon or too far."""

    code = "slot_not_offered"

    def __init__(self, detail: str = "", nearest: Sequence[Start] = ()) -> None:
        super().__init__(detail)
        self.nearest = tuple(nearest)
        """As of SlotTaken; empty where the topic is not offered that way at all."""


class HoldExpired(BookingError):
    """The hold ran out, or is not this visitor's."""

    code = "hold_expired"


class HourGone(HoldExpired):
    """The offered hour is not kept any more; the appointment has not moved."""

    code = "hour_gone"


class CallTheStore(BookingError):
    """More was asked than one may online: people may, by telephone."""

    code = "call_the_store"

    def __init__(self, store: Store) -> None:
        self.phone = store.phone or store.brand.phone
        """The way on; empty where neither the store nor its brand has one."""
        super().__init__()
        if self.phone:
            self.args = (f"{self} Call the store: {self.phone}.",)


class TooManyHolds(CallTheStore):
    """This visitor or network keeps more times held than people need."""

    code = "too_many_holds"


class TooManyBookings(CallTheStore):
    """So many were booked today for this contact, or from this network."""

    code = "too_many_bookings"


class TooLateToCancel(BookingError):
    """The appointment begins too soon to be cancelled online."""

    code = "too_late_to_cancel"


class TooLateToMove(BookingError):
    """The appointment begins too soon to be changed online."""

    code = "too_late_to_move"


class RatingClosed(BookingError):
    """The visit is not over, or has been for too long to be rated."""

    code = "rating_closed"


class TooLateToConfirm(BookingError):
    """The hour that was asked for has come: only another one can be offered."""

    code = "too_late_to_confirm"


class UndoExpired(BookingError):
    """The 90 seconds in which a cancellation can be taken back are over."""

    code = "undo_expired"


class CustomerBusy(BookingError):
    """The same person has another visit at that time; say so to have both."""

    code = "customer_busy"


class TransitionRefused(BookingError):
    """The appointment's status does not allow this."""

    code = "move_refused"


class StaleVersion(BookingError):
    """Somebody else changed the appointment meanwhile."""

    code = "stale_version"


class AgendaBusy(BookingError):
    """The agenda was locked by others for too long; asking again will do."""

    code = "agenda_busy"


class NotACallback(BookingError):
    """Call attempts belong to a callback."""

    code = "not_a_callback"


class ContactNeeded(BookingError):
    """Neither an address nor a number was given."""

    code = "contact_needed"


class PhoneNeeded(BookingError):
    """A callback needs a telephone number."""

    code = "phone_needed"


class NobodyAtWork(BookingError):
    """Nobody of the store is at work who could call within minutes."""

    code = "nobody_at_work"


class StoriesRefused(BookingError):
    """Two living stories of one brand can be one person's, and no others."""

    code = "stories_refused"


class CaseCodeUnknown(BookingError):
    """No open file of the brand has this code, any more."""

    code = "case_code_unknown"


class CaseTriesOver(BookingError):
    """The store has tried too many wrong codes just now."""

    code = "case_tries_over"


class PhotosFull(BookingError):
    """There are three photographs already."""

    code = "photos_full"


class TooManyPhotos(BookingError):
    """This browser or its network has sent many photographs within an hour."""

    code = "too_many_photos"


class TooLateToBring(BookingError):
    """The visit has begun, or is over: what comes with it stays as it is."""

    code = "too_late_to_bring"


class ThreadClosed(BookingError):
    """The visit was too long ago to write about it."""

    code = "thread_closed"


class TooManyMessages(BookingError):
    """The customer has written many messages within an hour."""

    code = "too_many_messages"


class DataErased(BookingError):
    """The customer of this link had their data erased."""

    code = "data_erased"
