"""A brand's text of one event, channel and language: written, or given back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from booking.errors import StaleVersion
from notifications.content.own_texts import (
    MOST_SEGMENTS,
    Problem,
    Wrong,
    filled,
    has_link,
    problems_in,
)
from notifications.content.segments import count
from notifications.errors import TextRefused
from notifications.kinds import Kind
from notifications.models import Delivery, MessageText
from notifications.models.message_text import LONGEST_BODY, LONGEST_SUBJECT
from notifications.texts.samples import longest_values
from stores.models import Brand, User

MOST_WORDS = 90
FIELDS = ("subject", "before", "after")


@dataclass(frozen=True, kw_only=True)
class WrittenText:
    """One text as somebody wrote it. A text message has its words in `before`."""

    kind: Kind
    channel: str
    language: str
    subject: str = ""
    before: str = ""
    after: str = ""

    @property
    def is_sms(self) -> bool:
        return self.channel == Delivery.Channel.SMS

    @property
    def parts(self) -> dict[str, str]:
        names = ("before",) if self.is_sms else FIELDS
        return {name: getattr(self, name).strip() for name in names}


def judge(written: WrittenText, brand: Brand) -> list[tuple[str, Problem]]:
    """Field and problem, of all that is wrong and of what is only warned of."""
    where = (written.kind, written.channel, written.language)
    found = [
        (name, problem)
        for name, text in written.parts.items()
        for problem in problems_in(text, *where)
    ]
    if not any(written.parts.values()):
        found.append(("before", Problem(Wrong.EMPTY)))
    for name, most in (("subject", LONGEST_SUBJECT), ("before", LONGEST_BODY),
                       ("after", LONGEST_BODY)):  # fmt: skip
        if len(written.parts.get(name, "")) > most:
            found.append((name, Problem(Wrong.TOO_LONG, str(most))))
    if written.is_sms:
        return found + _of_text_message(written, brand)
    words = " ".join(written.parts.values()).split()
    if len(words) > MOST_WORDS:
        found.append(("before", Problem(Wrong.TOO_MANY_WORDS, str(len(words)))))
    return found


def _of_text_message(written: WrittenText, brand: Brand) -> list[tuple[str, Problem]]:
    found = []
    if written.before.strip() and not has_link(written.before):
        found.append(("before", Problem(Wrong.NO_LINK)))
    segments = count(longest(written, brand)).segments
    if segments > MOST_SEGMENTS:
        found.append(("before", Problem(Wrong.TOO_MANY_SEGMENTS, str(segments))))
    return found


def longest(written: WrittenText, brand: Brand) -> str:
    """The text message with the longest that the brand's own rows put into it."""
    values = longest_values(brand, written.language)
    return " ".join(filled(written.before, values).split())


def write_text(
    *,
    brand: Brand,
    written: WrittenText,
    version: int,
    user: User,
    now: dt.datetime,
) -> MessageText:
    """One version more, which counts for all that is sent from now on. `version` is
    that which was read. Raises TextRefused with all problems, and StaleVersion where
    somebody wrote another one meanwhile."""
    problems = judge(written, brand)
    if any(problem.refuses for _, problem in problems):
        raise TextRefused(problems)
    parts = dict.fromkeys(FIELDS, "") | written.parts
    return _add(brand, _key(written), version, user=user, now=now, **parts)


def give_back(
    *,
    brand: Brand,
    written: WrittenText,
    version: int,
    user: User,
    now: dt.datetime,
) -> MessageText:
    """Ours stands again; of `written` only the place is read. Raises StaleVersion."""
    return _add(brand, _key(written), version, user=user, now=now, is_ours=True)


def set_sender(*, brand: Brand, mail_name: str, reply_to: str) -> None:
    """Empty: the brand's name, and the address that mails come from."""
    Brand.objects.filter(pk=brand.pk).update(mail_name=mail_name, reply_to=reply_to)


def _key(written: WrittenText) -> dict[str, str]:
    return {
        "kind": written.kind,
        "channel": written.channel,
        "language": written.language,
    }


def _add(
    brand: Brand,
    key: dict[str, str],
    version: int,
    *,
    user: User,
    now: dt.datetime,
    **facts: object,
) -> MessageText:
    with transaction.atomic():
        Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
        rows = MessageText.objects.for_brand(brand).filter(**key)
        last = rows.order_by("-version").values_list("version", flat=True).first() or 0
        if last != version:
            raise StaleVersion
        row = MessageText(
            brand=brand,
            version=last + 1,
            changed_by=user,
            changed_at=now,
            **key,
            **facts,
        )
        row.save(force_insert=True)
    return row
