"""Refusals of floor 3's messages: stable codes, never a person's address or words."""

from collections.abc import Sequence


class DeliveryError(Exception):
    """A channel could not hand a message over.

    `code` is all that is kept and logged of the reason. `permanent`: another try
    would meet the same refusal. `status`: the answer over HTTP, where there was one.
    """

    def __init__(
        self, code: str, *, permanent: bool = False, status: int | None = None
    ) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent
        self.status = status


class TextRefused(Exception):
    """A brand's text cannot be sent like that; `problems` are fields, each with one."""

    code = "text_refused"

    def __init__(self, problems: Sequence[tuple[str, object]]) -> None:
        super().__init__(self.code)
        self.problems = problems


class EndpointKnown(Exception):
    """The brand calls this address already."""

    code = "endpoint_known"
