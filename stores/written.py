"""Texts that people write: names, e-mail addresses, texts of several lines.

Telephones and programs put characters there that nobody sees. What is only another
way to write the same is made alike; what could deceive a reader is refused by cause.
"""

from __future__ import annotations

import re
import unicodedata

from email_validator import EmailNotValidError, validate_email

_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Embeddings, overrides and isolates (UAX 9): letters show in another order."""
_LINE_ENDS = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_JOINERS = "\u200c\u200d"
"""Persian and Indic names are spelled with them."""
_BLANKS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Letters and marks that print nothing."""

_LINK = re.compile(r"://|\bwww\.|\w\.[a-z]{2,}/", re.IGNORECASE)
_HOST = re.compile(
    r"(?<![\w.-])([\w-]+(?:\.[\w-]+)*)\.(?:com|net|org|fr|ru|top|xyz|info)\b",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"\w|dr|dres|prof|pr|me|mr|mrs|ms|mme|mlle|mag|ing|dipl|ste?", re.IGNORECASE
)
"""`Dr.Info Huber` and `J.Net` are names: titles and initials, written close."""
_ADDRESS = re.compile(r"\S@[\w-]+\.\w")

_FULL_WIDTH = {0xFF01 + n: 0x21 + n for n in range(94)}
"""As East Asian keyboards write ASCII."""


class WritingRefused(ValueError):
    """The name or address is not taken; the code names the cause."""

    code = "unreadable"


class HasLink(WritingRefused):
    code = "link"


class HasAddress(WritingRefused):
    code = "address"


class TurnsDirection(WritingRefused):
    """Characters that turn the direction of writing: it would read otherwise."""

    code = "direction"


class HasLineEnd(WritingRefused):
    code = "line_end"


class ShowsNothing(WritingRefused):
    """No character of it can be seen."""

    code = "nothing"


class Unprintable(WritingRefused):
    """Control characters, halves of characters, or ones without a meaning."""

    code = "unprintable"


class NoMailAddress(WritingRefused):
    code = "invalid"


def tidy_name(text: str) -> str:
    """Composed (NFC), one plain space between words, nothing invisible but joiners.

    Refuses nothing: line ends, turns and control characters stay for `check_name`.
    """
    if _LINE_ENDS.search(text.strip()):
        return text.strip()
    kept = "".join(c for c in text if c in _JOINERS or not _is_invisible(c))
    words = unicodedata.normalize("NFC", kept).split()
    return " ".join(word.strip(_JOINERS) for word in words).strip()


def check_name(name: str) -> None:
    """Raises WritingRefused in one of its kinds for what is no person's name."""
    if _LINE_ENDS.search(name):
        raise HasLineEnd
    if _TURNS.search(name):
        raise TurnsDirection
    if any(_is_unprintable(character) for character in name):
        raise Unprintable
    if not any(unicodedata.category(character)[0] in "LNS" for character in name):
        raise ShowsNothing
    if _ADDRESS.search(name):
        raise HasAddress
    hosts = [found[1].split(".") for found in _HOST.finditer(name)]
    if _LINK.search(name) or not all(map(_are_titles, hosts)):
        raise HasLink


def mail_address(text: str) -> str:
    """As it is kept: without what cannot be seen, the host in lower case and readable.

    Letters of any script on both sides of the @ (RFC 6531, IDNA). Raises NoMailAddress.
    """
    seen = "".join(c for c in text if not _is_invisible(c) and not _TURNS.match(c))
    try:
        found = validate_email(
            seen.translate(_FULL_WIDTH).strip(),
            check_deliverability=False,
            test_environment=True,
            strict=True,
        )
    except EmailNotValidError:
        raise NoMailAddress from None
    return found.normalized


def wire_address(address: str) -> str:
    """As an envelope names it: the host in ASCII (IDNA 2008). Letters before the @
    have no ASCII form; only servers with SMTPUTF8 take them. What was kept without
    being read by `mail_address` comes back as it is."""
    try:
        found = validate_email(
            address, check_deliverability=False, test_environment=True
        )
    except EmailNotValidError:
        return address
    return found.ascii_email or f"{found.local_part}@{found.ascii_domain}"


def one_line_end(text: str) -> str:
    """Each line end is one character, however the browser or program wrote it: what
    fits the field there fits here."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_invisible(character: str) -> bool:
    """Prints nothing and means nothing in a name or address; turns are no such."""
    if _TURNS.match(character):
        return False
    kind = unicodedata.category(character)
    return kind == "Cf" or character in _BLANKS or "\ufe00" <= character <= "\ufe0f"


def _are_titles(words: list[str]) -> bool:
    return all(_TITLE.fullmatch(word) for word in words)


def _is_unprintable(character: str) -> bool:
    kind = unicodedata.category(character)
    return kind[0] == "C" and character not in _JOINERS
