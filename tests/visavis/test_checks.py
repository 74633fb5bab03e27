"""The system checks: each refuses what it names, and a production setup passes all."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings as settings_of_the_process
from django.core.checks import run_checks
from pytest_django import Settings

from stores.models import Agenda
from tests.cast import make_world
from tests.house.sources import ROOT

pytestmark = pytest.mark.django_db

GOOD = {
    "SITE_URL": "https://rdv.example.org",
    "ALLOWED_HOSTS": ["rdv.example.org"],
    "MEDIA_ANNOUNCE_IP": "203.0.113.7",
    "MEDIA_UDP_PORT": 40000,
    "TURN_URLS": [
        "turn:turn.example.org?transport=udp",
        "turns:[2001:db8::8]:443",
    ],
    "TURN_SECRET": "coturn's",
    "MAILBOX_DIR": "",
    "DEFAULT_FROM_EMAIL": "Visavis <rdv@example.org>",
}


def ids(*, deployed: bool = True) -> set[str]:
    found = run_checks(include_deployment_checks=deployed)
    return {str(m.id) for m in found if str(m.id).startswith("visavis.")}


@pytest.fixture
def production(settings: Settings) -> Settings:
    for name, value in GOOD.items():
        setattr(settings, name, value)
    return settings


def test_a_production_environment_has_no_complaint(production: Settings) -> None:
    assert ids() == set()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SITE_URL", "http://rdv.example.org", "visavis.E010"),
        ("SITE_URL", "https://localhost", "visavis.E010"),
        ("ALLOWED_HOSTS", ["www.example.org"], "visavis.E011"),
        ("ALLOWED_HOSTS", ["*", "rdv.example.org"], "visavis.E012"),
        ("MEDIA_ANNOUNCE_IP", "127.0.0.1", "visavis.E013"),
        ("MEDIA_UDP_PORT", 0, "visavis.E014"),
        ("MAILBOX_DIR", "/var/mail", "visavis.E015"),
        ("DEFAULT_FROM_EMAIL", "Visavis <visavis@localhost>", "visavis.E016"),
        ("TURN_URLS", ["https://turn.example.org"], "visavis.E017"),
        ("TURN_SECRET", "", "visavis.E017"),
        ("MEDIA_CONTROL_URL", "http://media1.internal:8440", "visavis.E018"),
    ],
)
def test_each_mistake_is_named(
    production: Settings, name: str, value: Any, expected: str
) -> None:
    setattr(production, name, value)
    assert ids() == {expected}
    assert ids(deployed=False) == set()


def test_a_subdomain_of_an_allowed_domain_is_allowed(production: Settings) -> None:
    production.ALLOWED_HOSTS = [".example.org"]
    assert ids() == set()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"CONN_MAX_AGE": 60}, "visavis.E001"),
        ({"ENGINE": "django.db.backends.sqlite3"}, "visavis.E002"),
        ({"ATOMIC_REQUESTS": True}, "visavis.E003"),
    ],
)
def test_the_database_is_used_as_the_services_need_it(
    settings: Settings, change: dict[str, Any], expected: str
) -> None:
    database = dict(settings.DATABASES["default"])
    settings.DATABASES["default"] |= change
    try:
        assert expected in ids(deployed=False)
    finally:
        settings.DATABASES["default"].clear()
        settings.DATABASES["default"].update(database)


def test_behind_a_pooler_whoever_listens_has_an_address(production: Settings) -> None:
    database = settings_of_the_process.DATABASES["default"]
    database["DISABLE_SERVER_SIDE_CURSORS"] = True
    try:
        assert ids() == {"visavis.E019"}
        settings_of_the_process.DATABASES["direct"] = database
        assert ids() == set()
    finally:
        database["DISABLE_SERVER_SIDE_CURSORS"] = False
        settings_of_the_process.DATABASES.pop("direct", None)


def test_a_key_serves_one_purpose(settings: Settings) -> None:
    key = secrets.token_bytes(32)
    settings.LINK_KEYS = {"1": secrets.token_bytes(32), "2": key}
    settings.SECRET_KEY = f"prefix{key.hex()}"
    assert "visavis.E004" in ids(deployed=False)
    settings.MEDIA_CONTROL_KEY = settings.SECRET_KEY = "the same"
    assert "visavis.E005" in ids(deployed=False)


def test_who_cannot_be_booked_is_counted(production: Settings) -> None:
    world = make_world()
    assert ids() == set()
    Agenda.objects.filter(staff_member=world.bob.staff_member).delete()
    assert ids() == {"visavis.I020"}
    assert ids(deployed=False) == set()


def test_manage_py_check_deploy_is_silent_in_production() -> None:
    """The whole command in a process of its own, as CI and operators run it."""
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": secrets.token_hex(40),
        "LINK_KEYS": f"1:{secrets.token_hex(32)}",
        "MEDIA_CONTROL_KEY": secrets.token_hex(32),
        "DATABASE_URL": "postgresql://visavis:secret@database/visavis",
        "REDIS_URL": "redis://valkey/0",
        "EMAIL_URL": "smtp+tls://visavis:secret@mail.example.org",
        "TRUSTED_PROXIES": "1",
        **{
            name: ",".join(value) if isinstance(value, list) else str(value)
            for name, value in GOOD.items()
        },
    }
    command = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
