"""Writes the facts of past days: after a move from another system, or when rules of
counting change."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from booking.reports.writing import write_facts
from notifications.outbox.facts import write_message_facts
from stores.models import Brand

A_TIME = 28


class Command(BaseCommand):
    help = "Writes the measures of past days again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=400, help="how many days back")

    def handle(self, *args: Any, days: int, **options: Any) -> None:
        end = (timezone.now() - dt.timedelta(hours=36)).date()
        for brand in Brand.objects.filter(active=True).order_by("pk"):
            last = end
            while (end - last).days < days:
                first = max(
                    last - dt.timedelta(days=A_TIME - 1),
                    end - dt.timedelta(days=days - 1),
                )
                write_facts(brand=brand, first=first, last=last)
                write_message_facts(brand=brand, first=first, last=last)
                last = first - dt.timedelta(days=1)
            self.stdout.write(f"{brand.slug}: {days} days up to {end}")
