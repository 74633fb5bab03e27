"""Named refusals. Each states a fact; its `code` is stable and part of the API.

They know no HTTP: `visavis.errors` maps them to statuses, for pages and API alike.
The docstring is the sentence for developers; people read translated words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from booking.starts import Start
    from stores.models import Store


class BookingError(Exception):
    """Something was asked that the agenda or the appointment does not allow."""

    code = "booking_error"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or (self.__doc__ or "").split("\n")[0])


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


class KeyReused(BookingError):
    """This Idempotency-Key was used for another request, or by somebody else."""

    code = "idempotency_mismatch"


class KeyInvalid(BookingError):
    """An Idempotency-Key is 20 to 80 random characters: a UUID will do."""

    code = "idempotency_key_invalid"


class KeyScopesRefused(BookingError):
    """An API key has one scope at least, of those that exist."""

    code = "key_scopes_refused"


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


class AbsenceEmpty(BookingError):
    """An absence begins within five years, and lasts at most a year."""

    code = "absence_empty"

    longest = dt.timedelta(days=366)
    furthest = 5 * longest


class AskingRefused(BookingError):
    """An absence is asked for from today on, and each time once."""

    code = "asking_refused"

    class Why(StrEnum):
        PAST = "past"
        ASKED = "asked"
        AWAY = "away"

    def __init__(self, why: Why) -> None:
        super().__init__()
        self.why = why


class RequestAnswered(BookingError):
    """Somebody has answered this request already."""

    code = "request_answered"


class RequestWithdrawn(BookingError):
    """The request was taken back by the person who asked."""

    code = "request_withdrawn"


class RequestOver(BookingError):
    """The time that was asked for is over."""

    code = "request_over"


class OwnRequest(BookingError):
    """One's own request is answered by somebody else who leads."""

    code = "own_request"


class HoursRefused(BookingError):
    """These hours cannot be: a length, a rhythm, a channel or an order of days."""

    code = "hours_refused"

    def __init__(self, detail: str = "", field: str = "") -> None:
        super().__init__(detail)
        self.field = field
        """The field of the row that is wrong."""


class DepartureRefused(BookingError):
    """Somebody cannot leave so: on this day, by this person, or as the last admin."""

    code = "departure_refused"

    class Why(StrEnum):
        ONESELF = "oneself"
        DAY_OVER = "day_over"
        TOO_FAR = "too_far"
        LAST_ADMIN = "last_admin"
        LEFT = "left"

    def __init__(self, why: Why) -> None:
        super().__init__()
        self.why = why


class OfferRefused(BookingError):
    """A topic cannot be offered so: a figure is out of range, or a resource is
    missing."""

    code = "offer_refused"

    def __init__(self, detail: str = "", field: str = "") -> None:
        super().__init__(detail)
        self.field = field


class CompetenceRefused(BookingError):
    """A person cannot advise so: a topic or a channel is not the brand's."""

    code = "competence_refused"

    def __init__(self, detail: str = "", field: str = "") -> None:
        super().__init__(detail)
        self.field = field


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
