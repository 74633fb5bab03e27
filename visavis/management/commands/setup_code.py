"""`manage.py setup_code` (`./run setup --code`): where an empty installation is opened,
and by which code. Both are written to the terminal, and never to a log."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError
from django.urls import reverse
from django.utils import timezone

from stores.access import has_a_brand
from stores.editing.setup_codes import LASTS, MOST_TRIES, issue_code


class Command(BaseCommand):
    help = "Prints the set-up address and a new code, while there is no brand."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            is_set_up = has_a_brand()
        except ProgrammingError as missing:
            text = (
                "There are no tables yet: `manage.py migrate` (or `./run`) makes them."
            )
            raise CommandError(text) from missing
        if is_set_up:
            raise CommandError(
                "There is a brand already: `manage.py create_brand` makes another one."
            )
        code = issue_code(now=timezone.now())
        minutes = int(LASTS.total_seconds() // 60)
        address = str(settings.SITE_URL).rstrip("/") + reverse("setup")
        self.stdout.write(f"set-up address  {address}")
        self.stdout.write(
            f"set-up code     {code}  ({minutes} minutes, {MOST_TRIES} tries)"
        )
