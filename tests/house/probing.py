"""People of each role and scope, at each level, in front of an address."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.test import Client

from stores.models import Level, Membership, Region, Role, Store, User
from tests.cast import World, make_user
from tests.house.routes import signed_in


def people_of(world: World) -> dict[str, User]:
    """Lille lies in the north, Arras in the south. The name says role and scope; the
    visits, agendas and people of a scene are of Lille."""
    north, south = (
        Region.objects.create(brand=world.brand, slug=slug, name=slug)
        for slug in ("north", "south")
    )
    for store, region in ((world.store, north), (world.other_store, south)):
        Store.objects.for_brand(world.brand).filter(pk=store.pk).update(region=region)

    def manager(name: str, **where: object) -> User:
        user = make_user(f"{name}@tilleul.example", name.capitalize())
        Membership.objects.create(
            brand=world.brand, user=user, role=Role.MANAGER, **where
        )
        return user

    return {
        "adviser_of_store": world.bob.user,
        "adviser_of_other_store": world.charlie.user,
        "manager_of_store": manager("mona", store=world.store),
        "manager_of_region": manager("rita", region=north),
        "manager_of_other_region": manager("rolf", region=south),
        "admin_of_brand": world.dora,
        "adviser_of_other_brand": world.eve.user,
    }


def browser_of(user: User, level: Level) -> Client:
    client = signed_in(user)
    session = client.session
    session["level"] = level.value
    session.save()
    return client


def outcome(client: Client, address: str) -> str:
    """`in`, `sign in`, `403`, `404`, by a GET, or by an empty POST where only that is
    taken. Nothing is kept of it."""
    with transaction.atomic():
        answer = client.get(address)
        if answer.status_code == 405:
            answer = client.post(address)
        transaction.set_rollback(True)
    return _word(answer)


def _word(answer: Any) -> str:
    if answer.get("Location", "").startswith("/accounts/login/"):
        return "sign in"
    if "/accounts/login/" in answer.get("HX-Redirect", ""):
        return "sign in"
    status = answer.status_code
    return {401: "sign in", 403: "403", 404: "404"}.get(status, "in")
