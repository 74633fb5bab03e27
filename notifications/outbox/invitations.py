"""The mail that brings somebody of the staff the link to an account of their own.

Its subject is the person: they have no membership before they come in. No row holds
the link: it is derived when the mail is written, from what `stores` keeps of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from notifications.channels.base import Channel, Handed
from notifications.content.to_staff import mail_of_invitation
from notifications.models import Delivery, TeamKind
from notifications.occasions import invitation_of, name_of_invitation
from notifications.outbox.claims import Ending, settle
from notifications.outbox.planned import NOT_WANTED
from notifications.outbox.readers import count_waiting, plan
from stores.editing.invitations import note_mail
from stores.models import Invitation

PACE = dt.timedelta(milliseconds=100)
"""Between two invitations of many: an import of 20,000 people must not stand in front
of the customers' mails."""

MAILS = {
    Delivery.State.SENT: Invitation.Mail.SENT,
    Delivery.State.DEAD: Invitation.Mail.FAILED,
}
"""The end of the message, as the person's page says it."""


def plan_invitations(invitations: Sequence[Invitation]) -> None:
    """Asked by the desk and by imports, through the setting that names it, in the
    transaction that opens the links."""
    if not invitations:
        return
    first = invitations[0]
    waiting = 0
    if len(invitations) > 1:
        now = first.sent_at or first.created_at
        waiting = max(0, count_waiting(first.brand, now) - len(invitations))
    plan(
        _message(invitation, (waiting + number) * PACE)
        for number, invitation in enumerate(invitations)
    )


def _message(invitation: Invitation, rests: dt.timedelta) -> Delivery:
    sent_at, expires_at = invitation.sent_at, invitation.expires_at
    assert sent_at is not None  # noqa: S101 - an open one has both
    assert expires_at is not None  # noqa: S101
    return Delivery(
        brand_id=invitation.brand_id,
        staff_member_id=invitation.staff_member_id,
        kind=TeamKind.INVITATION,
        occasion=name_of_invitation(invitation),
        channel=Delivery.Channel.EMAIL,
        recipient=Delivery.ITSELF,
        due_at=sent_at + rests,
        useless_after=max(expires_at, sent_at + rests + PACE),
    )


@dataclass(frozen=True)
class ReadInvitation:
    """None once it was made again, taken back or used."""

    invitation: Invitation | None

    def why_not(self, delivery: Delivery, now: dt.datetime) -> str:
        found = self.invitation
        if found is None or not (found.email and found.brand.active):
            return NOT_WANTED
        return "" if found.state(now) == Invitation.State.OPEN else "too_late"

    def hand_over(
        self, delivery: Delivery, channel: Channel, now: dt.datetime
    ) -> Handed:
        if self.invitation is None:
            raise LookupError(delivery.occasion)
        return channel.send(mail_of_invitation(delivery, self.invitation))

    def note_refused(self, delivery: Delivery, now: dt.datetime) -> None:
        """The end of the row says it, to the person's page as well."""

    def settle(self, delivery: Delivery, ending: Ending) -> bool:
        """The end of the message and what the person's page says: both or none."""
        with transaction.atomic():
            held = settle(delivery, ending)
            if held and self.invitation and ending.state in MAILS:
                note_mail(self.invitation, MAILS[ending.state])
        return held


def read_invitation(delivery: Delivery) -> ReadInvitation:
    return ReadInvitation(invitation_of(delivery))
