"""Mails to somebody of the staff about themselves or who they lead: no visit, and in
the frame and the colours of the brand's other mails."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from booking.templatetags.staff import away_words
from notifications.channels.base import Message
from notifications.content.colours import colours_of
from notifications.content.letters import greeting_name
from notifications.content.rendering import sender_of, tidy
from notifications.models import Delivery, TeamKind
from stores.editing.invitations import url_of
from stores.models import AbsenceRequest, Brand, Invitation, User

LEADS = {
    TeamKind.INVITATION: "notifications/staff/invitation.txt",
    TeamKind.ABSENCE_ASKED: "notifications/staff/absence_asked.txt",
    TeamKind.ABSENCE_ANSWERED: "notifications/staff/absence_answered.txt",
}


def mail_of_invitation(delivery: Delivery, invitation: Invitation) -> Message:
    """The link to an account of one's own, in the language that was chosen for it. The
    link is derived here, and stands nowhere else."""
    brand, by = invitation.brand, invitation.invited_by
    with translation.override(_known(invitation.language)):
        words = {
            "heading": _("Your account at %(brand)s") % {"brand": brand.name},
            "action": pgettext("mail", "Come in"),
            "who": by.name if by else brand.name,
            "name": invitation.staff_member.first_name,
            "until": invitation.expires_at,
            "zone": brand.time_zone,
        }
        url = url_of(invitation)
        return _mail(delivery, brand, to=invitation.email, url=url, words=words)


def mail_of_absence(
    delivery: Delivery, asked: AbsenceRequest, *, to: User, zone: zoneinfo.ZoneInfo
) -> Message:
    """To who may answer, or the answer to who asked. Why somebody wants to be away
    stands behind the sign-in only."""
    with translation.override(_known(to.language)), timezone.override(zone):
        is_answer = delivery.kind == TeamKind.ABSENCE_ANSWERED
        words = _of_answer(asked) if is_answer else _of_request(asked)
        words |= {"away": away_words(asked), "asked": asked}
        path = (
            reverse("booking:my_absences")
            if is_answer
            else reverse("booking:answer_absence", args=[asked.pk])
        )
        url = str(settings.SITE_URL).rstrip("/") + path
        return _mail(delivery, asked.brand, to=to.email, url=url, words=words)


def _of_request(asked: AbsenceRequest) -> dict[str, Any]:
    person = asked.agenda.staff_member
    name = f"{person.first_name} {person.last_name}".strip() if person else ""
    return {
        "heading": _("%(name)s asks for an absence") % {"name": greeting_name_of(name)},
        "name": name,
        "action": _("Answer it"),
    }


def greeting_name_of(name: str) -> str:
    """Word by word, as in mails to customers: no address stands in a subject."""
    words = [greeting_name(word) for word in name.split()]
    return " ".join(filter(None, words)) or _("A colleague")


def _of_answer(asked: AbsenceRequest) -> dict[str, Any]:
    is_approved = asked.state == AbsenceRequest.State.APPROVED
    by = asked.answered_by
    return {
        "heading": _("Your absence is approved")
        if is_approved
        else _("Your absence is refused"),
        "who": by.name if by else asked.brand.name,
        "action": _("See my absences"),
    }


def _known(language: str) -> str:
    return language if language in dict(settings.LANGUAGES) else "fr"


def _mail(
    delivery: Delivery, brand: Brand, *, to: str, url: str, words: dict[str, Any]
) -> Message:
    """In the active language."""
    language = translation.get_language() or "fr"
    letter = {
        "language": language,
        "brand": brand.name,
        "colours": colours_of(brand.theme),
        "url": url,
    }
    lead = LEADS[TeamKind(delivery.kind)]
    context = {"letter": letter, "lead": lead, **words}
    return Message(
        key=delivery.provider_key,
        to=to,
        **sender_of(brand),
        subject=words["heading"],
        text=tidy(render_to_string("notifications/staff/mail.txt", context)),
        html=render_to_string("notifications/staff/mail.html", context),
        language=language,
        is_retry=delivery.tries > 1,
    )
