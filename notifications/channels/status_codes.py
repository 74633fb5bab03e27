"""Causes of refused mails: enhanced status codes (RFC 3463, 5248, 7372, 7505), and the
words of servers that send too general ones.

Only what is said of the recipient's address counts against it. A server that does not
like us, our proofs or our message says nothing of the address.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Cause(StrEnum):
    ADDRESS = "address"
    """There is no such mailbox or host, or it is closed for good."""

    LATER = "later"
    """Full, away, or not reached in time: the address may be right."""

    US = "us"
    """Our address, server, signature, message or its size."""

    UNKNOWN = "unknown"


_OF_ADDRESS = frozenset({
    "1.0", "1.1", "1.2", "1.3", "1.4", "1.6", "1.10", "2.1",
})  # fmt: skip
_LATER = frozenset({"2.2", "4.1", "4.2", "4.4", "4.5", "4.7", "3.1", "3.2"})
"""Of class 5 too: a full mailbox is emptied, a host that is away comes back."""
_GENERAL = frozenset({"0.0", "1.0", "2.0", "4.1", "4.4", "5.0"})
"""Servers use these for several causes: their words say which."""

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_REPLY = re.compile(
    r"(?<![\d.])[245]\d\d[- ]#?([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)"
    r"|\(?#([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)"
)
_NO_ADDRESS = re.compile(
    r"(?:no|unknown|invalid) (?:such )?"
    r"(?:user|mailbox|recipient|account|address|person)"
    r"|(?:user|mailbox|recipient|account|address|person)\b.{0,60}?"
    r"(?:unknown|not found|unavailable|does(?:n.t| not) exist|disabled|inactive"
    r"|rejected: access denied)"
    r"|doesn.t have an? \S+ account|unrouteable address|unknown local part"
    r"|(?:host|domain)\b.{0,40}(?:not found|doesn.t exist|does not exist)|nxdomain"
    r"|couldn.t find any host|no mailbox here",
    re.IGNORECASE | re.DOTALL,
)
_FULL = re.compile(
    r"quota|mailbox (?:is )?full|out of storage|over.?quota|insufficient.{0,20}storage",
    re.IGNORECASE,
)
_OF_US = re.compile(
    r"\b(?:spf|dkim|dmarc|spam|spamhaus|sender|blocked|blocklist|blacklist\w*|policy"
    r"|reputation|unable to relay"
    r"|relay(?:ing)? (?:access )?(?:denied|not \w+|prohibited)"
    r"|unauthenticated|authenticat\w+|content|virus"
    r"|too large|size limit|client host)\b",
    re.IGNORECASE,
)


def cause_of(status: str, words: str = "") -> Cause:
    """Of a refusal for good: its status code, if it has one, and the server's words,
    which may hold a more exact one."""
    found = _STATUS.search(status)
    if found and found[2] not in _GENERAL:
        return _by_code(found[0])
    exact = _code_in(words)
    if exact and exact.partition(".")[2] not in _GENERAL:
        return _by_code(exact)
    code = found[0] if found else exact
    return (_by_words(words) or _by_code(code)) if code else Cause.UNKNOWN


def cause_of_reply(words: str) -> Cause:
    """Of the plain words of a server, with or without codes."""
    code = _code_in(words)
    return cause_of(code, words) if code else _by_words(words) or Cause.UNKNOWN


def _code_in(words: str) -> str:
    found = _REPLY.search(words)
    return (found[1] or found[2]) if found else ""


def _by_code(code: str) -> Cause:
    level, _, detail = code.partition(".")
    if level == "4" or detail in _LATER:
        return Cause.LATER
    if detail in _OF_ADDRESS:
        return Cause.ADDRESS
    return Cause.UNKNOWN if detail in {"0.0", "2.0"} else Cause.US


def _by_words(words: str) -> Cause | None:
    if _OF_US.search(words):
        return Cause.US
    if _FULL.search(words):
        return Cause.LATER
    return Cause.ADDRESS if _NO_ADDRESS.search(words) else None
