"""`manage.py create_brand`: the same for scripts, and never a password by argument."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from stores.models import Brand, Membership, User
from tests.cast import make_user

pytestmark = pytest.mark.django_db

ADMIN = ("--admin", "sarah@tilleul.example", "--admin-name", "Sarah Delattre")


def create(*arguments: str) -> str:
    out = StringIO()
    call_command("create_brand", *arguments, stdout=out)
    return out.getvalue()


def test_it_prints_the_pages_and_a_link_to_the_password() -> None:
    printed = create("Maison Tilleul", *ADMIN)
    assert "/maison-tilleul/" in printed
    link = re.search(r"password +https?://[^/]+(/\S+)", printed)
    assert link
    client = Client()
    form = client.get(client.get(link[1])["Location"])
    assert form.status_code == 200
    assert Membership.objects.all_brands().get().user.email == "sarah@tilleul.example"


def test_a_password_comes_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAVIS_ADMIN_PASSWORD", "trois mots de passe")
    assert "password" not in create("Maison Tilleul", *ADMIN)
    assert User.objects.get().check_password("trois mots de passe")


def test_a_password_that_is_too_short_makes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VISAVIS_ADMIN_PASSWORD", "short")
    with pytest.raises(CommandError, match="12"):
        create("Maison Tilleul", *ADMIN)
    assert not Brand.objects.exists()


def test_a_known_admin_keeps_the_account() -> None:
    user = make_user("sarah@tilleul.example", "Sarah")
    create("One", "--admin", "sarah@tilleul.example")
    create("Two", "--admin", "SARAH@tilleul.example")
    assert Membership.objects.all_brands().filter(user=user).count() == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("!!!", *ADMIN),
        ("", *ADMIN),
        ("Maison", "--admin", "sarah", "--admin-name", "Sarah"),
        ("Maison", "--admin", "sarah@tilleul.example"),
        ("Maison", *ADMIN, "--slug", "desk"),
        ("Maison", *ADMIN, "--slug", "Not A Slug"),
        ("Maison", *ADMIN, "--slug", "a" * 41),
        ("Maison", *ADMIN, "--time-zone", "Mars/Base"),
    ],
)
def test_what_does_not_hold_is_refused_in_one_line(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        create(*arguments)
    assert not Brand.objects.exists()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "command", [("setup_code",), ("create_brand", "Maison Tilleul", *ADMIN)]
)
def test_a_database_without_tables_is_told_in_one_line(
    command: tuple[str, ...],
) -> None:
    """The tables come back with the end of the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE stores_brand RENAME TO away_brand")
        cursor.execute("ALTER TABLE stores_user RENAME TO away_user")
    with pytest.raises(CommandError, match="no tables yet"):
        call_command(*command, stdout=StringIO())
