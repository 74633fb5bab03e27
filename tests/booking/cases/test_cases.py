"""A customer's file at a counter: the code, what is seen, who saw it, and its end."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.test import Client

from booking.cases import counter
from booking.cases.opening import SIGNS, close_case, code_of, open_case, open_case_of
from booking.errors import CaseCodeUnknown, CaseTriesOver
from booking.models import Appointment, Case, CaseView
from stores.access import workplaces_for
from stores.erasing import erase_due
from tests.booking.at_the_desk import signed_in
from tests.booking.customers import opened, text_of, visit_in
from tests.cast import World, now_utc

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)
ENTRY = "/staff/case/"


@pytest.fixture(autouse=True)
def no_tries_yet() -> None:
    cache.clear()


@pytest.fixture
def visit(world: World) -> Appointment:
    """Alice's, with her own words."""
    made = visit_in(world, minutes=120)
    made.question = "Elle a un peu peur"
    made.save(update_fields=["question"])
    return made


def look(world: World, typed: str, *, now: dt.datetime, store: object = None) -> Case:
    return counter.look_into_case(
        workplace=workplaces_for(world.charlie.user)[0],
        store=world.other_store if store is None else world.store,
        typed=typed,
        now=now,
    )


def test_a_customer_opens_it_and_another_store_sees_what_was_ticked(
    client: Client, world: World, visit: Appointment
) -> None:
    page = opened(client, visit)
    assert f'href="{page}case/"' in text_of(client, page)
    asked = text_of(client, f"{page}case/")
    assert "Jamais montrés : téléphone, e-mail, messages." in asked
    assert not Case.objects.all_brands().exists(), "a look opens nothing"
    assert client.post(f"{page}case/", {"show": "question"}).status_code == 303
    shown = text_of(client, f"{page}case/")
    [case] = Case.objects.all_brands()
    code = code_of(case)
    assert re.search(rf">{code[:4]}</span><span[^>]*>{code[4:]}<", shown)
    charlie = signed_in(world.charlie.user)
    typed = f" {code[:4].lower()}-{code[4:]} "
    seen = charlie.post(ENTRY, {"code": typed}).content.decode()
    assert "The file of Alice" in seen
    assert "Elle a un peu peur" in seen
    for kept_back in ("Moreau", visit.customer.phone, visit.customer.email):
        assert kept_back not in seen
    assert "par Charlie, Arras." in text_of(client, f"{page}case/")


def test_without_a_tick_the_words_stay_unseen(world: World, visit: Appointment) -> None:
    case = open_case(appointment=visit, shows=["phone"], now=now_utc())
    assert case.shows == []
    page = signed_in(world.charlie.user).post(ENTRY, {"code": code_of(case)})
    assert "Elle a un peu peur" not in page.content.decode()


def test_it_ends_after_a_quarter_of_an_hour_or_at_once(
    client: Client, world: World, visit: Appointment
) -> None:
    now = now_utc()
    first = open_case(appointment=visit, shows=(), now=now)
    assert look(world, code_of(first), now=now + 14 * MINUTE) == first
    with pytest.raises(CaseCodeUnknown):
        look(world, code_of(first), now=now + 15 * MINUTE)
    page = opened(client, visit)
    assert client.post(f"{page}case/", {"close": "1"}).status_code == 303
    with pytest.raises(CaseCodeUnknown):
        look(world, code_of(first), now=now)
    close_case(appointment=visit, now=now)
    assert open_case_of(visit, now) is None


def test_a_second_opening_has_another_code_and_closes_the_first(
    world: World, visit: Appointment
) -> None:
    now = now_utc()
    cases = [open_case(appointment=visit, shows=(), now=now) for _ in range(2)]
    codes = [code_of(case) for case in cases]
    assert codes[0] != codes[1]
    assert all(len(code) == 8 and set(code) <= set(SIGNS) for code in codes)
    assert len(set(SIGNS)) == 30
    assert not set(SIGNS) & set("01OILU")
    assert open_case_of(visit, now) == cases[1]
    with pytest.raises(CaseCodeUnknown):
        look(world, codes[0], now=now)


def test_after_five_wrong_codes_a_store_waits_and_others_do_not(
    world: World, visit: Appointment
) -> None:
    now = now_utc()
    code = code_of(open_case(appointment=visit, shows=(), now=now))
    for wrong in ("", "22222222", "O1O1O1O1", "K7RT", "22222223"):
        with pytest.raises(CaseCodeUnknown):
            look(world, wrong, now=now)
    with pytest.raises(CaseTriesOver):
        look(world, code, now=now)
    assert signed_in(world.charlie.user).post(ENTRY, {"code": code}).status_code == 429
    assert look(world, code, now=now, store=world.store)


def test_right_codes_use_no_tries_up(world: World, visit: Appointment) -> None:
    now = now_utc()
    code = code_of(open_case(appointment=visit, shows=(), now=now))
    for _ in range(counter.MOST_TRIES + 1):
        look(world, code, now=now)
    assert CaseView.objects.all_brands().count() == counter.MOST_TRIES + 1


def test_a_code_opens_nothing_at_another_brand(
    world: World, visit: Appointment
) -> None:
    code = code_of(open_case(appointment=visit, shows=(), now=now_utc()))
    answer = signed_in(world.eve.user).post(ENTRY, {"code": code})
    assert answer.status_code == 422
    assert not CaseView.objects.all_brands().exists()


def test_what_the_database_keeps_is_not_the_code(visit: Appointment) -> None:
    case = open_case(appointment=visit, shows=(), now=now_utc())
    kept = Case.objects.all_brands().values().get()
    assert code_of(case) not in str(kept)


def test_all_of_it_goes_with_the_data_of_the_visit(
    world: World, visit: Appointment
) -> None:
    now = now_utc()
    look(world, code_of(open_case(appointment=visit, shows=(), now=now)), now=now)
    erase_due(now=visit.erase_after - MINUTE)
    assert CaseView.objects.all_brands().exists()
    erase_due(now=visit.erase_after)
    assert not Case.objects.all_brands().exists()
    assert not CaseView.objects.all_brands().exists()


def test_a_key_that_was_taken_away_closes_what_it_opened(
    client: Client, visit: Appointment
) -> None:
    page = opened(client, visit)
    client.post(f"{page}case/")
    assert "Fermer maintenant" in text_of(client, f"{page}case/")
    Case.objects.all_brands().update(key_id="gone")
    assert "Montrer mon dossier" in text_of(client, f"{page}case/")
