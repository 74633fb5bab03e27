"""The way in: a link of seven days that works once, and binds an account to a person.

The token is derived from the row and never stored, as `booking.links` does it; the
database keeps its SHA-256. Nobody else than its holder ever sets a password.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.module_loading import import_string

from stores.accounts.factors import forget_factors
from stores.derived import as_text, derived, generation_of, newest_key_id
from stores.editing.people import accounts_to_bind, address
from stores.editing.roles import check_works_here, give_roles, terms_for, terms_in
from stores.errors import AccountExists, AddressKnown, InvitationOver, PersonRefused
from stores.models import Invitation, Role, StaffMember, User

VALID_FOR = dt.timedelta(days=7)
TOKEN_LENGTH = 22
PURPOSE = b"invitation:"


class Standing(StrEnum):
    """The stages of the way in, and of the way out."""

    ACTIVE = "active"
    INVITED = "invited"
    EXPIRED = "expired"
    UNINVITED = "uninvited"
    """An address or a role waits, and no link is open."""
    LOCKED = "locked"
    """The account is closed, for all that it is used for."""
    WITHOUT_ACCOUNT = "without_account"
    LEFT = "left"


def standing_of(staff_member: StaffMember, now: dt.datetime) -> Standing:
    """From the row with its `user` and `invitation`."""
    user = staff_member.user
    if user is not None:
        if not staff_member.active:
            return Standing.LEFT
        return Standing.ACTIVE if user.is_active else Standing.LOCKED
    invitation = getattr(staff_member, "invitation", None)
    state = invitation.state(now) if invitation else Invitation.State.ACCEPTED
    if state == Invitation.State.OPEN:
        return Standing.INVITED
    if state == Invitation.State.EXPIRED:
        return Standing.EXPIRED
    if staff_member.active:
        return Standing.WITHOUT_ACCOUNT
    return Standing.UNINVITED if invitation and invitation.email else Standing.LEFT


def token_of(invitation: Invitation) -> str:
    message = generation_of(invitation.pk, invitation.generation)
    return as_text(derived(invitation.key_id, message, purpose=PURPOSE))[:TOKEN_LENGTH]


def url_of(invitation: Invitation) -> str:
    """The absolute address; works for seven days and once."""
    path = reverse("account_open_invitation", args=[token_of(invitation)])
    return str(settings.SITE_URL).rstrip("/") + path


def mail_out(invitations: Sequence[Invitation]) -> None:
    """Asks the floor that writes messages, by the setting that names it: the mails are
    planned in the transaction that opens the links."""
    mail: Callable[[Sequence[Invitation]], None]
    mail = import_string(settings.MAILS_INVITATION)
    mail(invitations)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _with_people() -> QuerySet[Invitation]:
    rows = Invitation.objects.all_brands()
    return rows.select_related("brand", "staff_member", "invited_by")


def invitation_by_id(pk: uuid.UUID, generation: int) -> Invitation | None:
    """None where it was made again, or taken back, since somebody named it."""
    rows = _with_people().filter(pk=pk, generation=generation, revoked_at=None)
    return rows.filter(accepted_at=None).first()


def invitation_for_token(token: str) -> Invitation | None:
    """Whatever its state; None for a token that no link carries any more. Writes
    nothing."""
    if len(token) != TOKEN_LENGTH or not token.isascii():
        return None
    rows = _with_people().filter(brand__active=True)
    return rows.filter(token_hash=_hash(token)).first()


def invite(
    *,
    staff_member: StaffMember,
    email: str,
    by: User,
    now: dt.datetime,
    language: str = "",
    by_mail: bool = True,
) -> Invitation | None:
    """Opens a link of seven days to this address, and has it mailed; an earlier one
    ends. None where the account works for the brand already: it is bound at once, and
    needs no link.

    Raises PersonRefused, also for who has left, and AddressKnown where somebody else
    here has the address.
    """
    wanted = address(email)
    if not wanted:
        raise PersonRefused("email", cause="required")
    brand = staff_member.brand
    try:
        with transaction.atomic():
            person = _locked(staff_member)
            check_works_here(person)
            if person.user_id is not None:
                raise PersonRefused("email", cause="active")
            known = accounts_to_bind(brand, [wanted], but=person)
            row = _row_of(person, now)
            if wanted in known:
                _bind(person, known[wanted], row, now)
                return None
            row.email, row.language = wanted, language or row.language
            opened(row, by, now, by_mail=by_mail).save()
            if by_mail:
                mail_out([row])
            return row
    except IntegrityError:
        accounts_to_bind(brand, [wanted], but=staff_member)
        raise AddressKnown(wanted) from None


def _locked(staff_member: StaffMember) -> StaffMember:
    """The person's row, which all that happens to an invitation takes first."""
    rows = StaffMember.objects.for_brand(staff_member.brand)
    row = rows.select_for_update(no_key=True).get(pk=staff_member.pk)
    row.brand = staff_member.brand
    return row


