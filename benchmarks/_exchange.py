"""A bank of 400 branches and 20,000 people by file, and the pages that list them."""

from __future__ import annotations

import resource
import secrets
from collections.abc import Iterator

from django.test import Client
from django.utils import timezone

from benchmarks._figures import p95_ms, timed
from booking.exchange.runs import begin_writing, counts_of, start_import, step
from booking.models import Import
from stores.editing.packs import PACKS
from stores.editing.topics import create_topics
from stores.exchange.tables import written_csv
from stores.files.door import storage
from stores.models import Brand, Membership, Posting, Role, StaffMember, Store, User

BRANCHES, PEOPLE, TEAM, ROUNDS = 400, 20_000, 2_000, 20
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday")


def exchange_figures(*, people: int, rounds: int = ROUNDS) -> dict[str, object]:
    """Seconds of both passes over the files of people and of hours, with the peak of
    the process's memory; then the page of a team of 2,000. To be rolled back."""
    brand, user = _new_bank()
    _all_of(_run(brand, user, "stores", ["number", "name", "city"], _branches()))
    tried = written = 0.0
    for kind, header, rows in (
        ("people", ["number", "first_name", "last_name", "email", "stores", "topics"],
         _people(people)),
        ("hours", ["number", "store", *WEEK], _hours(people)),
    ):  # fmt: skip
        run = _run(brand, user, kind, header, rows)
        tried += timed(lambda run=run: _steps(run))  # type: ignore[misc]
        begin_writing(run=run)
        written += timed(lambda run=run: _steps(run))  # type: ignore[misc]
        refused = counts_of(run).get("refused", 0)
        if refused:
            raise ValueError(f"{refused} rows of {kind} were refused.")
        if run.file:
            storage().delete(run.file.name)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "dry_run_20k_s": round(tried, 1),
        "import_20k_s": round(written, 1),
        "import_peak_mb": round(peak),
        "imported": people,
        "team_2k_page_ms": _team_page(brand, user, rounds),
    }


def stores_page_ms(brand: Brand, rounds: int = ROUNDS) -> float:
    """p95 of the list of all stores, searched and not. To be rolled back."""
    client = _client(brand, _new_user())
    pages = ["/desk/stores/", "/desk/stores/?q=lille", "/desk/stores/?state=nobody"]
    return _pages_ms(client, pages, rounds)


def _pages_ms(client: Client, pages: list[str], rounds: int) -> float:
    def get(page: str) -> None:
        answer = client.get(page)
        if answer.status_code != 200:
            raise ValueError(f"{page} answered {answer.status_code}.")

    for page in pages:
        get(page)
    taken = [
        timed(lambda page=page: get(page))  # type: ignore[misc]
        for _ in range(rounds)
        for page in pages
    ]
    return p95_ms(taken)


def _team_page(brand: Brand, user: User, rounds: int) -> float:
    store = Store.objects.for_brand(brand).earliest("pk")
    people = StaffMember.objects.for_brand(brand).exclude(postings__store=store)
    Posting.objects.bulk_create(
        Posting(brand=brand, staff_member=one, store=store) for one in people[:TEAM]
    )
    pages = [f"/desk/team/?store={store.pk}"]
    return _pages_ms(_client(brand, user), pages, rounds)


def _client(brand: Brand, user: User) -> Client:
    Membership.objects.get_or_create(brand=brand, user=user, role=Role.ADMIN)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client


def _new_user() -> User:
    return User.objects.create(email=f"{secrets.token_hex(6)}@bench.example", name="B")


def _new_bank() -> tuple[Brand, User]:
    mark = secrets.token_hex(4)
    brand = Brand.objects.create(
        slug=f"bank-{mark}", name=f"Bank {mark}", short_name="Bank", languages=["fr"]
    )
    create_topics(brand=brand, topics=PACKS["bank"])
    return brand, _new_user()


def _run(
    brand: Brand, user: User, kind: str, header: list[str], rows: Iterator[list[str]]
) -> Import:
    return start_import(
        brand=brand,
        kind=kind,
        name=f"{kind}.csv",
        content="".join(written_csv(header, rows)).encode(),
        user=user,
        now=timezone.now(),
    )


def _steps(run: Import) -> None:
    while step(run.pk, now=timezone.now()):
        pass


def _all_of(run: Import) -> None:
    _steps(run)
    begin_writing(run=run)
    _steps(run)


def _branches() -> Iterator[list[str]]:
    for n in range(BRANCHES):
        yield [f"{n:04}", f"Agence {n}", "Évreux"]


def _people(count: int) -> Iterator[list[str]]:
    topics = [topic.slug for topic in PACKS["bank"]]
    for n in range(count):
        branch = f"{n % BRANCHES:04}, {(n + 7) % BRANCHES:04}"
        known = ", ".join(topics[n % 3 : n % 3 + 4])
        yield [f"{n:06}", f"Prénom{n}", f"Nom{n}", f"p{n}@bank.example", branch, known]


def _hours(count: int) -> Iterator[list[str]]:
    for n in range(count):
        days = ["09:00-12:00, 14:00-18:00"] * len(WEEK)
        yield [f"{n:06}", f"{n % BRANCHES:04}", *days]
