"""A legal page of a brand: published as the next version, never changed."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass

from django.db import transaction

from stores.errors import LegalRefused, TextChanged
from stores.legal.markup import is_safe
from stores.legal.places import Problem, Wrong, problems_in
from stores.legal.texts import our_text
from stores.models import Brand, Conformity, LegalKind, LegalText, User
from stores.written import one_line_end

LONGEST_ADDRESS = 300


@dataclass(frozen=True, kw_only=True)
class WrittenLegal:
    """One page in one language as somebody wrote it. `address` is of terms elsewhere;
    `state`, `rate` and `reviewed_on` are of accessibility."""

    kind: str
    language: str
    body: str = ""
    address: str = ""
    state: str = ""
    rate: int | None = None
    reviewed_on: dt.date | None = None

    @property
    def is_statement(self) -> bool:
        return self.kind == LegalKind.ACCESSIBILITY

    @property
    def parts(self) -> dict[str, object]:
        """The columns of the row: without those of another kind."""
        parts: dict[str, object] = {"body": one_line_end(self.body).strip()}
        if self.kind == LegalKind.TERMS:
            parts["address"] = self.address.strip()
        if self.is_statement:
            parts |= {
                "state": self.state,
                "rate": self.rate,
                "reviewed_on": self.reviewed_on,
            }
        return parts


def judge(written: WrittenLegal, today: dt.date) -> list[tuple[str, Problem]]:
    """Field and problem, of all that is wrong."""
    parts = written.parts
    body, address = str(parts["body"]), str(parts.get("address", ""))
    found = [("body", one) for one in problems_in(body, written.language)]
    if not body and not address:
        found.append(("body", Problem(Wrong.EMPTY)))
    if address and not _is_page(address):
        found.append(("address", Problem(Wrong.ADDRESS)))
    return found + (_of_statement(written, today) if written.is_statement else [])


def _is_page(address: str) -> bool:
    plain = address.isprintable() and len(address) <= LONGEST_ADDRESS
    return plain and " " not in address and _is_https(address)


def _is_https(address: str) -> bool:
    return address.startswith("https://") and is_safe(address)


def _of_statement(written: WrittenLegal, today: dt.date) -> list[tuple[str, Problem]]:
    found = []
    if written.state not in Conformity.values:
        found.append(("state", Problem(Wrong.STATE)))
    rate, full = written.rate, written.state == Conformity.FULLY
    if rate is not None and (not 0 <= rate <= 100 or full != (rate == 100)):
        found.append(("rate", Problem(Wrong.RATE)))
    if written.reviewed_on and written.reviewed_on > today:
        found.append(("reviewed_on", Problem(Wrong.FUTURE)))
    return found


def publish_legal(
    *, brand: Brand, written: WrittenLegal, seen: int, user: User, now: dt.datetime
) -> LegalText:
    """One version more, which everybody reads from now on. `seen` is the version that
    the page showed. Raises LegalRefused with all problems, and TextChanged where
    somebody published another one meanwhile."""
    today = now.astimezone(zoneinfo.ZoneInfo(brand.time_zone)).date()
    problems = judge(written, today)
    if problems:
        raise LegalRefused(list(problems))
    return _add(brand, written, seen, user, now)


def restore_ours(
    *, brand: Brand, written: WrittenLegal, seen: int, user: User, now: dt.datetime
) -> LegalText:
    """Our text becomes the next version; of `written` its body is left aside. Raises
    what `publish_legal` does."""
    ours = WrittenLegal(
        kind=written.kind,
        language=written.language,
        body=our_text(written.kind, written.language),
        state=written.state,
        rate=written.rate,
        reviewed_on=written.reviewed_on,
    )
    return publish_legal(brand=brand, written=ours, seen=seen, user=user, now=now)


def _add(
    brand: Brand, written: WrittenLegal, seen: int, user: User, now: dt.datetime
) -> LegalText:
    key = {"kind": written.kind, "language": written.language}
    with transaction.atomic():
        row = Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
        known = LegalText.objects.for_brand(brand).filter(**key)
        before = known.order_by("-version").first()
        last = before.version if before else 0
        if last != seen:
            raise TextChanged
        if before and all(getattr(before, n) == v for n, v in written.parts.items()):
            return before
        made = LegalText(
            brand=row,
            version=last + 1,
            published_at=now,
            published_by=user,
            **key,
            **written.parts,
        )
        made.save(force_insert=True)
        row.legal = _standing(row.legal, made)
        row.save(update_fields=["legal"])
    brand.legal = row.legal
    return made


def _standing(legal: dict[str, object], made: LegalText) -> dict[str, object]:
    """The brand's copy: each page reads it with the brand's row."""
    of_kind = legal.get(made.kind)
    versions = dict(of_kind) if isinstance(of_kind, dict) else {}
    found = legal | {made.kind: versions | {made.language: made.version}}
    if made.kind == LegalKind.ACCESSIBILITY:
        day = made.reviewed_on
        found |= {
            "state": made.state,
            "rate": made.rate,
            "reviewed_on": day.isoformat() if day else "",
        }
    return found
