"""Two admins publish in the same moment."""

from __future__ import annotations

from functools import partial

import pytest

from stores.editing.legal import WrittenLegal, publish_legal
from stores.errors import TextChanged
from stores.models import Brand, LegalText
from tests.at_once import at_once
from tests.cast import World, now_utc

pytestmark = pytest.mark.django_db(transaction=True)


def publish(world: World, body: str) -> bool:
    """True for who was first."""
    try:
        publish_legal(
            brand=Brand.objects.get(pk=world.brand.pk),
            written=WrittenLegal(kind="privacy", language="fr", body=body),
            seen=0,
            user=world.dora,
            now=now_utc(),
        )
    except TextChanged:
        return False
    return True


def test_one_of_them_is_told(world: World) -> None:
    acts = [partial(publish, world, body) for body in "ABC"]
    assert sorted(at_once(*acts)) == [False, False, True]
    (row,) = LegalText.objects.for_brand(world.brand)
    assert row.version == 1
    assert Brand.objects.get(pk=world.brand.pk).legal["privacy"] == {"fr": 1}


def test_two_languages_do_not_forget_each_other(world: World) -> None:
    def both(language: str) -> int:
        written = WrittenLegal(kind="terms", language=language, body="A")
        brand, user = Brand.objects.get(pk=world.brand.pk), world.dora
        return publish_legal(
            brand=brand, written=written, seen=0, user=user, now=now_utc()
        ).version

    assert at_once(partial(both, "fr"), partial(both, "en")) == [1, 1]
    assert Brand.objects.get(pk=world.brand.pk).legal["terms"] == {"fr": 1, "en": 1}
