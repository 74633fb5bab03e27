"""Makes the database of a development copy ready: tables, demo data, log-ins.

The launcher runs it at every start, beside the web process that is still importing,
so it does only what is missing.
"""

import io
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def migrations_are_missing() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def seed(path: Path) -> None:
    """Seed an empty database; keep the log-ins where the launcher shows them."""
    text = io.StringIO()
    call_command("seed", "--if-empty", "--print-logins", stdout=text)
    path.unlink(missing_ok=True)
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w"
    ) as f:
        f.write(text.getvalue())


class Command(BaseCommand):
    help = "Migrates, and in development seeds an empty database."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        if migrations_are_missing():
            self.stdout.write("making the tables and the demo data…")
            call_command("migrate", verbosity=0, interactive=False)
        # The launcher starts the other processes now, while the demo data are planted.
        (Path(settings.STATE_DIR) / "tables.ready").touch()
        if settings.DEBUG and "seed" in get_commands():
            seed(Path(settings.STATE_DIR) / "logins.txt")