def _row_of(person: StaffMember, now: dt.datetime) -> Invitation:
    rows = Invitation.objects.for_brand(person.brand).filter(staff_member=person)
    return rows.first() or Invitation(
        brand=person.brand,
        staff_member=person,
        language=person.brand.main_language,
        created_at=now,
    )


WRITTEN = (
    *("invited_by", "roles", "generation", "key_id", "token_hash", "mail"),
    *("sent_at", "expires_at", "revoked_at", "accepted_at"),
)
"""The fields that `opened` sets."""


def opened(
    row: Invitation, by: User | None, now: dt.datetime, *, by_mail: bool
) -> Invitation:
    """The row with a link of its own, not saved yet."""
    row.invited_by = by
    row.roles = row.roles or _roles_of_posts(row.staff_member)
    row.generation += 1
    row.key_id = newest_key_id()
    row.token_hash = _hash(token_of(row))
    row.mail = Invitation.Mail.WAITING if by_mail else ""
    row.sent_at, row.expires_at = now, now + VALID_FOR
    row.revoked_at = row.accepted_at = None
    return row


def _roles_of_posts(person: StaffMember) -> list[dict[str, Any]]:
    """Of somebody for whom none waits: else they would come in to nothing."""
    posts = person.postings.select_related("store").order_by("pk")
    stores = [post.store for post in posts]
    return [term.document() for term in terms_for(Role.ADVISER, stores)]


def revoke(*, staff_member: StaffMember, now: dt.datetime) -> None:
    """The link lets nobody in any more; the person can be invited again."""
    with transaction.atomic():
        person = _locked(staff_member)
        rows = Invitation.objects.for_brand(person.brand).filter(staff_member=person)
        rows.filter(accepted_at=None, sent_at__isnull=False).update(revoked_at=now)


def note_mail(invitation: Invitation, mail: Invitation.Mail) -> None:
    """Notes the end of the message, unless the link was made again meanwhile."""
    rows = Invitation.objects.for_brand(invitation.brand)
    rows.filter(pk=invitation.pk, generation=invitation.generation).update(mail=mail)


def accept(
    *, token: str, now: dt.datetime, user: User | None = None, password: str = ""
) -> StaffMember:
    """Binds the account to the person, who is met by customers from now on.

    `user` is signed in: their address must be the invited one, and their
    password is left alone. Without, an account is made with the password; one that was
    closed with its last brand is opened again. Raises InvitationOver, and AccountExists
    where the address has an account: who holds the link alone does not get into it.
    """
    with transaction.atomic():
        row = invitation_for_token(token)
        if row is None:
            raise InvitationOver("unknown")
        brand = row.brand
        row.staff_member.brand = brand
        person = _locked(row.staff_member)
        row = invitation_for_token(token)
        state = row.state(now) if row else "unknown"
        if row is None or state != Invitation.State.OPEN:
            raise InvitationOver(state)
        if user is None:
            user = _new_account(person, row, password)
        elif user.email != row.email:
            raise InvitationOver("other")
        _bind(person, user, row, now)
    return person


def has_account(invitation: Invitation) -> bool:
    """True if the address has an account that opens something."""
    known = User.objects.filter(email=invitation.email)
    return known.exclude(pk__in=_closed(known)).exists()


def _closed(users: QuerySet[User]) -> QuerySet[User]:
    """The accounts that ended with the last brand they worked for: nothing is left
    behind them."""
    closed = users.filter(is_active=False, is_superuser=False, memberships=None)
    return closed.filter(staff_members=None)


def _new_account(person: StaffMember, row: Invitation, password: str) -> User:
    if has_account(row):
        raise AccountExists
    name = f"{person.first_name} {person.last_name}".strip()[:80]
    known = User.objects.filter(email=row.email).select_for_update().first()
    if known is not None:
        known.name, known.language, known.is_active = name, row.language, True
        known.set_password(password)
        known.save(update_fields=["name", "language", "is_active", "password"])
        # Their device of then may be lost, and nothing is left for it to protect.
        forget_factors(user=known)
        return known
    try:
        with transaction.atomic():
            return User.objects.create_user(
                row.email, password, name=name, language=row.language
            )
    except IntegrityError:  # another brand's invitation was quicker
        raise AccountExists from None


def _bind(person: StaffMember, user: User, row: Invitation, now: dt.datetime) -> None:
    """The one place where a person gets an account, with the roles that waited."""
    brand = person.brand
    taken = StaffMember.objects.for_brand(brand).filter(user=user)
    if taken.exclude(pk=person.pk).exists():
        raise InvitationOver("taken")
    give_roles(brand=brand, user=user, roles=terms_in(brand, row.roles))
    person.user, person.active = user, True
    person.save(update_fields=["user", "active"])
    row.email, row.roles, row.accepted_at, row.revoked_at = "", [], now, None
    row.save()
