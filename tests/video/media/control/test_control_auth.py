"""Signed calls: what is refused, and that nothing else is."""

import pytest

from video.media.control.auth import RequestVerifier, sign_request
from video.media.errors import SignatureRefused

KEY = b"0123456789abcdef-control-key"
NOW = 1_000_000_000.0


def signed(**changes: object) -> dict[str, str]:
    facts: dict[str, object] = {
        "key": KEY,
        "method": "POST",
        "path": "/rooms/r/sessions",
        "body": b"{}",
        "now": NOW,
    }
    headers = sign_request(**(facts | changes))  # type: ignore[arg-type]  # a dict of facts
    return {name.lower(): value for name, value in headers.items()}


def check(
    verifier: RequestVerifier, headers: dict[str, str], **changes: object
) -> None:
    facts: dict[str, object] = {
        "method": "POST",
        "path": "/rooms/r/sessions",
        "body": b"{}",
        "now": NOW,
    }
    verifier.verify(headers=headers, **(facts | changes))  # type: ignore[arg-type]  # a dict of facts


def test_a_signed_call_passes_once() -> None:
    verifier = RequestVerifier(KEY)
    headers = signed()
    check(verifier, headers)
    with pytest.raises(SignatureRefused, match="nonce"):
        check(verifier, headers)
    check(verifier, signed())


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "DELETE"},
        {"path": "/rooms/other/sessions"},
        {"body": b"{ }"},
        {"now": NOW + 31},
        {"now": NOW - 31},
    ],
)
def test_a_call_that_differs_from_what_was_signed_is_refused(
    changes: dict[str, object],
) -> None:
    with pytest.raises(SignatureRefused):
        check(RequestVerifier(KEY), signed(), **changes)


def test_another_key_a_missing_and_a_forged_header_are_refused() -> None:
    verifier = RequestVerifier(KEY)
    refused = [
        signed(key=b"another key of some length"),
        {},
        {**signed(), "x-visavis-nonce": "forged-nonce"},
        {**signed(), "x-visavis-time": "1e9"},
        {**signed(), "x-visavis-signature": "é"},
    ]
    for headers in refused:
        with pytest.raises(SignatureRefused):
            check(verifier, headers)


def test_a_nonce_is_forgotten_only_when_its_call_is_too_old() -> None:
    verifier = RequestVerifier(KEY)
    headers = signed()
    check(verifier, headers)
    check(verifier, signed(now=NOW + 25), now=NOW + 25)
    with pytest.raises(SignatureRefused, match="nonce"):
        check(verifier, headers, now=NOW + 29)
    with pytest.raises(SignatureRefused, match="too old"):
        check(verifier, headers, now=NOW + 31)


def test_a_call_is_good_for_one_worker_and_for_its_one_life() -> None:
    headers = signed(to="boot-1")
    for other in ("boot-2", ""):
        with pytest.raises(SignatureRefused, match="does not fit"):
            check(RequestVerifier(KEY, other), headers)
    check(RequestVerifier(KEY, "boot-1"), headers)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        RequestVerifier(b"short")
