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


class SetupCodeOver(StoresError):
    """The set-up code was used, ran out, or was guessed at too often."""

    code = "setup_code_over"


class EditRefused(StoresError):
    """A value cannot be written; `field` names it, `why` tells kinds of the same field
    apart."""

    code = "edit_refused"

    def __init__(self, detail: str = "", field: str = "", why: str = "") -> None:
        super().__init__(detail)
        self.field, self.why = field, why


class BrandRefused(EditRefused):
    """The brand cannot be made like that."""

    code = "brand_refused"


class StoreRefused(EditRefused):
    """The store cannot be written like that."""

    code = "store_refused"


class TopicRefused(EditRefused):
    """The topic cannot be written like that."""

    code = "topic_refused"
