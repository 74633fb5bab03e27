"""Refusals about who works when, what is offered, and the keys of programs."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass

from booking.errors.base import BookingError


class KeyReused(BookingError):
    """This Idempotency-Key was used for another request, or by somebody else."""

    code = "idempotency_mismatch"


class KeyInvalid(BookingError):
    """An Idempotency-Key is 20 to 80 random characters: a UUID will do."""

    code = "idempotency_key_invalid"


class KeyScopesRefused(BookingError):
    """An API key has one scope at least, of those that exist."""

    code = "key_scopes_refused"


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
