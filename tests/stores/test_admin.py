"""The stock admin refuses with words, and writes only what no page of the desk does."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import models
from django.forms.models import model_to_dict
from django.test import Client
from django.urls import reverse

from booking.rota.places.rooms import Room, create_rooms
from notifications.models import Delivery, TextRule
from stores.models import Competence, Membership, StaffMember, User
from tests.cast import World, make_user, make_world, now_utc
from tests.stores.operators import an_operator, errors_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def operator() -> Client:
    return an_operator()


@pytest.mark.parametrize("value", ['{"fr": "en"}', '"fr"', "[1, 2]"])
def test_a_document_of_another_shape_is_refused(
    operator: Client, world: World, value: str
) -> None:
    path = reverse("admin:notifications_textrule_add")
    data = model_to_dict(TextRule(brand=world.brand), exclude=["id"])
    assert list(errors_of(operator, path, data | {"countries": value})) == ["countries"]
    assert errors_of(operator, path, data | {"countries": '["FR"]'}) == {}
    assert TextRule.objects.get().countries == ["FR"]


def test_a_row_of_another_brand_is_refused(operator: Client, world: World) -> None:
    path = reverse("admin:stores_membership_add")
    data = {
        "brand": world.brand.pk,
        "user": world.bob.user.pk,
        "store": world.foreign_store.pk,
        "role": "manager",
    }
    assert "store" in errors_of(operator, path, data)


def rows_of_the_desk(world: World) -> list[models.Model]:
    bob = world.bob.staff_member
    (booth,) = create_rooms(store=world.store, rooms=[Room(name="Booth", kind="booth")])
    return [
        *(world.store, world.topic, world.offers["video"], bob, booth),
        Competence.objects.for_brand(world.brand).filter(staff_member=bob)[0],
    ]


def test_what_the_desk_writes_is_only_shown(operator: Client, world: World) -> None:
    for row in rows_of_the_desk(world):
        name = f"admin:stores_{row._meta.model_name}"
        before = model_to_dict(row)
        change = reverse(f"{name}_change", args=[row.pk])
        assert operator.get(change).status_code == 200
        operator.post(change, {"name": "X", "first_name": "X", "active": ""})
        row.refresh_from_db()
        assert model_to_dict(row) == before
        gone = reverse(f"{name}_delete", args=[row.pk])
        assert operator.post(gone, {"post": "yes"}).status_code == 403
        assert operator.get(reverse(f"{name}_add")).status_code == 403


def test_no_tick_ends_somebody_who_is_met(operator: Client, world: World) -> None:
    bob = world.bob.staff_member
    path = reverse("admin:stores_staffmember_change", args=[bob.pk])
    page = operator.get(path).content.decode()
    assert reverse("booking:person", args=[bob.pk]) in page
    assert 'name="active"' not in page
    written = {"external_id": "0042", "active": "", "user": ""}
    assert errors_of(operator, path, written) == {}
    bob.refresh_from_db()
    assert (bob.external_id, bob.active, bob.user) == ("0042", True, world.bob.user)
    user = world.bob.user
    account = reverse("admin:stores_user_change", args=[user.pk])
    closed = {"email": user.email, "name": "Bob", "language": "fr"}
    assert set(errors_of(operator, account, closed)) == {"is_active"}
    gone = reverse("admin:stores_user_delete", args=[user.pk])
    assert operator.post(gone, {"post": "yes"}).status_code == 403
    many = {"action": "delete_selected", "_selected_action": user.pk, "post": "yes"}
    operator.post(reverse("admin:stores_user_changelist"), many)
    assert User.objects.get(pk=user.pk).is_active
    # Over, the last day has ended it, and what is left is an account as any other.
    StaffMember.objects.for_brand(world.brand).filter(pk=bob.pk).update(active=False)
    assert errors_of(operator, account, closed) == {}


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


def test_a_role_goes_with_its_messages_and_stays_in_its_brand(
    operator: Client, world: World
) -> None:
    row, now = world.bob.user.memberships.get(), now_utc()
    told = Delivery.objects.create(
        brand=world.brand, member=row, kind="absence_asked", channel="email",
        due_at=now, useless_after=now + dt.timedelta(hours=1),
    )  # fmt: skip
    path = reverse("admin:stores_membership_change", args=[row.pk])
    moved = model_to_dict(row) | {"brand": world.other_brand.pk, "store": ""}
    assert "brand" in errors_of(operator, path, moved)
    name = "admin:notifications_delivery"
    assert operator.get(reverse(f"{name}_change", args=[told.pk])).status_code == 200
    alone = reverse(f"{name}_delete", args=[told.pk])
    assert operator.post(alone, {"post": "yes"}).status_code == 403
    many = {"action": "delete_selected", "_selected_action": told.pk, "post": "yes"}
    operator.post(reverse(f"{name}_changelist"), many)
    assert Delivery.objects.filter(pk=told.pk).exists()
    gone = reverse("admin:stores_membership_delete", args=[row.pk])
    assert operator.post(gone, {"post": "yes"}).status_code == 302
    assert not Membership.objects.filter(pk=row.pk).exists()
    assert not Delivery.objects.filter(pk=told.pk).exists()
