"""The page of API keys: made once, shown once, taken back; head office's alone."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from booking.models import ApiKey
from stores.models import Membership, Role
from tests.cast import World, make_user

pytestmark = pytest.mark.django_db
SENT = {"name": "Cash desk", "scopes": ["read:appointments"]}


def test_a_key_is_shown_once_and_works(dora: Client) -> None:
    made = dora.post("/desk/keys/", SENT)
    assert made.status_code == 201
    assert "no-store" in made["Cache-Control"]
    found = re.search(r"vv_[0-9a-f]{10}_[\w-]{43}", made.content.decode())
    assert found
    system = Client(headers={"authorization": f"Api-Key {found[0]}"})
    address = "/api/v1/brands/tilleul/appointments/"
    assert system.get(address).status_code == 200
    later = dora.get("/desk/keys/").content.decode()
    assert found[0] not in later
    assert found[0][:13] in later
    key = ApiKey.objects.get()
    dora.post(f"/desk/keys/{key.pk}/revoke/")
    assert system.get(address).status_code == 401
    assert "Revoked" in dora.get("/desk/keys/").content.decode()


def test_a_key_without_a_name_or_a_scope_is_not_made(dora: Client) -> None:
    for wrong in ({**SENT, "name": ""}, {**SENT, "scopes": []}):
        assert dora.post("/desk/keys/", wrong).status_code == 422
    assert dora.post("/desk/keys/", {**SENT, "scopes": ["all"]}).status_code == 422
    assert not ApiKey.objects.exists()


def test_keys_are_head_offices(world: World, dora: Client) -> None:
    mia = make_user("mia@tilleul.example", "Mia Blin")
    Membership.objects.create(
        brand=world.brand, user=mia, store=world.store, role=Role.MANAGER
    )
    manager = Client()
    manager.force_login(mia)
    dora.post("/desk/keys/", SENT)
    key = ApiKey.objects.get()
    assert manager.get("/desk/keys/").status_code == 403
    assert manager.post("/desk/keys/", SENT).status_code == 403
    assert manager.post(f"/desk/keys/{key.pk}/revoke/").status_code == 403
    assert ApiKey.objects.filter(revoked_at__isnull=True).count() == 1
