"""The links in mails about an account: each works for two hours, and once, because
what it does changes what it was made from. They stand under /r/, as all that a secret
opens: the proxy keeps no log of it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import base36_to_int, int_to_base36

from stores.models import User
from visavis.accounts.queries import open_account

ADDRESS = "visavis.accounts.address"


def reset_url(user: User) -> str:
    """The absolute address; its holder may set a new password."""
    token = default_token_generator.make_token(user)
    return _site() + reverse(
        "account_open_reset", args=[f"{int_to_base36(user.pk)}-{token}"]
    )


def user_of_reset(key: str) -> User | None:
    """The user whose password the key sets; None once it was used, changed otherwise or
    ran out, or the account was closed."""
    uid, _, token = key.partition("-")
    try:
        user = open_account(base36_to_int(uid))
    except (ValueError, OverflowError):
        return None
    return user if user and default_token_generator.check_token(user, token) else None


@dataclass(frozen=True)
class NewAddress:
    user: User
    email: str


def address_url(user: User, email: str) -> str:
    token = signing.dumps([user.pk, email, _state_of(user)], salt=ADDRESS)
    return _site() + reverse("account_open_address", args=[token])


def new_address_of(token: str, *, lock: bool = False) -> NewAddress | None:
    """The request of the link; None if the account's address or password has changed
    since, or the link ran out."""
    try:
        pk, email, state = signing.loads(
            token, salt=ADDRESS, max_age=settings.PASSWORD_RESET_TIMEOUT
        )
    except signing.BadSignature:
        return None
    user = open_account(pk, lock=lock)
    if user is None or not hmac.compare_digest(state, _state_of(user)):
        return None
    return NewAddress(user, email)


def _state_of(user: User) -> str:
    facts = f"{user.pk}|{user.email}|{user.password}|{user.email_confirmed_at}"
    return salted_hmac(ADDRESS, facts, algorithm="sha256").hexdigest()[:32]


def _site() -> str:
    return str(settings.SITE_URL).rstrip("/")
