"""Decision 14: a brand's row can never point at another brand's row."""

from __future__ import annotations

import uuid
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from stores.models import Brand, BrowserSession, LooseFile, SetupCode, User
from tests.house.everything import make_two_brands
from video.models import MediaNode

PACKAGES = ("stores", "booking", "video", "notifications")
WITHOUT_BRAND = {Brand, User, BrowserSession, MediaNode, SetupCode, LooseFile}
"""The tenant itself, people who may work for several and their sessions, a machine,
what comes before the first tenant, and what no row speaks for."""

KEYS: list[tuple[str, str, str]] = [
    key
    for package in PACKAGES
    for path in sorted(Path(package, "migrations").glob("0*.py"))
    for key in getattr(
        import_module(f"{package}.migrations.{path.stem}"), "SAME_BRAND", []
    )
]


def our_models() -> list[type[models.Model]]:
    return [
        model for name in PACKAGES for model in apps.get_app_config(name).get_models()
    ]


def test_every_table_carries_its_brand() -> None:
    for model in our_models():
        if model not in WITHOUT_BRAND:
            field = model._meta.get_field("brand")
            assert not field.null, f"{model.__name__}.brand may be null"


def test_every_reference_within_a_brand_has_its_wall() -> None:
    branded = {m for m in our_models() if m not in WITHOUT_BRAND}
    references = {
        (model._meta.db_table, field.column, field.related_model._meta.db_table)
        for model in branded
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model in branded
    }
    assert references == set(KEYS)


@pytest.mark.django_db
def test_the_database_refuses_each_reference_to_another_brand() -> None:
    with connection.cursor() as cursor:
        # History refuses every change; here the wall behind that one is asked.
        for history in ("appointmentevent", "personjoin"):
            cursor.execute(f"ALTER TABLE booking_{history} DISABLE TRIGGER USER")
    ours, theirs = make_two_brands()
    foreign = theirs.by_table()
    for table, column, target in KEYS:
        name = f"{table}_{column}_same_brand"
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            point_at(table, column, foreign[target], brand=ours.brand)


def point_at(table: str, column: str, target: int | uuid.UUID, *, brand: Brand) -> None:
    """Bends one reference of a brand's row, and lets the database judge at once."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(
            f"UPDATE {table} SET {column} = %s WHERE id = (SELECT id FROM {table} "  # noqa: S608 - names of the migration
            f"WHERE brand_id = %s AND {column} IS NOT NULL LIMIT 1)",
            [target, brand.pk],
        )
        assert cursor.rowcount == 1, f"{table}.{column} is filled in no row"
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
