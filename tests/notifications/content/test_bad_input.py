"""What people write into names, and what becomes of it in mails and texts."""

from __future__ import annotations

import re

import pytest

from booking.models import Appointment
from notifications.content.rendering import render
from notifications.content.texting import LONGEST_TEXT, length_of
from notifications.kinds import Kind
from notifications.models import Delivery
from tests.cast import World, now_utc
from tests.notifications.bookings import DAY, book, on_the_grid

HOSTILE = {
    "a header": "Léa\r\nBcc: spy@evil.example",
    "a link": "http://evil.example/win",
    "a host": "evil.example",
    "markup": "<a href=//evil.example>Léa</a>",
    "a placeholder": "{link} {brand} %(hour)s {{ letter.url }}",
    "an emoji": "Léa 🎉🎁",
    "letters outside of the alphabet": "Łukasz Ćwiękała 李小龙",
    "direction marks": "Léa\u202egpj.exe\u200b",
    "a NUL and a bell": "Léa\x07",
    "very long": "A" * 80,
}


def messages(visit: Appointment, channel: str) -> list[tuple[str, str, str]]:
    fresh = Appointment.objects.all_brands().with_people().get(pk=visit.pk)
    made = [
        render(
            Delivery(appointment=visit, kind=k, channel=channel), fresh, now=now_utc()
        )
        for k in Kind
    ]
    return [(message.subject, message.text, message.html) for message in made]


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_no_name_of_a_customer_carries_anything(world: World, name: str) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    visit.customer.name = name
    visit.customer.save(update_fields=["name"])
    for subject, text, html in messages(visit, "email"):
        body = html.split("</head>")[1]
        assert "\n" not in subject
        assert "evil" not in subject + text + body
        assert "{" not in text + body
        assert set(re.findall(r"https?://[^/\s\"]+", text)) == {"http://127.0.0.1:8000"}
    for _, text, _ in messages(visit, "sms"):
        assert "evil" not in text


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_no_name_doubles_a_text(world: World, name: str) -> None:
    """Not even the adviser's, which stands in it."""
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    visit.staff_member.first_name = name[:40]
    visit.staff_member.save(update_fields=["first_name"])
    for _, text, _ in messages(visit, "sms"):
        length = length_of(text)
        assert length is not None, text
        assert length <= LONGEST_TEXT, text
        assert text.isprintable()
        assert text.count("/r/") == 1
