"""Dragging on the day's grid: what the page carries, and what a drop sends."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from tests.booking.desk.grids import tomorrow, week_url
from tests.cast import make_adviser, make_visit, make_world, now_utc

ROW = dt.timedelta(minutes=5)


@pytest.mark.django_db
def test_the_grid_says_where_it_begins_and_what_may_be_taken_along() -> None:
    world = make_world()
    visit = make_visit(world, starts_at=tomorrow(world, 12), now=now_utc())
    over = make_visit(
        world, starts_at=tomorrow(world, 14), now=now_utc(), status="done"
    )
    dora = Client()
    dora.force_login(world.dora)
    page = dora.get(week_url(world, visit))
    html = page.content.decode()
    assert reverse("booking:move_visit", args=[visit.pk]) in html
    assert reverse("booking:move_visit", args=[over.pk]) not in html
    grid = page.context["grid"]
    assert grid.starts_at + grid.rows * ROW >= visit.ends_at
    assert f'data-member="{world.bob.staff_member.pk}"' in html


@pytest.mark.django_db
def test_what_a_drop_sends_moves_the_visit_or_says_why_not() -> None:
    world = make_world()
    ann = make_adviser(world.store, "Ann", topics=[world.topic])
    visit = make_visit(world, starts_at=tomorrow(world, 12), now=now_utc())
    taken = make_visit(world, starts_at=tomorrow(world, 16), now=now_utc(), adviser=ann)
    dora = Client(headers={"accept-language": "en"})
    dora.force_login(world.dora)

    def drop(at: dt.datetime) -> int:
        sent = {
            "start": at.isoformat(),
            "staff_member": str(ann.staff_member.pk),
            "channel": "video",
            "back": "week",
        }
        address = reverse("booking:move_visit", args=[visit.pk])
        return dora.post(address, sent).status_code

    assert drop(taken.starts_at) == 409
    assert drop(tomorrow(world, 15)) == 302
    visit.refresh_from_db()
    assert visit.staff_member == ann.staff_member
    assert visit.starts_at == tomorrow(world, 15)
