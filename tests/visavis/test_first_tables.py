"""The first migration of an installation, which goes a quicker way than later ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.commands import migrate as django_migrate
from django.db import connection
from django.db.migrations.state import ProjectState

from tests.shares import WHOLE
from visavis.management.commands.migrate import FINDER, Command

SCHEMA = """
SELECT 'column', table_name, column_name, concat_ws(' ', data_type, is_nullable,
       column_default, character_maximum_length, is_identity, identity_start)
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, concat_ws(' ',
       pg_get_constraintdef(oid), condeferrable, condeferred, convalidated)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'index', tablename, indexname, indexdef
FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid)
FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function', '', proname, prosrc
FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT 'migration', app, name, '' FROM django_migrations
UNION ALL SELECT 'permission', '', codename, '' FROM auth_permission
ORDER BY 1, 2, 3, 4
"""


@contextmanager
def empty_database(name: str) -> Iterator[psycopg.Cursor]:
    """Where Django writes meanwhile; a cursor of its own in it."""
    told, before = connection.settings_dict, connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    told["NAME"] = name
    try:
        with connection.cursor() as cursor:
            yield cursor.cursor
    finally:
        connection.close()
        told["NAME"] = before
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}"')


def schema_by(command: type[django_migrate.Command], name: str) -> list[object]:
    with empty_database(name) as cursor:
        call_command(command(), verbosity=0)
        return list(cursor.execute(SCHEMA))


@pytest.mark.skipif(not WHOLE, reason="Django's own way takes long: VISAVIS_WHOLE=1")
@pytest.mark.django_db(transaction=True)
def test_both_ways_end_at_the_same_tables() -> None:
    quick = schema_by(Command, "visavis_first_quick")
    assert len(quick) > 2000
    assert quick == schema_by(django_migrate.Command, "visavis_first_slow")


@pytest.mark.django_db
def test_each_column_of_each_model_is_in_the_tables() -> None:
    """As the model says it, with its keys to others: by the quick way."""
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table, fields = model._meta.db_table, model._meta.local_concrete_fields
            found = connection.introspection.get_table_description(cursor, table)
            # Some columns the database fills by itself: models may not name them.
            wanted = {f.column: f.null for f in fields if not f.generated}
            assert wanted.items() <= {c.name: c.null_ok for c in found}.items(), table
            relations = connection.introspection.get_relations(cursor, table)
            keys = {
                field.column: key.model._meta.db_table
                for field in fields
                if (key := field.remote_field) and getattr(field, "db_constraint", None)
            }
            assert {column: there for column, (_, there) in relations.items()} == keys


@pytest.mark.django_db
def test_a_database_with_tables_goes_the_way_of_django(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[bool] = []
    usual = getattr(ProjectState, FINDER)

    def look(*_: object, **__: object) -> None:
        seen.append(getattr(ProjectState, FINDER) is usual)

    monkeypatch.setattr(django_migrate.Command, "handle", look)
    call_command("migrate", "--plan")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations")
    call_command("migrate", "--plan")
    call_command("migrate", "--plan")
    assert seen == [True, False, False]
    assert getattr(ProjectState, FINDER) is usual
