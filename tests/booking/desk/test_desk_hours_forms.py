"""Changing hours at the desk, without script: rows, days, stores, closed days."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from booking.models import Actor, Appointment
from booking.services.rescheduling import move_appointment
from stores.models import Channel, DayOverride, WorkingHours
from tests.booking.at_the_desk import coming_day
from tests.cast import World, make_adviser, make_visit, now_utc
from tests.house.page import Page
from tests.sent_forms import forms_on

pytestmark = pytest.mark.django_db
ALL = list(Channel.values)


def week_url(world: World) -> str:
    return f"/desk/hours/{world.bob.agenda.pk}/week/?store={world.store.pk}"


def day_url(world: World, day: dt.date | None = None) -> str:
    day = day or coming_day(world.store)
    return f"/desk/hours/{world.bob.agenda.pk}/days/{day}/?store={world.store.pk}"


def rows(*hours: tuple[int, str, str], do: str = "save") -> dict[str, object]:
    """What the form of the week sends; (weekday, from, until)."""
    sent: dict[str, object] = {"rows": str(len(hours)), "do": do}
    for number, (weekday, start, until) in enumerate(hours):
        sent |= {
            f"row-{number}-weekday": str(weekday),
            f"row-{number}-starts_at": start,
            f"row-{number}-until": until,
            f"row-{number}-channels": ALL,
            f"row-{number}-every_n_weeks": "1",
        }
    return sent


def day_and_night(do: str = "save") -> dict[str, object]:
    return rows(*((n, "00:00", "00:00") for n in range(7)), do=do)


def lengths(world: World) -> list[int]:
    found = WorkingHours.objects.filter(agenda=world.bob.agenda)
    return sorted(found.values_list("minutes", flat=True))


def test_the_week_is_shown_as_it_is_and_saved_unchanged(
    world: World, dora: Client
) -> None:
    before = set(world.bob.agenda.working_hours.values_list("pk", flat=True))
    page = dora.get(week_url(world))
    assert len(page.context["rows"]) == 7
    assert 'value="00:00"' in page.content.decode()
    response = dora.post(week_url(world), day_and_night(), follow=True)
    assert "The hours are written." in response.content.decode()
    assert set(world.bob.agenda.working_hours.values_list("pk", flat=True)) == before


def test_hours_past_midnight_are_the_next_day(world: World, dora: Client) -> None:
    sent = rows((4, "22:00", "02:00"), (5, "09:00", "17:30"))
    dora.post(week_url(world), {**sent, "row-0-over_midnight": "22:00-02:00"})
    assert lengths(world) == [240, 510]


@pytest.mark.parametrize(
    ("start", "until", "span"),
    [
        ("14:00", "09:00", "until 09:00 the next day: 19 h"),
        ("22:00", "02:30", "until 02:30 the next day: 4 h 30"),
        ("09:00", "09:00", "until 09:00 the next day: 1 day"),
    ],
)
def test_hours_past_midnight_are_asked_about_before_they_are_written(
    world: World, dora: Client, start: str, until: str, span: str
) -> None:
    sent = rows((4, start, until))
    response = dora.post(week_url(world), sent)
    assert response.status_code == 422
    assert span in response.content.decode()
    assert lengths(world) == [1440] * 7
    (box,) = [
        box
        for box in Page(response.content.decode()).all("input")
        if box.attributes.get("name") == "row-0-over_midnight"
    ]
    assert "checked" not in box.attributes
    meant = {**sent, "row-0-over_midnight": box.attributes["value"]}
    # Other hours than those that were asked about are asked about anew.
    later = {**meant, "row-0-until": "08:00" if until != "08:00" else "07:00"}
    if str(later["row-0-until"]) <= start:
        assert dora.post(week_url(world), later).status_code == 422
    assert dora.post(week_url(world), meant).status_code == 302
    assert len(lengths(world)) == 1


def test_a_night_that_is_known_is_not_asked_about_again(
    world: World, dora: Client
) -> None:
    world.bob.agenda.working_hours.exclude(weekday=4).delete()
    world.bob.agenda.working_hours.update(starts_at=dt.time(22), minutes=240)
    page = dora.get(week_url(world)).content.decode()
    forms = forms_on(page, week_url(world))
    sent = next(form for form in forms if form.fields.get("do") == "save")
    assert dora.post(sent.path, sent.fields).status_code == 302
    assert lengths(world) == [240]


@pytest.mark.parametrize(("start", "length"), [("14:00", 600), ("00:00", 1440)])
def test_hours_until_midnight_raise_no_question(
    world: World, dora: Client, start: str, length: int
) -> None:
    response = dora.post(week_url(world), rows((4, start, "00:00")))
    assert response.status_code == 302
    assert lengths(world) == [length]


def test_a_day_asks_about_its_night_too(world: World, dora: Client) -> None:
    sent = {
        "rows": "1",
        "do": "save",
        "row-0-starts_at": "14:00",
        "row-0-until": "09:00",
        "row-0-channels": ALL,
    }
    assert dora.post(day_url(world), sent).status_code == 422
    assert not DayOverride.objects.for_brand(world.brand).exists()
    meant = {**sent, "row-0-over_midnight": "14:00-09:00"}
    assert dora.post(day_url(world), meant).status_code == 302
    assert DayOverride.objects.for_brand(world.brand).get().minutes == 19 * 60


def test_rows_are_added_and_removed_and_nothing_is_written_yet(
    world: World, dora: Client
) -> None:
    added = dora.post(week_url(world), day_and_night("add"))
    assert added.status_code == 200
    assert len(added.context["rows"]) == 8
    fewer = dora.post(week_url(world), day_and_night("remove-2"))
    shown = [row["weekday"].value() for row in fewer.context["rows"]]
    assert shown == ["0", "1", "3", "4", "5", "6"]
    assert lengths(world) == [1440] * 7


def test_what_is_not_right_is_said_in_its_row(world: World, dora: Client) -> None:
    sent = rows((0, "09:00", "late"))
    sent["row-0-channels"] = []
    sent["row-0-every_n_weeks"] = "2"
    response = dora.post(week_url(world), sent)
    assert response.status_code == 422
    assert set(response.context["rows"][0].errors) == {
        "until",
        "channels",
        "valid_from",
    }
    assert lengths(world) == [1440] * 7


@pytest.mark.parametrize("wrong", ["-1", "x", "99999999999", ""])
def test_an_absurd_number_of_rows_is_none(
    world: World, dora: Client, wrong: str
) -> None:
    response = dora.post(week_url(world), {"rows": wrong, "do": "add"})
    assert len(response.context["rows"]) == 1


def test_a_visit_beneath_is_asked_about_until_it_is_decided(
    world: World, dora: Client, visit: Appointment
) -> None:
    ann = make_adviser(world.store, "Ann", topics=[world.topic]).staff_member
    response = dora.post(week_url(world), rows())
    assert response.status_code == 409
    page = response.content.decode()
    assert "1 visit lies under this change. Nothing was written." in page
    for words in ("With Ann, at the same time", "Phone call, at", "Keep it", "Cancel"):
        assert words in page
    (question,) = response.context["questions"]
    assert question.chosen is None
    assert len(question.options) == 1 + 2 + 3 + 2
    assert lengths(world) == [1440] * 7
    decided = {**rows(), question.field: f"reassign:{ann.pk}"}
    assert dora.post(week_url(world), decided).status_code == 302
    visit.refresh_from_db()
    assert visit.staff_member == ann
    assert lengths(world) == []


@pytest.mark.parametrize(
    "code", ["", "reassign:", "reassign:x", "move:soon", "change_channel:fax", "eat"]
)
def test_a_decision_that_no_form_sends_is_none(
    world: World, dora: Client, visit: Appointment, code: str
) -> None:
    sent = {**rows(), f"decision-{visit.pk}": code, "decision-x": "keep"}
    response = dora.post(week_url(world), sent)
    assert response.status_code == 409
    visit.refresh_from_db()
    assert visit.version == 1


def test_a_refused_decision_says_so_and_others_stay_chosen(
    world: World, dora: Client, visit: Appointment
) -> None:
    ann = make_adviser(world.store, "Ann", topics=[world.topic])
    make_visit(world, starts_at=visit.starts_at, now=now_utc(), adviser=ann)
    later = visit.starts_at + dt.timedelta(hours=1)
    other = make_visit(world, starts_at=later, now=now_utc())
    sent = {
        **rows(),
        f"decision-{visit.pk}": f"reassign:{ann.staff_member.pk}",
        f"decision-{other.pk}": "cancel",
    }
    response = dora.post(week_url(world), sent)
    assert response.status_code == 409
    first, second = response.context["questions"]
    assert (first.chosen, second.chosen) == (None, "cancel")
    assert first.refusal.code == "slot_taken"
    assert "That was not possible any more." in response.content.decode()
    other.refresh_from_db()
    assert other.status == "confirmed"


def test_a_decision_is_about_the_visit_that_was_shown(
    world: World, dora: Client, visit: Appointment
) -> None:
    """It was moved before the decision came: nobody decided about this hour."""
    asked = dora.post(week_url(world), rows()).content.decode()
    shown = {f"shown-{visit.pk}": "1"}
    assert f'name="shown-{visit.pk}"' in asked
    decided = {**rows(), f"decision-{visit.pk}": "cancel"}
    later = visit.starts_at + dt.timedelta(hours=2)
    by = Actor.system()
    move_appointment(appointment=visit, starts_at=later, by=by, now=now_utc())
    refused = dora.post(week_url(world), decided | shown)
    assert refused.status_code == 409
    (question,) = refused.context["questions"]
    assert question.refusal.code == "stale_version"
    visit.refresh_from_db()
    assert visit.status == "confirmed"
    again = {f"shown-{visit.pk}": f"{question.visit.version}"}
    assert dora.post(week_url(world), decided | again).status_code == 302
    visit.refresh_from_db()
    assert visit.status == "cancelled_by_store"


def test_a_day_begins_with_its_usual_hours_and_may_be_off(
    world: World, dora: Client, visit: Appointment
) -> None:
    page = dora.get(day_url(world))
    assert len(page.context["rows"]) == 1
    refused = dora.post(day_url(world), {"rows": "1", "do": "off"})
    assert refused.status_code == 409
    assert not Page(refused.content.decode()).faults()
    (question,) = refused.context["questions"]
    sent = {"rows": "0", "do": "off", question.field: "keep"}
    assert dora.post(day_url(world), sent).status_code == 302
    assert DayOverride.objects.get().starts_at is None
    shown = dora.get(day_url(world))
    assert shown.context["rows"] == []
    assert "As every week" in shown.content.decode()
    assert dora.post(day_url(world), {"rows": "0", "do": "usual"}).status_code == 302
    assert not DayOverride.objects.exists()


@pytest.mark.parametrize("day", ["tomorrow", "2199-01-01", "2026-13-01"])
def test_a_day_that_is_none_is_nowhere(world: World, dora: Client, day: str) -> None:
    url = f"/desk/hours/{world.bob.agenda.pk}/days/{day}/?store={world.store.pk}"
    assert dora.get(url).status_code == 404


def test_a_person_who_does_not_work_there_has_no_week_there(
    world: World, dora: Client
) -> None:
    url = f"/desk/hours/{world.bob.agenda.pk}/week/?store={world.other_store.pk}"
    assert dora.get(url).status_code == 404


def test_the_stores_of_a_person_are_an_admins_to_say(
    world: World, dora: Client, manager: Client
) -> None:
    url = f"/desk/hours/{world.bob.agenda.pk}/stores/?store={world.store.pk}"
    assert manager.get(url).status_code == 403
    assert dora.get(url).status_code == 200
    here, there = (f"store-{s.pk}" for s in (world.store, world.other_store))
    both = {f"{here}-works": "on", f"{here}-is_home": "on", f"{there}-works": "on"}
    assert dora.post(url, both).status_code == 302
    assert world.bob.staff_member.postings.count() == 2
    two_homes = {**both, f"{there}-is_home": "on"}
    refused = dora.post(url, two_homes)
    assert refused.status_code == 422
    assert "A person has one home store" in refused.content.decode()
