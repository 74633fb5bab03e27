"""Names and addresses as people, telephones and programs write them."""

from __future__ import annotations

import pytest

from stores import written
from stores.written import (
    HasAddress,
    HasLineEnd,
    HasLink,
    NoMailAddress,
    ShowsNothing,
    TurnsDirection,
    Unprintable,
    WritingRefused,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Alice\u00a0Moreau", "Alice Moreau"),
        ("Alice \u202f Moreau ", "Alice Moreau"),
        ("山田\u3000太郎", "山田 太郎"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("\u200bAlice\u00ad Mor\ufeffeau", "Alice Moreau"),
        ("\u200fדוד\u200e", "דוד"),
        ("Jose\u0301", "José"),
        ("a\tb", "a b"),
        ("Alice\n", "Alice"),
        ("Dr.Info Huber", "Dr.Info Huber"),
        ("Prof.Dr.Info Meier", "Prof.Dr.Info Meier"),
        ("J.Net", "J.Net"),
        ("O’Brien-D’Arcy, Jr.", "O’Brien-D’Arcy, Jr."),
        ("Anna.Maria Rossi", "Anna.Maria Rossi"),
    ],
)
def test_names_are_kept_in_one_form(typed: str, kept: str) -> None:
    name = written.tidy_name(typed)
    written.check_name(name)
    assert name == kept


@pytest.mark.parametrize(
    ("typed", "cause"),
    [
        ("Ali\u202ace", TurnsDirection),
        ("Ali\u202dce", TurnsDirection),
        ("Ali\u202ece", TurnsDirection),
        ("\u2067Alice\u2069", TurnsDirection),
        ("Alice\r\nBcc: all@example.org", HasLineEnd),
        ("Alice\u2028Moreau", HasLineEnd),
        ("Ali\x00ce", Unprintable),
        ("Ali\ue000ce", Unprintable),
        ("\u3164", ShowsNothing),
        ("\u200d", ShowsNothing),
        ("--", ShowsNothing),
        ("lea@example.org", HasAddress),
        ("Win at https://spam.example", HasLink),
        ("www.spam", HasLink),
        ("spam.shop/now", HasLink),
        ("Buy at Spam.Info", HasLink),
        ("Dr.info.com", HasLink),
    ],
)
def test_a_name_is_refused_for_its_own_cause(
    typed: str, cause: type[WritingRefused]
) -> None:
    with pytest.raises(WritingRefused) as refused:
        written.check_name(written.tidy_name(typed))
    assert type(refused.value) is cause


@pytest.mark.parametrize(
    ("typed", "kept", "wire"),
    [
        ("lea@example.org", "lea@example.org", "lea@example.org"),
        ("jörg@example.org", "jörg@example.org", "jörg@example.org"),
        ("jo\u0308rg@example.org", "jörg@example.org", "jörg@example.org"),
        ("josé@müller.example", "josé@müller.example", "josé@xn--mller-kva.example"),
        ("lea@müller.example", "lea@müller.example", "lea@xn--mller-kva.example"),
        (
            "lea@xn--mller-kva.example",
            "lea@müller.example",
            "lea@xn--mller-kva.example",
        ),
        ("lea@straße.de", "lea@straße.de", "lea@xn--strae-oqa.de"),
        ("用户@例え。jp", "用户@例え.jp", "用户@xn--r8jz45g.jp"),
        ("Lea@EXAMPLE.org", "Lea@example.org", "Lea@example.org"),
        (
            "\ufefflea\u200b@exam\u00adple.org",
            "lea@example.org",
            "lea@example.org",
        ),
        ("\u202dlea@example.org\u202c", "lea@example.org", "lea@example.org"),
        ("\u00a0lea@example.org ", "lea@example.org", "lea@example.org"),
        ("ｌｅａ＠ｅｘａｍｐｌｅ．ｏｒｇ", "lea@example.org", "lea@example.org"),
    ],
)
def test_addresses_of_any_script(typed: str, kept: str, wire: str) -> None:
    assert written.mail_address(typed) == kept
    assert written.mail_address(kept) == kept
    assert written.wire_address(kept) == wire


@pytest.mark.parametrize(
    "typed",
    [
        "lea", "lea@", "@example.org", "lea@example", "lea@@example.org",
        "lea @example.org", "lea@ex ample.org", "lea..b@example.org",
        "lea@-a.example", "lea@example.org, b@example.org", "lea\n@example.org",
        "Léa <lea@example.org>", "lea@[127.0.0.1]", "x" * 65 + "@example.org",
    ],
)  # fmt: skip
def test_what_is_no_address(typed: str) -> None:
    with pytest.raises(NoMailAddress):
        written.mail_address(typed)


def test_an_address_that_was_kept_unread_is_left_as_it_is() -> None:
    assert written.wire_address("not an address") == "not an address"


def test_a_line_end_is_one_character() -> None:
    assert written.one_line_end("a\r\nb\rc\nd\r\n") == "a\nb\nc\nd\n"
