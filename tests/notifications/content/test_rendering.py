from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import translation

from booking.links import permanent_url
from booking.models import Actor, Appointment
from booking.services.cancelling import cancel_appointment
from booking.spoken.pairs import words_of
from notifications.channels.base import Message
from notifications.content.letters import WITH_WORDS, greeting_name
from notifications.content.rendering import render
from notifications.kinds import Kind
from notifications.models import Delivery
from notifications.outbox.dispatch import sweep
from stores.models import Channel
from tests.cast import World, now_utc
from tests.notifications.bookings import DAY, HOUR, book, on_the_grid
from tests.notifications.post_office import PostOffice, part_of

ACTIONS = {
    "fr": {
        "Ouvrir mon rendez-vous\n",
        "Choisir une autre heure\n",
        "Reprendre rendez-vous\n",
        "Voir cette heure\n",
        "Lire la réponse\n",
        "Ouvrir mon résumé\n",
    },
    "en": {
        "Open my appointment\n",
        "Choose another time\n",
        "Book again\n",
        "See this hour\n",
        "Read the answer\n",
        "Open my summary\n",
    },
}
ABOUT_MORE = {Kind.ANSWERED, Kind.SUMMARY, Kind.RECOVERY, Kind.OPENED}
"""Of what was said, or will be: the hour of the visit is no news."""
LONG = ["Une phrase de préparation comme une boutique écrit."] * 5


def letter(visit: Appointment, kind: str, *, now: dt.datetime | None = None) -> Message:
    row = Delivery(appointment=visit, kind=kind, channel="email")
    fresh = Appointment.objects.all_brands().with_people().get(pk=visit.pk)
    return render(row, fresh, now=now or now_utc())


@pytest.fixture
def world(world: World) -> World:
    world.topic.preparation = {"fr": LONG, "en": LONG}
    world.topic.save(update_fields=["preparation"])
    world.store.phone = "+33320000000"
    world.store.time_zone = "Europe/Paris"
    world.store.save(update_fields=["phone", "time_zone"])
    return world


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("channel", Channel.values)
def test_every_message_is_short_complete_and_in_its_language(
    world: World, channel: str, language: str
) -> None:
    now = now_utc()
    # Not at the present hour, which some of them name.
    start = on_the_grid(now + 3 * DAY + HOUR)
    visit = book(world, starts_at=start, now=now, channel=channel, language=language)
    url = permanent_url(visit)
    subjects = set()
    for kind in Kind:
        message = letter(visit, kind)
        # What the law adds at the foot says nothing about the visit.
        own = re.sub(r"\n.*: \S+/legal/\w+/", "", message.text)
        words = re.findall(r"\w\S*", own.replace(url, ""))
        assert len(words) <= 90, (kind, len(words))
        # Five words of the mail afterwards lead to the page, too; its hour is over.
        is_over = kind == Kind.AFTER
        assert message.text.count(url) == (6 if is_over else 1)
        assert message.html.count(url) == (6 if is_over else 1)
        has_hour = not is_over and kind not in ABOUT_MORE
        assert (f"{visit.local_start:%H:%M}" in message.text) is has_hour
        assert ("Paris" in message.text) is has_hour
        assert "\n" not in message.subject
        assert message.text.count("- ") <= 3
        said = [words for words in ACTIONS[language] if words in message.text]
        assert len(said) == 1, (kind, said)
        assert "{" not in message.html.split("</style>")[1] + message.text
        assert "03 20 00 00 00" in message.text
        subjects.add(message.subject)
    assert len(subjects) >= len(Kind) - 1


def test_all_words_have_a_french_translation(world: World) -> None:
    now = now_utc()
    start = on_the_grid(now + 3 * DAY)
    for day, channel in enumerate(Channel.values):
        at = start + day * DAY
        visit = book(world, starts_at=at, now=now, channel=channel)
        other = book(
            world, starts_at=at + HOUR, now=now, channel=channel, language="en"
        )
        for kind in Kind:
            french, english = letter(visit, kind), letter(other, kind)
            assert french.subject != english.subject
            lines = set(french.text.splitlines()) & set(english.text.splitlines())
            shared = {"", world.brand.name, *(f"- {line}" for line in LONG)}
            assert {line for line in lines if "rue de Metz" not in line} <= shared


def test_the_languages_write_hours_their_own_way(world: World) -> None:
    now = now_utc()
    start = on_the_grid(now + 3 * DAY)
    visit = book(world, starts_at=start, now=now)
    hour = visit.local_start
    expected = f"{hour.hour}\N{NO-BREAK SPACE}h"
    assert expected in letter(visit, Kind.CONFIRMED).subject
    visit.language = "en"
    visit.save(update_fields=["language"])
    assert f"{hour:%H:%M}" in letter(visit, Kind.CONFIRMED).subject


def test_a_late_reminder_does_not_say_tomorrow(world: World) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now, language="en")
    early = letter(visit, Kind.REMINDER_DAY, now=visit.starts_at - DAY)
    # Not a moment before it: of a visit at midnight that is still the day before.
    late = letter(visit, Kind.REMINDER_DAY, now=visit.starts_at)
    assert early.subject.startswith("Tomorrow")
    assert late.subject.startswith("Today")


def test_the_calendar_file_keeps_its_uid_and_says_when_it_ends(
    world: World, post_office: PostOffice
) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    sweep(now=now)
    cancel_appointment(appointment=visit, by=Actor.customer(), now=now + HOUR)
    sweep(now=now + HOUR)
    seen = []
    for mail in post_office.arrived:
        [part] = mail.iter_attachments()
        assert part.get_content_type() == "text/calendar"
        body = str(part.get_content())
        assert f"UID:{visit.uid}" in body.replace("\r\n ", "")
        method = re.search(r"METHOD:(\w+)", body)
        assert method is not None
        assert part.get_param("method") == method[1]
        seen.append((method[1], re.findall(r"SEQUENCE:(\d+)", body)))
    assert seen == [("REQUEST", ["0"]), ("CANCEL", ["1"])]


