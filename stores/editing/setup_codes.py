"""The one-time code that proves who owns an empty installation."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from dataclasses import dataclass

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from stores.models import SetupCode

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0 and O, 1 and I: what is read from one screen is typed on another."""
LENGTH = 8
LASTS = dt.timedelta(minutes=30)
MOST_TRIES = 5

_BETWEEN = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class CodeAnswer:
    """`proof` stands for a code that fits, and is empty for one that does not;
    `tries_left` is 0 where only a new code helps."""

    proof: str
    tries_left: int


def issue_code(*, now: dt.datetime) -> str:
    """Makes a new code, which ends the one before. Returns its text, kept nowhere:
    two groups of four signs."""
    text = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    facts = {"code_hash": hash_of(text), "wrong_tries": 0, "expires_at": now + LASTS}
    SetupCode.objects.update_or_create(pk=SetupCode.ONLY, defaults=facts)
    return f"{text[:4]}-{text[4:]}"


def try_code(*, text: str, now: dt.datetime) -> CodeAnswer:
    """Compares the code that somebody typed; a wrong one is counted. Dash, spaces and
    case do not matter."""
    with transaction.atomic():
        code = SetupCode.objects.select_for_update().filter(pk=SetupCode.ONLY).first()
        given = hash_of(text)
        if code is None or is_over(code, now):
            return CodeAnswer("", 0)
        if constant_time_compare(code.code_hash, given):
            return CodeAnswer(given, MOST_TRIES - code.wrong_tries)
        code.wrong_tries += 1
        code.save(update_fields=["wrong_tries"])
    return CodeAnswer("", MOST_TRIES - code.wrong_tries)


def is_over(code: SetupCode, now: dt.datetime) -> bool:
    return code.wrong_tries >= MOST_TRIES or code.expires_at <= now


def hash_of(text: str) -> str:
    """Keyed, so that a copy of the database alone finds no code from it."""
    plain = _BETWEEN.sub("", text).upper()
    return salted_hmac("stores.setup_code", plain, algorithm="sha256").hexdigest()
