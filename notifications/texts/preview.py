"""A text as it would be read and what it would cost, from what is typed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.urls import reverse

from notifications.channels.base import Message
from notifications.channels.email import EmailChannel
from notifications.content.segments import Counted, count
from notifications.kinds import Kind
from notifications.models import MessageText
from notifications.outbox.text_budget import take_for_address
from notifications.texts import samples
from notifications.texts.editing import MOST_WORDS, WrittenText, judge, longest
from notifications.texts.forms import TextForm, words_of
from stores.models import Brand, User


@dataclass(frozen=True)
class Where:
    """The place of a text: event, channel and language."""

    kind: Kind
    channel: str
    language: str

    @property
    def args(self) -> list[str]:
        return [self.kind, self.channel, self.language]

    @property
    def key(self) -> dict[str, str]:
        return dict(zip(("kind", "channel", "language"), self.args, strict=True))

    @property
    def address(self) -> str:
        return reverse("notifications:text", args=self.args)

    def at(self, **changes: Any) -> Where:
        return replace(self, **changes)

    def written(self, parts: Mapping[str, str]) -> WrittenText:
        return WrittenText(
            kind=self.kind, channel=self.channel, language=self.language, **parts
        )

    def form(self, initial: Mapping[str, str] | None, data: Any = None) -> TextForm:
        where: dict[str, Any] = {**self.key, "kind": self.kind}
        return TextForm(data, initial=initial, **where)


@dataclass(frozen=True)
class Shown:
    """The message of the sample visit. `counted` is of a text message, filled with the
    longest values; `words` of a mail. `warnings` are sentences."""

    subject: str
    lines: list[str]
    after: list[str]
    heading: str
    counted: Counted | None
    words: int
    most_words: int
    warnings: list[str]


def preview_of(brand: Brand, typed: WrittenText) -> Shown:
    problems = judge(typed, brand) if any(typed.parts.values()) else []
    warnings = [words_of(one) for _field, one in problems]
    shown = _text_message(brand, typed) if typed.is_sms else _mail(brand, typed)
    return replace(shown, warnings=warnings)


def _text_message(brand: Brand, typed: WrittenText) -> Shown:
    text = typed.before.strip()
    where = (brand, typed.language, typed.kind)
    ours = samples.our_text(typed.language, typed.kind)
    said = samples.text_message_of(*where, text)
    # Ours are shortened until they fit; the brand's are counted as they stand.
    counted = count(longest(typed, brand)) if text else count(said)
    return Shown(said, [said], [], ours, counted, 0, MOST_WORDS, [])


def _mail(brand: Brand, typed: WrittenText) -> Shown:
    own = MessageText(subject=typed.subject, before=typed.before, after=typed.after)
    words = samples.mail_words(brand, typed.language, typed.kind, own)
    letter = samples.filled_letter(brand, typed.language, typed.kind, own)
    heading, *said = [one for one in words.text.split("\n\n") if one.strip()][1:]
    lead = list(letter.own_before) or said[0].splitlines()
    number = len(" ".join(typed.parts.values()).split())
    return Shown(
        words.subject, lead, list(letter.own_after), heading.strip(), None,
        number, MOST_WORDS, [],
    )  # fmt: skip


def send_trial(
    *, brand: Brand, typed: WrittenText, user: User, now: dt.datetime
) -> None:
    """To the address of who is signed in, and nobody else. A text message comes as a
    mail that holds it. Counts for that address; raises DeliveryError."""
    take_for_address(brand_id=brand.pk, email=user.email, now=now)
    sender = brand.sender_email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    own = MessageText(subject=typed.subject, before=typed.before, after=typed.after)
    words = samples.mail_words(brand, typed.language, typed.kind, own)
    subject, text, html = words.subject, words.text, words.html
    if typed.is_sms:
        where = (brand, typed.language, typed.kind)
        text = samples.text_message_of(*where, typed.before.strip())
        subject, html = f"SMS, {brand.short_name}", samples.plain_page(text)
    channel = EmailChannel()
    try:
        channel.send(
            Message(
                key=uuid.uuid4(),
                to=user.email,
                sender_name=brand.mail_name or brand.name,
                sender_address=sender,
                subject=f"[{brand.short_name}] {subject}",
                text=text,
                html=html,
                language=typed.language,
            )
        )
    finally:
        channel.close()