def test_no_name_writes_a_header(world: World, post_office: PostOffice) -> None:
    world.brand.name = 'Tilleul\r\nBcc: spy@evil.example "& fils"'
    world.brand.save(update_fields=["name"])
    now = now_utc()
    book(
        world,
        starts_at=on_the_grid(now + 3 * DAY),
        now=now,
        name="Bob\r\nBcc: spy@evil.example",
    )
    assert sweep(now=now).sent == 1
    [mail] = post_office.arrived
    assert mail["Bcc"] is None
    assert mail["X-Envelope-To"] == mail["To"]
    assert "spy" not in part_of(mail, "html").split("</head>")[1].replace(
        "Tilleul\r\nBcc: spy", ""
    ).replace("Tilleul\nBcc: spy", "")


def test_the_sender_is_the_brand(world: World, post_office: PostOffice) -> None:
    world.brand.name = 'Jouets, "bébés" & <fils>'
    world.brand.sender_email = "rdv@tilleul.example"
    world.brand.save(update_fields=["name", "sender_email"])
    now = now_utc()
    book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    sweep(now=now)
    [mail] = post_office.arrived
    [address] = mail["From"].addresses
    assert address.addr_spec == "rdv@tilleul.example"
    assert address.display_name == world.brand.name
    assert "&lt;fils&gt;" in part_of(mail, "html")
    assert "<fils>" in part_of(mail, "plain")


def test_a_colour_that_is_none_is_not_printed(world: World) -> None:
    world.brand.theme = {"brand": "red;background:url(//evil.example)", "on": "#000000"}
    world.brand.save(update_fields=["theme"])
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    html = letter(visit, Kind.CONFIRMED).html
    assert "evil" not in html
    assert "#17408B" in html
    assert "#000000" in html


@pytest.mark.parametrize(
    ("way", "link"),
    [("acce.example/tilleul", "https://acce.example/tilleul"), ("Relais 114", "")],
)
def test_who_cannot_hear_has_a_way_beside_the_telephone(
    world: World, way: str, link: str
) -> None:
    world.brand.accessible_way = way
    world.brand.save(update_fields=["accessible_way"])
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now, language="en")
    message = letter(visit, Kind.CONFIRMED)
    for text in (message.text, message.html):
        assert "A question?" in text
        assert "Deaf or hard of hearing?" in text
        assert way in text
    assert (f'href="{link}"' in message.html) is bool(link)


def test_an_hour_that_is_off_does_not_look_like_a_promise(world: World) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    assert "<s>" not in letter(visit, Kind.CONFIRMED).html
    cancel_appointment(appointment=visit, by=Actor.customer(), now=now)
    html = letter(visit, Kind.CANCELLED).html
    assert f"<s>{visit.local_start:%H:%M}</s>" in html
    assert 'class="past"' in html


@pytest.mark.parametrize(
    ("name", "greeted"),
    [
        ("Léa", "Léa"),
        ("Jean-Noël", "Jean-Noël"),
        ("O’Neil", "O’Neil"),
        ("Øyvind", "Øyvind"),
        ("Zoé", "Zoé"),
        ("J.", "J."),
        ("李", "李"),
        ("http://evil.example", ""),
        ("evil.example", ""),
        ("<b>", ""),
        ("gagnez100euros", ""),
        ("", ""),
    ],
)
def test_a_greeting_is_a_name_or_nothing(name: str, greeted: str) -> None:
    assert greeting_name(name) == greeted


def test_the_language_of_the_sender_is_not_the_customers(world: World) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    with translation.override("en"):
        assert letter(visit, Kind.CONFIRMED).subject.startswith("Rendez-vous")


def test_the_first_of_a_month_is_written_as_people_say_it(world: World) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    month = visit.starts_at.replace(day=1, hour=12)
    visit.starts_at, visit.ends_at = month, month + HOUR
    visit.save(update_fields=["starts_at", "ends_at"])
    assert " 1er " in letter(visit, Kind.CONFIRMED).subject
    visit.language = "en"
    visit.save(update_fields=["language"])
    assert " 1 " in letter(visit, Kind.CONFIRMED).subject


def test_the_plate_shows_when_they_will_meet_now(world: World) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    visit.delay_minutes = 10
    visit.save(update_fields=["delay_minutes"])
    late = f"{visit.local_start + dt.timedelta(minutes=10):%H:%M}</div>"
    promised = f"{visit.local_start:%H:%M}</div>"
    for kind, hour in ((Kind.DELAYED, late), (Kind.CONFIRMED, promised)):
        assert hour in letter(visit, kind).html


def test_mails_that_announce_a_call_say_its_two_words(world: World) -> None:
    """And of other visits those that say when it is; reminders need none there."""
    now = now_utc()
    start = on_the_grid(now + 3 * DAY)
    for day, channel in enumerate((Channel.CALLBACK, Channel.VIDEO)):
        visit = book(world, starts_at=start + day * DAY, now=now, channel=channel)
        said = {kind for kind in Kind if words_of(visit) in letter(visit, kind).text}
        shown = {kind for kind in Kind if words_of(visit) in letter(visit, kind).html}
        always = {Kind.CONFIRMED, Kind.CHANGED, Kind.RECOVERY}
        is_call = channel == Channel.CALLBACK
        assert said == shown == (WITH_WORDS if is_call else always)
