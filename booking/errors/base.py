"""The ground of all named refusals of booking."""

from __future__ import annotations


class BookingError(Exception):
    """Something was asked that the agenda or the appointment does not allow."""

    code = "booking_error"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or (self.__doc__ or "").split("\n")[0])
