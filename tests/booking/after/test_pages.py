"""The permanent page after the visit, and what its buttons do."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from booking.after.rating import rate_visit
from booking.after.recovery import choose_way, note_result
from booking.links import permanent_url
from booking.models import Appointment, VisitRating, VisitSummary
from booking.promises.clock import run_clock
from booking.spoken.pairs import pair, words_of
from tests.booking.after.visits import DAY, owed, visit_done
from tests.booking.customers import opened, path_of, text_of
from tests.cast import World, now_utc
from tests.house.page import Page


@pytest.fixture
def done(world: World) -> Appointment:
    return visit_done(world, now_utc())


@pytest.fixture
def page(client: Client, done: Appointment) -> str:
    return opened(client, done)


def shown(visit: Appointment) -> dict[str, object]:
    return {"sequence": visit.sequence, "status": visit.status}


def rate(client: Client, page: str, **fields: object) -> int:
    return client.post(f"{page}rating/", fields).status_code


def test_the_five_faces_are_buttons_and_one_tap_stores(
    client: Client, done: Appointment, page: str
) -> None:
    text = text_of(client, page)
    assert "Merci Alice, comment c’était ?" in text
    for word in ("Mauvais", "Moyen", "Correct", "Bien", "Parfait"):
        assert word in text
    assert not Page(text).faults()
    assert rate(client, page, score=4, **shown(done)) == 303
    text = text_of(client, page)
    assert "Merci, c’est noté" in text
    assert "Noté « Bien »." in text
    assert 'value="4" aria-pressed="true"' in " ".join(text.split())
    assert rate(client, page, score=5, resolved="yes", **shown(done)) == 303
    assert VisitRating.objects.get().score == 5


def test_what_no_button_sends_stores_nothing_and_shows_the_faces_again(
    client: Client, page: str
) -> None:
    scores = ({"score": odd} for odd in ("0", "6", "x", "-1", "4.5", "9" * 40))
    others: list[dict[str, str]] = [{"resolved": "x"}, {"place": "x", "score": "3"}, {}]
    for fields in (*scores, *others):
        response = client.post(f"{page}rating/", fields)
        assert response.status_code == 422, fields
        assert "Choisissez un des cinq visages." in response.content.decode()
    assert not VisitRating.objects.exists()


def test_words_that_are_too_long_stay_in_their_field(client: Client, page: str) -> None:
    assert rate(client, page, score=4) == 303
    response = client.post(f"{page}rating/", {"words": "mot " * 2500})
    assert response.status_code == 422
    text = response.content.decode()
    assert "280" in text
    assert "mot mot mot" in text
    assert VisitRating.objects.get().words == ""


def test_a_link_of_another_browser_rates_nothing(done: Appointment) -> None:
    address = f"/tilleul/appointments/{done.pk}/"
    for act in ("rating/", "recovery/"):
        assert Client().post(address + act, {"score": 1}).status_code == 404
        assert Client().get(address + act).status_code == 405
    assert Client().get(address + "summary/").status_code == 404


def test_the_word_of_the_mail_is_chosen_and_stored_only_by_the_button(
    client: Client, done: Appointment
) -> None:
    response = client.get(path_of(permanent_url(done)) + "?rate=4")
    text = text_of(client, response["Location"])
    assert "Envoyer « Bien »" in text
    assert not VisitRating.objects.exists()
    assert "Envoyer «" not in text_of(client, f"{response['Location'][:-1]}9")
    address = response["Location"].partition("?")[0]
    assert rate(client, address, score=4, place="mail") == 303
    assert VisitRating.objects.get().place == "mail"


def test_a_page_of_before_the_visit_was_reopened_is_told_so(
    client: Client, done: Appointment, page: str
) -> None:
    Appointment.objects.update(status="confirmed", sequence=done.sequence + 1)
    response = client.post(f"{page}rating/", {"score": 1, **shown(done)})
    assert response.status_code == 409
    assert not VisitRating.objects.exists()


def test_a_week_later_the_page_says_what_was_rated_and_has_no_buttons(
    client: Client, world: World
) -> None:
    now = now_utc()
    visit = visit_done(world, now, ago=8 * DAY)
    rate_visit(appointment=visit, score=4, now=now - 3 * DAY)
    page = opened(client, visit)
    text = text_of(client, page)
    assert "« Bien »" in text
    assert "/rating/" not in text
    assert rate(client, page, score=1) == 409


def test_a_bad_visit_shows_who_calls_by_when_and_three_ways_out(
    client: Client, done: Appointment, page: str
) -> None:
    assert rate(client, page, score=2) == 303
    text = text_of(client, page)
    (promise,) = owed(done)
    assert "Nous voulons réparer cela" in text
    assert "12:00" in text
    assert "au plus tard, Bob vous appelle" in text
    for way in ("À un autre moment", "Plutôt par écrit", "Ne pas m’appeler"):
        assert way in text
    assert not Page(text).faults()
    later = promise.due_at + dt.timedelta(hours=6)
    fields = {"way": "call", "due_at": later.isoformat()}
    assert client.post(f"{page}recovery/", fields).status_code == 303
    assert owed(done)[0].due_at == later
    assert client.post(f"{page}recovery/", {"way": "write"}).status_code == 303
    assert "Bob vous écrit" in text_of(client, page)
    assert client.post(f"{page}recovery/", {"way": "none"}).status_code == 303
    text = text_of(client, page)
    assert "Nous ne vous appelons pas" in text
    assert owed(done) == []


def test_an_odd_way_changes_nothing(
    client: Client, done: Appointment, page: str
) -> None:
    rate(client, page, score=1)
    before = owed(done)[0].due_at
    call = {"way": "call"}
    odd: list[dict[str, str]] = [{"way": "x"}, {}, call | {"due_at": "soon"}]
    for fields in (*odd, call | {"phone": "12"}):
        response = client.post(f"{page}recovery/", fields)
        assert response.status_code == 422, fields
    assert owed(done)[0].due_at == before


def test_who_left_no_number_writes_it_on_the_page(
    client: Client, done: Appointment, page: str
) -> None:
    done.customer.phone = ""
    done.customer.save()
    rate(client, page, score=1)
    assert "M’appeler à ce numéro" in text_of(client, page)
    assert client.post(f"{page}recovery/", {"way": "call"}).status_code == 422
    fields = {"way": "call", "phone": "06 39 98 00 09"}
    assert client.post(f"{page}recovery/", fields).status_code == 303
    done.customer.refresh_from_db()
    assert done.customer.phone == "+33639980009"


def test_a_broken_promise_says_so_and_shows_the_exits(
    client: Client, done: Appointment, page: str
) -> None:
    rate(client, page, score=1)
    run_clock(now=owed(done)[0].due_at)
    text = text_of(client, page)
    assert "n’a pas tenu" in text
    assert "au plus tard, Bob vous appelle" not in text
    assert "<details open>" in text
    choose_way(appointment=done, way="none", now=now_utc())
    assert "n’a pas tenu" not in text_of(client, page)


def test_a_summary_is_read_and_printed_once_it_is_released(
    client: Client, world: World, done: Appointment, page: str
) -> None:
    now = now_utc()
    summary = VisitSummary.objects.create(
        brand=world.brand, appointment=done, words="Selle au plus bas.",
        next_step="le prix du kit", next_owner=world.bob.staff_member,
        next_due_at=now + DAY, promised_for=now + DAY, written_at=now,
    )  # fmt: skip
    text = text_of(client, page)
    assert "Selle au plus bas." not in text
    assert "Bob écrit le résumé" in text
    assert client.get(f"{page}summary/").status_code == 303
    summary.released_at = now
    summary.save()
    text = text_of(client, page)
    for said in ("La suite", "Selle au plus bas.", "le prix du kit", "Ce que Bob vous"):
        assert said in text
    assert "écrit le résumé" not in text
    assert "Selle au plus bas." in text_of(client, f"{page}summary/")


def test_the_talk_begins_with_words_of_its_own_until_it_is_held(
    world: World, client: Client, done: Appointment, page: str
) -> None:
    now = now_utc()
    assert not words_of(done)
    rate_visit(appointment=done, score=1, now=now)
    said = words_of(done)
    assert said != pair(done.links.get(), done, done.sequence)
    assert said in text_of(client, page)
    bob = Client()
    bob.force_login(world.bob.user)
    staffs = f"/staff/appointments/{done.pk}/"
    assert said in bob.get(staffs).content.decode()
    note_result(appointment=done, result="reached", tries=0, now=now)
    assert not words_of(done)
    assert said not in text_of(client, page)
    assert said not in bob.get(staffs).content.decode()


def test_one_tap_says_what_was_not_well_and_staff_read_it(
    client: Client, done: Appointment, page: str, world: World
) -> None:
    assert rate(client, page, reason="line", **shown(done)) == 303
    assert "Qu’est-ce qui n’allait pas" not in text_of(client, page)
    assert rate(client, page, score=3, **shown(done)) == 303
    text = " ".join(text_of(client, page).split())
    assert not Page(text).faults()
    assert "Qu’est-ce qui n’allait pas" in text
    assert 'value="line" aria-pressed="true">Image ou son' in text
    assert rate(client, page, reason="wait", **shown(done)) == 303
    assert VisitRating.objects.get().reason == "wait"
    assert rate(client, page, reason="else", **shown(done)) == 422
    bob = Client()
    bob.force_login(world.bob.user)
    staffs = f"/staff/appointments/{done.pk}/"
    assert "L’attente" in bob.get(staffs).content.decode()


def test_a_visit_in_store_had_no_line(
    client: Client, done: Appointment, page: str
) -> None:
    Appointment.objects.all_brands().filter(pk=done.pk).update(channel="in_store")
    assert rate(client, page, score=1) == 303
    text = text_of(client, page)
    assert "L’accueil" in text
    assert "Image ou son" not in text
