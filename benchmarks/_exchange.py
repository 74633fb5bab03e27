"""A bank of 400 branches and 20,000 people by file, and the pages that list them."""

from __future__ import annotations

import resource
import secrets
from collections.abc import Iterator

from django.db import connection
from django.utils import timezone

from benchmarks._figures import timed
from benchmarks._pages import new_user, pages_ms, signed_in
from booking.exchange.runs import begin_writing, counts_of, start_import, step
from booking.models import Import
from stores.editing.packs import PACKS
from stores.editing.topics import create_topics
from stores.exchange.tables import written_csv
from stores.files.door import storage
from stores.models import Brand, Posting, StaffMember, Store, User

BRANCHES, PEOPLE, TEAM, ROUNDS = 400, 20_000, 2_000, 20
Rows = Iterator[list[str]]
File = tuple[str, list[str], Rows]
"""Its kind, its header, its lines."""
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday")


def exchange_figures(*, count: int, rounds: int = ROUNDS) -> dict[str, object]:
    """Seconds of both passes over the files of people and of hours, with the peak of
    the process's memory; then the page of a team of 2,000. To be rolled back."""
    brand, user = new_bank()
    all_of(tried(brand, user, *branches()))
    trying = writing = 0.0
    for kind, header, rows in (people(count), hours(count)):
        run = start(brand, user, kind, header, rows)
        trying += timed(lambda run=run: steps(run))  # type: ignore[misc]
        begin_writing(run=run)
        writing += timed(lambda run=run: steps(run))  # type: ignore[misc]
        refused = counts_of(run).get("refused", 0)
        if refused:
            raise ValueError(f"{refused} rows of {kind} were refused.")
        if run.file:
            storage().delete(run.file.name)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "dry_run_20k_s": round(trying, 1),
        "import_20k_s": round(writing, 1),
        "import_peak_mb": round(peak),
        "imported": count,
        "team_2k_page_ms": _team_page(brand, user, rounds),
    }


def stores_page_ms(brand: Brand, rounds: int = ROUNDS) -> float:
    """p95 of the list of all stores, searched and not. To be rolled back."""
    client = signed_in(brand, new_user())
    pages = ["/desk/stores/", "/desk/stores/?q=lille", "/desk/stores/?state=nobody"]
    return pages_ms(client, pages, rounds)


def _team_page(brand: Brand, user: User, rounds: int) -> float:
    store = Store.objects.for_brand(brand).earliest("pk")
    people = StaffMember.objects.for_brand(brand).exclude(postings__store=store)
    Posting.objects.bulk_create(
        Posting(brand=brand, staff_member=one, store=store) for one in people[:TEAM]
    )
    with connection.cursor() as cursor:
        # As the server does by itself once such rows are committed.
        cursor.execute("ANALYZE")
    pages = [f"/desk/team/?store={store.pk}"]
    return pages_ms(signed_in(brand, user), pages, rounds)


def new_bank() -> tuple[Brand, User]:
    mark = secrets.token_hex(4)
    brand = Brand.objects.create(
        slug=f"bank-{mark}", name=f"Bank {mark}", short_name="Bank", languages=["fr"]
    )
    create_topics(brand=brand, topics=PACKS["bank"])
    return brand, new_user()


def start(brand: Brand, user: User, kind: str, header: list[str], rows: Rows) -> Import:
    return start_import(
        brand=brand,
        kind=kind,
        name=f"{kind}.csv",
        content="".join(written_csv(header, rows)).encode(),
        user=user,
        now=timezone.now(),
    )


def tried(brand: Brand, user: User, kind: str, header: list[str], rows: Rows) -> Import:
    """An import whose dry run is done."""
    run = start(brand, user, kind, header, rows)
    steps(run)
    return run


def steps(run: Import) -> None:
    while step(run.pk, now=timezone.now()):
        pass


def all_of(run: Import) -> None:
    begin_writing(run=run)
    steps(run)


def branches() -> File:
    rows = ([f"{n:04}", f"Agence {n}", "Évreux"] for n in range(BRANCHES))
    return "stores", ["number", "name", "city"], rows


def people(count: int) -> File:
    header = ["number", "first_name", "last_name", "email", "stores", "topics"]
    return "people", header, _people(count)


def _people(count: int) -> Rows:
    topics = [topic.slug for topic in PACKS["bank"]]
    for n in range(count):
        branch = f"{n % BRANCHES:04}, {(n + 7) % BRANCHES:04}"
        known = ", ".join(topics[n % 3 : n % 3 + 4])
        yield [f"{n:06}", f"Prénom{n}", f"Nom{n}", f"p{n}@bank.example", branch, known]


def hours(count: int, day: str = "09:00-12:00, 14:00-18:00") -> File:
    """Everybody's week at their first branch."""
    rows = ([f"{n:06}", f"{n % BRANCHES:04}", *[day] * len(WEEK)] for n in range(count))
    return "hours", ["number", "store", *WEEK], rows
