"""A lost second factor: two admins, or whoever runs Visavis."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from io import StringIO

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from stores.accounts.factors import ask_removal, has_factor
from stores.models import BrowserSession, FactorRemoval, Membership, Role
from tests.cast import World, make_user, now_utc
from tests.visavis.second_factors import set_up_app, sign_in
from visavis.celery import app

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sent_at_once() -> Iterator[None]:
    cache.clear()
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False
    cache.clear()


def admins(world: World) -> tuple[Client, Client]:
    second = make_user("ada@tilleul.example", "Ada Roy")
    Membership.objects.create(brand=world.brand, user=second, role=Role.ADMIN)
    return sign_in(world.dora)[0], sign_in(second)[0]


def removing(world: World) -> str:
    return f"/desk/team/{world.bob.staff_member.pk}/factor/"


def test_a_lost_factor_needs_two_admins(world: World) -> None:
    bobs, _page = sign_in(world.bob.user)
    set_up_app(bobs)
    dora, ada = admins(world)
    dora.post(removing(world), {"act": "ask"})
    dora.post(removing(world), {"act": "confirm"})
    assert has_factor(world.bob.user), "one alone does nothing"
    page = ada.get(f"/desk/team/{world.bob.staff_member.pk}/").content.decode()
    assert "Dora Roussel asks to take the second factor away" in page
    ada.post(removing(world), {"act": "confirm"})
    assert not Authenticator.objects.filter(user=world.bob.user).exists()
    assert bobs.get("/staff/").status_code == 302, "his sessions have ended"
    assert mail.outbox[-1].to == [world.bob.user.email]
    assert sign_in(world.bob.user)[1]["Location"] == "/staff/"
    row = FactorRemoval.objects.get()
    assert (row.asked_by, row.confirmed_by) != (None, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        FactorRemoval.objects.update(confirmed_by=row.asked_by)


def test_a_request_runs_out_and_is_withdrawn(world: World) -> None:
    set_up_app(sign_in(world.bob.user)[0])
    dora, ada = admins(world)
    dora.post(removing(world), {"act": "ask"})
    FactorRemoval.objects.update(asked_at=now_utc() - dt.timedelta(days=2))
    ada.post(removing(world), {"act": "confirm"})
    assert has_factor(world.bob.user)
    dora.post(removing(world), {"act": "ask"})
    ada.post(removing(world), {"act": "withdraw"})
    ada.post(removing(world), {"act": "confirm"})
    assert has_factor(world.bob.user)
    assert FactorRemoval.objects.filter(withdrawn_at=None).count() == 0


def test_who_may_not_take_a_factor_away(world: World) -> None:
    set_up_app(sign_in(world.bob.user)[0])
    dora, _ada = admins(world)
    manager = world.charlie.user
    manager.memberships.update(role=Role.MANAGER, store=world.store)
    assert sign_in(manager)[0].post(removing(world), {"act": "ask"}).status_code == 403
    assert sign_in(world.eve.user)[0].post(removing(world)).status_code in (403, 404)
    Membership.objects.create(
        brand=world.other_brand, user=world.bob.user, role=Role.ADVISER
    )
    page = dora.post(removing(world), {"act": "ask"}, follow=True)
    assert "whoever runs Visavis helps" in page.content.decode()
    assert not FactorRemoval.objects.exists()


def test_it_is_asked_who_takes_a_factor_away(world: World) -> None:
    set_up_app(sign_in(world.bob.user)[0])
    dora, _ada = admins(world)
    with time_machine.travel(now_utc() + dt.timedelta(minutes=11)):
        page = dora.post(removing(world), {"act": "ask"})
        assert page["Location"].startswith("/accounts/prove/")
    assert not FactorRemoval.objects.exists()


def test_the_operator_helps_a_single_admin(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    client, _page = sign_in(world.dora)
    set_up_app(client)
    told = StringIO()
    call_command("take_factor", world.dora.email.upper(), stdout=told)
    assert not has_factor(world.dora)
    assert not BrowserSession.objects.filter(user=world.dora).exists()
    assert f"account {world.dora.pk} taken away" in caplog.text
    assert world.dora.email not in caplog.text
    for email in (world.dora.email, "nobody@tilleul.example"):
        with pytest.raises(CommandError):
            call_command("take_factor", email)


def test_asking_for_two_removals_makes_one(world: World) -> None:
    set_up_app(sign_in(world.bob.user)[0])
    facts = {"brand": world.brand, "user": world.bob.user, "by": world.dora}
    first, second = (ask_removal(**facts, now=now_utc()) for _ in range(2))  # type: ignore[arg-type]
    assert first == second
