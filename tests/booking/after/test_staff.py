"""Staff after the visit: the unhappy on the board, and the summary."""

from __future__ import annotations

import pytest
from django.test import Client

from booking.after.rating import rate_visit
from booking.models import Appointment, VisitRating, VisitSummary
from booking.promises.clock import run_clock
from tests.booking.after.visits import DAY, owed, visit_done
from tests.booking.at_the_desk import chosen_in, signed_in
from tests.cast import World, now_utc
from tests.house.page import Page


@pytest.fixture
def done(world: World) -> Appointment:
    return visit_done(world, now_utc())


def address(visit: Appointment, act: str = "") -> str:
    return f"/staff/appointments/{visit.pk}/{act}"


def fields(visit: Appointment, **more: object) -> dict[str, object]:
    return {"version": visit.version, "next": "/staff/", "tries": 0, **more}


def test_the_unhappy_stand_on_the_board_with_their_words_until_they_are_reached(
    bob: Client, done: Appointment
) -> None:
    now = now_utc()
    rate_visit(appointment=done, score=1, words="Personne n’a écouté", now=now)
    page = bob.get("/staff/").content.decode()
    assert "Unhappy, waiting for our call" in page
    assert "Personne n’a écouté" in page
    assert not Page(page).faults()
    assert "Promise not kept" not in page
    run_clock(now=owed(done)[0].due_at)
    assert "Promise not kept" in bob.get("/staff/board/lanes/").content.decode()
    sent = fields(done, result="no_answer")
    for _ in range(2):  # a double tap
        assert bob.post(address(done, "recovery/"), sent).status_code == 302
    assert VisitRating.objects.get().tries == 1
    assert "1 call in vain" in bob.get("/staff/").content.decode()
    sent = fields(done, result="reached", tries=1)
    assert bob.post(address(done, "recovery/"), sent).status_code == 302
    assert "Unhappy" not in bob.get("/staff/").content.decode()
    assert "Somebody of us has talked" in bob.get(address(done)).content.decode()
    sent = fields(done, result="settled", tries=1, once="a" * 20)
    assert bob.post(address(done, "recovery/"), sent).status_code == 409


def test_the_board_is_sent_again_only_when_a_rating_changes(
    bob: Client, done: Appointment
) -> None:
    def etag() -> str:
        return bob.get("/staff/board/lanes/")["ETag"]

    rate_visit(appointment=done, score=1, now=now_utc())
    first = etag()
    rate_visit(appointment=done, words="Encore", now=now_utc())
    assert etag() != first


@pytest.mark.parametrize(
    "odd", [{"result": "perhaps"}, {"result": "reached", "tries": "x"}]
)
def test_an_odd_result_is_refused(
    bob: Client, done: Appointment, odd: dict[str, str]
) -> None:
    rate_visit(appointment=done, score=1, now=now_utc())
    sent = fields(done) | odd
    assert bob.post(address(done, "recovery/"), sent).status_code == 422
    assert owed(done)[0].kept_at is None


def test_another_store_neither_sees_nor_settles_it(
    world: World, done: Appointment
) -> None:
    rate_visit(appointment=done, score=1, now=now_utc())
    charlie = signed_in(world.charlie.user)
    assert "Unhappy" not in charlie.get("/staff/").content.decode()
    for act in ("recovery/", "summary/"):
        assert charlie.post(address(done, act), fields(done)).status_code == 404


def test_a_summary_is_a_draft_until_it_is_released(
    bob: Client, done: Appointment
) -> None:
    page = bob.get(address(done, "summary/")).content.decode()
    assert not Page(page).faults()
    sent = chosen_in(page) | {"words": "Low saddle."}
    assert bob.post(address(done, "summary/"), sent).status_code == 302
    summary = VisitSummary.objects.get()
    assert (summary.words, summary.released_at, summary.next_owner) == (
        "Low saddle.", None, None
    )  # fmt: skip
    assert "A draft" in bob.get(address(done)).content.decode()
    day = (now_utc() + 3 * DAY).date().isoformat()
    sent = chosen_in(bob.get(address(done, "summary/")).content.decode())
    sent |= {"words": "Low saddle.", "next_step": "The price", "next_day": day}
    sent |= {"release": "1", "announce": "on"}
    assert bob.post(address(done, "summary/"), sent).status_code == 302
    summary.refresh_from_db()
    assert summary.released_at is not None
    assert summary.next_owner == done.staff_member
    assert summary.next_due_at is not None
    assert summary.next_due_at.astimezone(done.zone).hour == 18


def test_a_summary_that_is_wrong_is_kept_in_the_form_only(
    bob: Client, done: Appointment
) -> None:
    form = chosen_in(bob.get(address(done, "summary/")).content.decode())
    for wrong in (
        {"words": "x" * 2001},
        {"next_step": "x" * 281},
        {"next_step": "The price"},
        {"next_day": "2026-13-40"},
        {"next_step": "The price", "next_day": "2020-01-01"},
        {"next_owner": "0"},
    ):
        sent = form | {"words": "Typed"} | wrong
        response = bob.post(address(done, "summary/"), sent)
        assert response.status_code == 422, wrong
        assert sent["words"] in response.content.decode()
    assert not VisitSummary.objects.exists()


def test_two_colleagues_do_not_overwrite_each_other(
    world: World, bob: Client, done: Appointment
) -> None:
    form = chosen_in(bob.get(address(done, "summary/")).content.decode())
    dora = signed_in(world.dora)
    hers = chosen_in(dora.get(address(done, "summary/")).content.decode())
    sent = form | {"words": "Bob’s"}
    assert bob.post(address(done, "summary/"), sent).status_code == 302
    response = dora.post(address(done, "summary/"), hers | {"words": "Dora’s"})
    assert response.status_code == 409
    assert "Dora’s" in response.content.decode()
    assert VisitSummary.objects.get().words == "Bob’s"


def test_a_visit_that_is_not_over_has_no_summary(world: World, bob: Client) -> None:
    visit = visit_done(world, now_utc(), status="confirmed")
    assert bob.get(address(visit, "summary/")).status_code == 409
    assert bob.post(address(visit, "summary/"), {"words": "x"}).status_code == 409
    assert not VisitSummary.objects.exists()
