"""`manage.py erase`: forget what is due, keep its tombstones, apply them again.

Without an option it does at once what the worker does each hour. `--export` prints the
tombstones as lines of JSON, to be kept beside the backups and apart from the database;
`--replay FILE` applies such lines to a database that was restored to an older state.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser, FileType
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from stores.erasing import erase_due, replay
from stores.models import Tombstone


class Command(BaseCommand):
    help = "Erase what is due (or --export tombstones, or --replay them)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--export", action="store_true")
        parser.add_argument("--replay", type=FileType("r"), metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["export"]:
            self._export()
        elif options["replay"]:
            self._replay(options["replay"])
        else:
            for table, count in sorted(erase_due(now=timezone.now()).items()):
                self.stdout.write(f"{table}: {count}")

    def _export(self) -> None:
        rows = Tombstone.objects.all_brands().order_by("pk")
        for row in rows.iterator():
            line = {"table": row.table, "row": row.row, "at": row.erased_at.isoformat()}
            line["why"] = row.why
            self.stdout.write(json.dumps(line))

    def _replay(self, lines: Iterable[str]) -> None:
        rows = defaultdict(list)
        for line in lines:
            stone = json.loads(line)
            # Lines of an older version do not say why.
            asked = stone.get("why") == Tombstone.Why.ASKED
            rows[stone["table"], asked].append(stone["row"])
        for (table, asked), ids in rows.items():
            now = timezone.now()
            try:
                count = replay(table=table, rows=ids, now=now, asked=asked)
            except LookupError as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{table}: {count}")
