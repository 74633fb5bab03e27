"""`manage.py write_bits`: free time as bits for processes that start with none.

Only what is old, unless `--all`. A worker does the same every five minutes.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from booking.availability.snapshots import write_bits


class Command(BaseCommand):
    help = "Writes down the free time of agendas, where what is written is old."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="also what is not old")

    def handle(self, *args: Any, **options: Any) -> None:
        count = write_bits(now=timezone.now(), everything=options["all"])
        self.stdout.write(f"{count} agendas written")
