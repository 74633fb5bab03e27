"""Named refusals of floor 1. They know no HTTP: `visavis.errors` maps them."""

from __future__ import annotations


class StoresError(Exception):
    """Something was asked that stores do not know."""

    code = "stores_error"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or (self.__doc__ or "").split("\n")[0])


class UnknownTerritory(StoresError):
    """No calendar of public holidays is known for that territory and year."""

    code = "unknown_territory"
