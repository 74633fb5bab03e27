"""After a test that commits: its rows go, one by one.

Django truncates every table and writes its permissions anew, a fifth of a second for
each test. Few rows are there, and deleting them costs a twentieth of that.
"""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase

KEPT = {model._meta.db_table for model in (Permission, ContentType)}
"""Of the schema: what a migrated database begins with."""


def delete_all_rows() -> None:
    """Without triggers, which would keep what is append-only. That is a superuser's
    right: for other roles every table is truncated."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        (may,) = cursor.fetchone()
        if not may:
            call_command("flush", verbosity=0, interactive=False)
            return
        tables = set(connection.introspection.django_table_names(only_existing=True))
        names = [connection.ops.quote_name(table) for table in sorted(tables - KEPT)]
        switch = "SET LOCAL session_replication_role = replica"
        deletes = [f"DELETE FROM {name}" for name in names]  # noqa: S608  # of models
        cursor.execute("; ".join(["BEGIN", switch, *deletes, "COMMIT"]))


def take_over() -> None:
    """Puts this in the place of Django's own."""

    def flush(_case: TransactionTestCase) -> None:
        delete_all_rows()

    TransactionTestCase._fixture_teardown = flush  # type: ignore[attr-defined]  # as above
