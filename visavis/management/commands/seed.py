"""`manage.py seed`: two invented brands for an empty development database.

`manage.py seed --stores N --staff M` plants one large brand instead, in a database of
its own (`visavis_bench`), for the measurements; stopped, it goes on where it was.

The demo's log-ins have one password, made once for a state folder.
"""

from __future__ import annotations

import secrets
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from stores.models import Brand, User
from visavis.demo.banque_du_port import BANQUE_DU_PORT
from visavis.demo.bench_database import use_bench_database
from visavis.demo.nation import plant_nation
from visavis.demo.planting import plant
from visavis.demo.recipe import BrandRecipe
from visavis.demo.tilleul import TILLEUL
from visavis.demo.visits import plant_visits

RECIPES = (TILLEUL, BANQUE_DU_PORT)
OPERATOR = "operator@visavis.example"
SHOWN = (
    ("adviser, remote team", TILLEUL.email("ines")),
    ("adviser, Lille", TILLEUL.email("tom")),
    ("manager, Lille", TILLEUL.email("sarah")),
    ("admin", TILLEUL.email(TILLEUL.admin[0])),
    ("bank adviser", BANQUE_DU_PORT.email("kessler")),
    ("bank admin", BANQUE_DU_PORT.email(BANQUE_DU_PORT.admin[0])),
    ("superuser", OPERATOR),
)
"""The people whom `./run` prints. Every invented member of staff can sign in."""


class Command(BaseCommand):
    help = "Fills a development database with two invented brands, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="Plant, and print, nothing in a database with brands of its own.",
        )
        parser.add_argument(
            "--print-logins",
            action="store_true",
            help="Print the addresses to open and the log-ins.",
        )

        parser.add_argument(
            "--without-visits",
            action="store_true",
            help="Plant brands, people and hours, and leave the agendas empty.",
        )
        parser.add_argument("--stores", type=int, help="of the brand for measurements")
        parser.add_argument("--staff", type=int, help="its people (default: 2 a store)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "The demo brands have a shared password: only with VISAVIS_DEBUG=1."
            )
        if options["stores"]:
            self.plant_nation(options["stores"], options["staff"])
            return
        password = demo_password(settings.STATE_DIR)
        known = set(Brand.objects.values_list("slug", flat=True))
        missing = [recipe for recipe in RECIPES if recipe.slug not in known]
        if missing and known and options["if_empty"]:
            return
        if missing:
            appointments = not options["without_visits"]
            plant_all(missing, password.text, appointments=appointments)
        if password.is_new and len(missing) < len(RECIPES):
            set_passwords(password.text)
        if options["print_logins"]:
            self.stdout.write("\n".join(login_lines(settings.SITE_URL, password.text)))

    def plant_nation(self, stores: int, staff: int | None) -> None:
        use_bench_database()
        plant_nation(
            stores=stores,
            staff=2 * stores if staff is None else staff,
            now=timezone.now(),
            progress=self.show_bar,
        )
        self.stdout.write("")

    def show_bar(self, done: int, whole: int) -> None:
        filled = 40 * min(done, whole) // whole
        bar = "#" * filled + "." * (40 - filled)
        self.stdout.write(f"\r[{bar}] {done} of {whole} stores", ending="")
        self.stdout.flush()


def plant_all(recipes: list[BrandRecipe], password: str, *, appointments: bool) -> None:
    """All brands or none. One hash serves all: hashing is what takes the time."""
    password_hash = make_password(password)
    with transaction.atomic():
        for recipe in recipes:
            brand = plant(recipe, password_hash=password_hash)
            if appointments and recipe is TILLEUL:
                plant_visits(brand, now=timezone.now())
        User.objects.get_or_create(
            email=OPERATOR,
            defaults={
                "name": "Operator",
                "password": password_hash,
                "is_staff": True,
                "is_superuser": True,
            },
        )


def set_passwords(password: str) -> None:
    """The state folder was reset beside a database that stayed: its log-ins follow."""
    domains = [f"@{recipe.slug}.example" for recipe in RECIPES]
    demo_users = [
        user.pk
        for user in User.objects.only("email")
        if user.email == OPERATOR or user.email.endswith(tuple(domains))
    ]
    User.objects.filter(pk__in=demo_users).update(password=make_password(password))


@dataclass(frozen=True)
class DemoPassword:
    """`is_new`: it was made just now, so that no row can hold its hash."""

    text: str
    is_new: bool


def demo_password(state: Path) -> DemoPassword:
    """Read from `demo-password` in the state folder, or made there with mode 600."""
    path = state / "demo-password"
    try:
        return DemoPassword(path.read_text().strip(), is_new=False)
    except FileNotFoundError:
        text = secrets.token_urlsafe(12)
    path.touch(mode=0o600)
    path.write_text(text + "\n")
    return DemoPassword(text, is_new=True)


def login_lines(site: str, password: str) -> list[str]:
    """The lines that a person needs to look around."""
    site = site.rstrip("/")
    customers = [f"customer  {site}/{recipe.slug}/" for recipe in RECIPES]
    staff = [f"{role:<21} {email} / {password}" for role, email in SHOWN]
    places = [
        f"staff     {site}/staff/   desk {site}/desk/",
        f"mailbox   {site}/dev/mailbox/   API {site}/api/docs/",
    ]
    return [*customers, *places, *staff]
