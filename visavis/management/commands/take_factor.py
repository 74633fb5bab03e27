"""`manage.py take_factor EMAIL`: helps a single admin who has lost the second factor.

Whoever runs Visavis makes sure who asks, by another way than mail. The log says that it
was done, and the owner gets a mail.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from stores.accounts.factors import has_factor, take_away
from visavis.accounts.queries import open_account_of


class Command(BaseCommand):
    help = "Takes the second factor of an account away, and ends its sessions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address that the account signs in with")

    def handle(self, *args: Any, **options: Any) -> None:
        user = open_account_of(options["email"].strip().lower())
        if user is None:
            raise CommandError("There is no open account of this address.")
        if not has_factor(user):
            raise CommandError("This account has no second factor.")
        take_away(user=user)
        self.stdout.write(
            "Taken away. The account opens by its password until a new one is set up."
        )
