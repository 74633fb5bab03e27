"""Short links: made, retired, and what each leads to."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from booking.cases.opening import SIGNS
from booking.models import ShortLink
from stores.models import Brand, StaffMember, Store, Topic

LENGTH = 6
TRIES = 5


@dataclass(frozen=True)
class Preset:
    """Answers that are known before they are asked for. `is_gone` says that one more
    was wanted, which is not offered here."""

    store: Store | None = None
    topic: Topic | None = None
    channel: str = ""
    person: StaffMember | None = None
    is_gone: bool = False

    @property
    def knows_something(self) -> bool:
        return bool(self.store or self.topic or self.channel or self.person)


def make_link(
    *,
    brand: Brand,
    store: Store | None,
    topic: Topic | None,
    channel: str,
    staff_member: StaffMember | None,
    now: dt.datetime,
) -> ShortLink:
    """With a code of its own: of 30 ** 6 one is rarely drawn twice."""
    for left in reversed(range(TRIES)):
        code = "".join(secrets.choice(SIGNS) for _ in range(LENGTH)).lower()
        try:
            with transaction.atomic():
                return ShortLink.objects.create(
                    brand=brand,
                    code=code,
                    store=store,
                    topic=topic,
                    channel=channel,
                    staff_member=staff_member,
                    created_at=now,
                )
        except IntegrityError:
            if not left:
                raise
    raise AssertionError("The last try returns or raises.")


def retire_link(*, link: ShortLink, now: dt.datetime) -> None:
    """Whatever is printed leads to the front door from now on."""
    if link.retired_at is None:
        link.retired_at = now
        link.save(update_fields=["retired_at"])


def address_of(link: ShortLink) -> str:
    path = reverse("booking:short_link", args=[link.code])
    return f"{str(settings.SITE_URL).rstrip('/')}{path}"


def preset_behind(link: ShortLink) -> Preset:
    """Of what it names, that which is still there."""
    if link.retired_at is not None:
        return Preset(is_gone=True)
    store, topic, person = link.store, link.topic, link.staff_member
    named = [row for row in (store, topic, person) if row is not None]
    return Preset(
        store=store if store and store.active else None,
        topic=topic if topic and topic.active else None,
        channel=link.channel,
        person=person if person and person.active else None,
        is_gone=not all(row.active for row in named),
    )
