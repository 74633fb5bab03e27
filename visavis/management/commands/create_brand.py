"""`manage.py create_brand NAME --admin ADDRESS --admin-name NAME`: a brand for scripts.

The first admin sets a password by the link that is printed, unless one is given by
`VISAVIS_ADMIN_PASSWORD` or typed (`--ask-password`): never as an argument, which
everybody on the machine can read.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError
from django.urls import reverse

from booking.fields import EmailField, NameField
from stores.editing.brands import NewAdmin, NewBrand, create_brand, has_account
from stores.errors import BrandRefused
from stores.models import Membership, User
from visavis.accounts.links import reset_url

PASSWORD = "VISAVIS_ADMIN_PASSWORD"  # noqa: S105 - the name of a variable


class Command(BaseCommand):
    help = "Makes a brand and its first admin."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="as customers read it")
        parser.add_argument("--admin", required=True, help="e-mail of the first admin")
        parser.add_argument("--admin-name", default="", help="of a new account")
        parser.add_argument("--slug", default="", help="of its pages' addresses")
        parser.add_argument("--time-zone", default="Europe/Paris")
        parser.add_argument(
            "--language", default="fr", choices=[code for code, _ in settings.LANGUAGES]
        )
        parser.add_argument("--ask-password", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            admin = self.admin_of(options)
        except ProgrammingError as missing:
            text = (
                "There are no tables yet: `manage.py migrate` (or `./run`) makes them."
            )
            raise CommandError(text) from missing
        others = [c for c, _ in settings.LANGUAGES if c != options["language"]]
        try:
            made = create_brand(
                brand=NewBrand(
                    name=NameField(max_length=60).clean(options["name"]),
                    slug=options["slug"],
                    languages=[options["language"], *others],
                    time_zone=options["time_zone"],
                ),
                admin=admin,
            )
        except (BrandRefused, forms.ValidationError) as refused:
            raise CommandError(_words(refused)) from refused
        self.print_ways(made)

    def print_ways(self, made: Membership) -> None:
        """Prints where customers and admin go, and the link to a first password."""
        site = str(settings.SITE_URL).rstrip("/")
        pages = site + reverse("booking:front", args=[made.brand.slug])
        self.stdout.write(f"pages     {pages}")
        self.stdout.write(f"desk      {site}{reverse('booking:setup')}")
        if not made.user.has_usable_password():
            self.stdout.write(f"password  {reset_url(made.user)}  (two hours, once)")

    def admin_of(self, options: dict[str, Any]) -> NewAdmin:
        """The account to make, or to find. Raises CommandError."""
        try:
            email = EmailField(max_length=254).clean(options["admin"]).lower()
            is_known = has_account(email)
            name = options["admin_name"]
            if not is_known:
                name = NameField(max_length=80).clean(name)
            password = None if is_known else given_password(options["ask_password"])
            if password is not None:
                validate_password(password, User(email=email, name=name))
        except forms.ValidationError as refused:
            raise CommandError(_words(refused)) from refused
        language = options["language"]
        return NewAdmin(email=email, name=name, password=password, language=language)


def given_password(asks: bool) -> str | None:
    """None: the admin sets one by the link."""
    if given := os.environ.get(PASSWORD):
        return given
    return getpass("Password of the first admin: ") if asks else None


def _words(refused: Exception) -> str:
    messages = getattr(refused, "messages", None)
    return " ".join(map(str, messages or [refused]))
