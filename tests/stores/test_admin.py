"""The stock admin refuses with words, and leaves nobody without an agenda."""

from __future__ import annotations

import pytest
from django.forms.models import model_to_dict
from django.test import Client
from django.urls import reverse

from stores.models import Agenda, Membership, StaffMember, Topic
from tests.cast import World, make_user, make_world
from tests.stores.operators import an_operator, errors_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def operator() -> Client:
    return an_operator()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "[1, 2]"),
        ("name", '"Jouets"'),
        ("name", '{"fr": ["Jouets"]}'),
        ("summary", "7"),
        ("preparation", '{"fr": "Une chose"}'),
        ("preparation", '["Une chose"]'),
    ],
)
def test_a_document_of_another_shape_is_refused(
    operator: Client, world: World, field: str, value: str
) -> None:
    topic = world.topic
    path = reverse("admin:stores_topic_change", args=[topic.pk])
    data = model_to_dict(topic, exclude=["retired_at"]) | {
        "name": '{"fr": "Jouets", "en": "Toys"}',
        "summary": "{}",
        "preparation": '{"fr": ["Une chose"]}',
        "steps": '{"fr": ["Un pas"]}',
    }
    assert errors_of(operator, path, data) == {}
    assert field in errors_of(operator, path, data | {field: value})
    assert Topic.objects.get(pk=topic.pk).name == {"fr": "Jouets", "en": "Toys"}


def test_a_row_of_another_brand_is_refused(operator: Client, world: World) -> None:
    path = reverse("admin:stores_competence_add")
    data = {
        "brand": world.brand.pk,
        "staff_member": world.eve.staff_member.pk,
        "topic": world.topic.pk,
        "channels": '["video"]',
    }
    assert "staff_member" in errors_of(operator, path, data)


def test_who_is_saved_has_an_agenda(operator: Client, world: World) -> None:
    path = reverse("admin:stores_staffmember_add")
    data = {
        "brand": world.brand.pk,
        "first_name": "Nadia",
        "title": "{}",
        "languages": '["fr"]',
        "active": "on",
    }
    assert errors_of(operator, path, data) == {}
    nadia = StaffMember.objects.get(first_name="Nadia")
    assert Agenda.objects.filter(staff_member=nadia).count() == 1


def test_the_last_admin_of_a_brand_stays_one(operator: Client, world: World) -> None:
    row = world.dora.memberships.get()
    path = reverse("admin:stores_membership_change", args=[row.pk])
    data = model_to_dict(row)
    for other in ({"role": "manager"}, {"user": world.bob.user.pk}):
        assert "role" in errors_of(operator, path, data | other)
    gone = reverse("admin:stores_membership_delete", args=[row.pk])
    assert operator.post(gone, {"post": "yes"}).status_code == 403
    account = reverse("admin:stores_user_delete", args=[world.dora.pk])
    assert operator.post(account, {"post": "yes"}).status_code == 403
    account = reverse("admin:stores_user_change", args=[world.dora.pk])
    closed = {"email": world.dora.email, "name": "Dora", "language": "fr"}
    assert set(errors_of(operator, account, closed)) == {"is_active"}
    second = make_user("second@tilleul.example", "Second")
    Membership.objects.create(brand=world.brand, user=second, role="admin")
    assert errors_of(operator, path, data | {"role": "manager"}) == {}
    row.refresh_from_db()
    assert row.role == "manager"
    assert errors_of(operator, account, closed) == {}
