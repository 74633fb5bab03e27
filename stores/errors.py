"""Named refusals of floor 1. They know no HTTP: `visavis.errors` maps them."""

from __future__ import annotations

from collections.abc import Sequence


class StoresError(Exception):
    """Something was asked that stores do not know."""

    code = "stores_error"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or (self.__doc__ or "").split("\n")[0])


class UnknownTerritory(StoresError):
    """No calendar of public holidays is known for that territory and year."""

    code = "unknown_territory"


class PersonRefused(StoresError):
    """Somebody of the staff cannot be written as asked; `field` says which part."""

    code = "person_refused"

    def __init__(self, field: str, *, cause: str = "invalid", index: int = 0) -> None:
        super().__init__()
        self.field = field
        self.cause = cause
        self.index = index
        """Of several that were to be written at once, the place of this one."""


class AddressKnown(PersonRefused):
    """The e-mail address is somebody's of the same brand already."""

    code = "address_known"

    def __init__(self, holder: str, *, index: int = 0) -> None:
        super().__init__("email", cause="known", index=index)
        self.holder = holder


class LastAdmin(StoresError):
    """The brand would have nobody left who may change it."""

    code = "last_admin"


class InvitationOver(StoresError):
    """The invitation lets nobody in, or not this account; `state` says why."""

    code = "invitation_over"

    def __init__(self, state: str) -> None:
        super().__init__()
        self.state = state


class AccountExists(StoresError):
    """The address has an account: its owner signs in, and no password is set."""

    code = "account_exists"


class FactorNeeded(StoresError):
    """The brand asks for a second factor, and this session has shown none."""

    code = "factor_needed"


class RemovalRefused(StoresError):
    """A second factor is not taken away like that; `why` says the reason."""

    code = "removal_refused"

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why


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
        self.index = 0
        """Of several that were to be written at once, the place of this one."""


class LegalRefused(StoresError):
    """The text cannot be published; `problems` are pairs of field and cause."""

    code = "legal_refused"

    def __init__(self, problems: list[tuple[str, object]]) -> None:
        super().__init__()
        self.problems = problems


class TextChanged(StoresError):
    """Somebody published another version since the page was shown."""

    code = "text_changed"


class CompanyRefused(EditRefused):
    """The company's sign-in cannot be written or switched on like that."""

    code = "company_refused"


class BrandRefused(EditRefused):
    """The brand cannot be made like that."""

    code = "brand_refused"


class ColourRefused(BrandRefused):
    """The colour is none (`why` is `form`), or pages in it could not be read
    (`unreadable`)."""

    code = "colour_refused"

    def __init__(self, colour: str, why: str) -> None:
        super().__init__("", "colour", why)
        self.colour = colour


class LanguageRefused(BrandRefused):
    """The brand cannot be read in that language: these topics have no name in it."""

    code = "language_refused"

    def __init__(self, language: str, topics: Sequence[str]) -> None:
        super().__init__("", "languages", "unnamed")
        self.language, self.topics = language, topics


class LogoRefused(BrandRefused):
    """The file is no logo that can be shown; `why` says the reason."""

    code = "logo_refused"

    def __init__(self, why: str) -> None:
        super().__init__("", "logo", why)


class SiteRefused(EditRefused):
    """The text is no web site that can show the hours; `why` is `form`, `https`, or
    `many` for one too many."""

    code = "site_refused"

    def __init__(self, site: str, why: str) -> None:
        super().__init__("", "sites", why)
        self.site = site


class StoreRefused(EditRefused):
    """The store cannot be written like that; `index` is its place among several."""

    code = "store_refused"

    def __init__(
        self, detail: str = "", field: str = "", why: str = "", index: int = 0
    ) -> None:
        super().__init__(detail, field, why)
        self.index = index


class RoomRefused(EditRefused):
    """The room or booth cannot be written like that."""

    code = "room_refused"


class TopicRefused(EditRefused):
    """The topic cannot be written like that."""

    code = "topic_refused"


class PictureRefused(StoresError):
    """The file is no picture that can be shown; `cause` says why: `bytes` or `pixels`
    for too many, `heic`, else `no_picture`."""

    code = "picture_refused"

    def __init__(self, cause: str) -> None:
        super().__init__()
        self.cause = cause


class FileTooLarge(StoresError):
    """The file has more bytes than are taken."""

    code = "file_too_large"


class TableRefused(StoresError):
    """The file is no table that can be read; `why` says how, `line` perhaps where."""

    code = "table_refused"

    def __init__(self, why: str, line: int = 0) -> None:
        super().__init__()
        self.why, self.line = why, line
