"""Migrations: complete, reversible, and free of code that will change."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tests.house.sources import PACKAGES, files, imports_of


@pytest.mark.django_db
def test_the_models_have_no_change_without_a_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_step_can_be_taken_back() -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    for (app, name), migration in loader.disk_migrations.items():
        if app in PACKAGES:
            for step in migration.operations:
                assert step.reversible, f"{app}.{name}: {step}"


def test_a_migration_imports_nothing_of_ours_that_will_change() -> None:
    """Models' names for managers and fields may be needed; code may not."""
    for path in files(".py", folders=PACKAGES):
        if path.parent.name != "migrations":
            continue
        for found in imports_of(path):
            package, _, module = found.target.partition(".")
            if package in PACKAGES:
                assert module.split(".")[0] in ("models", "querysets"), str(found)


@pytest.mark.django_db
def test_there_is_one_last_migration_in_each_package() -> None:
    loader = MigrationLoader(connection)
    assert not loader.detect_conflicts()
