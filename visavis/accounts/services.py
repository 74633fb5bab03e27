"""Changing one's password and one's address: each tells the owner, and closes every
link that was sent before."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from stores.accounts.sessions import end_sessions
from stores.models import User
from visavis.accounts.links import NewAddress, new_address_of
from visavis.accounts.mails import Kind
from visavis.accounts.queries import is_taken, open_account_of
from visavis.tasks import send_account_mail


def ask_reset(*, email: str) -> None:
    """The same work whether somebody has this address or nobody."""
    user = open_account_of(email)
    send_account_mail.delay(Kind.RESET, user.pk if user else None, email)


def change_password(*, user: User, password: str, session: str | None = None) -> None:
    """Ends every session but the named one."""
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        end_sessions(user=user, but=session)
        # Within: a change that its owner could not be told of is not made.
        send_account_mail.delay(Kind.PASSWORD_CHANGED, user.pk, user.email)


def ask_new_address(*, user: User, email: str) -> None:
    """A link goes to the new address, and a word to the present one. Who has the new
    one already for another account is told so there, and nobody here."""
    kind = Kind.ADDRESS_TAKEN if is_taken(email) else Kind.CONFIRM_ADDRESS
    send_account_mail.delay(kind, user.pk, email, email)
    send_account_mail.delay(Kind.ADDRESS_ASKED, user.pk, user.email, email)


def ask_confirmation(*, user: User) -> None:
    """A link goes to the address that they sign in with; meanwhile they go on."""
    send_account_mail.delay(Kind.CONFIRM_FIRST, user.pk, user.email, user.email)


def use_new_address(*, token: str, now: dt.datetime) -> NewAddress | None:
    """From now on they sign in with it, and it is confirmed; an old address is told.
    None where the link holds no more, or another account was quicker."""
    with transaction.atomic():
        asked = new_address_of(token, lock=True)
        if asked is None:
            return None
        user, before = asked.user, asked.user.email
        user.email, user.email_confirmed_at = asked.email, now
        try:
            with transaction.atomic():
                user.save(update_fields=["email", "email_confirmed_at"])
        except IntegrityError:
            return None
        if before != asked.email:
            send_account_mail.delay(Kind.ADDRESS_CHANGED, user.pk, before, asked.email)
    return asked


def tell_factor_taken(*, user: User) -> None:
    """Asked by the desk, through the setting that names it, in the transaction that
    takes it away: what its owner could not be told of is not done."""
    send_account_mail.delay(Kind.FACTOR_TAKEN, user.pk, user.email)
