"""Makes the database ready: tables; demo data and log-ins in development; else, while
there is no brand, the code that opens the set-up page.

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

from stores.access import has_a_brand


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
    help = (
        "Migrates; seeds an empty database in development, else prints a set-up code."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        plants = settings.DEBUG and settings.DEMO
        if migrations_are_missing():
            self.stdout.write(f"making the tables{' and the demo data' * plants}…")
            call_command("migrate", verbosity=0, interactive=False)
        # The launcher starts the other processes now, while the demo data are planted.
        state = Path(settings.STATE_DIR)
        if state.is_dir():
            (state / "tables.ready").touch()
        if plants and "seed" in get_commands():
            seed(state / "logins.txt")
            return
        (state / "logins.txt").unlink(missing_ok=True)
        if not has_a_brand():
            call_command("setup_code", stdout=self.stdout)
