"""Setting up and giving up a second factor: its owner is told each time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.db import transaction

from stores.accounts.factors import factor_rows_of, has_factor, rows_of
from stores.models import User
from visavis.accounts.mails import Kind
from visavis.accounts.queries import open_account
from visavis.tasks import send_account_mail


@dataclass(frozen=True)
class Factor:
    """One row of the page: `name` is a passkey's."""

    pk: int
    is_passkey: bool
    name: str
    created_at: dt.datetime
    last_used_at: dt.datetime | None


def factors_of(user: User) -> list[Factor]:
    return [
        Factor(
            pk=row.pk,
            is_passkey=row.type == Authenticator.Type.WEBAUTHN,
            name=row.data.get("name", ""),
            created_at=row.created_at,
            last_used_at=row.last_used_at,
        )
        for row in factor_rows_of(user)
    ]


def unused_codes(user: User) -> list[str] | None:
    """The recovery codes that are left; None for nobody's."""
    row = _codes_of(user)
    return None if row is None else list(row.wrap().get_unused_codes())


def _codes_of(user: User) -> Authenticator | None:
    return rows_of(user).filter(type=Authenticator.Type.RECOVERY_CODES).first()


def authenticator_of(*, user: User, code: str) -> Authenticator | None:
    """The app or the recovery codes that a code is of; it is used up by this."""
    plain = code.replace(" ", "").replace("-", "")
    rows = rows_of(user).exclude(type=Authenticator.Type.WEBAUTHN)
    return next((row for row in rows if row.wrap().validate_code(plain)), None)


def is_password(*, user: User, password: str) -> bool:
    return user.check_password(password)


def add_app(*, user: User, secret: str) -> None:
    """The app that has this secret; one that was there before is good no longer."""
    with transaction.atomic():
        open_account(user.pk, lock=True)
        rows_of(user).filter(type=Authenticator.Type.TOTP).delete()
        TOTP.activate(user, secret)
        RecoveryCodes.activate(user)
        send_account_mail.delay(Kind.FACTOR_ADDED, user.pk, user.email)


def add_passkey(*, user: User, name: str, credential: dict[str, Any]) -> None:
    with transaction.atomic():
        open_account(user.pk, lock=True)
        WebAuthn.add(user, name, credential)
        RecoveryCodes.activate(user)
        send_account_mail.delay(Kind.FACTOR_ADDED, user.pk, user.email)


def remove_factor(*, user: User, factor_id: int) -> bool:
    """False where it is gone already. With the last one the recovery codes go."""
    with transaction.atomic():
        open_account(user.pk, lock=True)
        gone, _tables = factor_rows_of(user).filter(pk=factor_id).delete()
        if not gone:
            return False
        if not has_factor(user):
            rows_of(user).delete()
        send_account_mail.delay(Kind.FACTOR_REMOVED, user.pk, user.email)
    return True


def renew_codes(*, user: User) -> None:
    """Ten new ones; those of before are good no longer."""
    with transaction.atomic():
        open_account(user.pk, lock=True)
        if has_factor(user):
            rows_of(user).filter(type=Authenticator.Type.RECOVERY_CODES).delete()
            RecoveryCodes.activate(user)
