"""The product that a visit is about, and the needs of who comes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from django.db import transaction

from booking.errors import StaleVersion, TooLateToBring
from booking.fields import Need
from booking.models import Appointment
from booking.shown import AsShown

MOST_LEFT = 999


class Facts(TypedDict):
    """The keywords of `Appointment.take_along`."""

    product: str
    asks_stock: bool
    needs: str


@dataclass(frozen=True)
class Brought:
    """A product as it was typed, whether it is asked if it is there, codes of needs,
    and the visitor whose photographs come along."""

    product: str = ""
    asks_stock: bool = False
    needs: Sequence[str] = ()
    visitor: str = ""

    @property
    def facts(self) -> Facts:
        """As they are stored: the codes in the order of Need."""
        return {
            "product": self.product,
            "asks_stock": self.asks_stock,
            "needs": " ".join(code for code in Need.values if code in self.needs),
        }


NOTHING = Brought()


def bring(
    *,
    appointment: Appointment,
    question: str,
    brought: Brought,
    shown: AsShown,
    now: dt.datetime,
) -> Appointment:
    """Sets question, product and needs as the customer writes them now. Raises
    TooLateToBring, and StaleVersion where they were changed since they were shown."""
    with transaction.atomic():
        row = _locked(appointment)
        if not row.may_bring(now):
            raise TooLateToBring
        shown.check(*facts_of(row))
        row.bring(question=question, **brought.facts)
    return row


def answer_stock(
    *, appointment: Appointment, is_there: bool, left: int | None, shown: AsShown
) -> None:
    """Says whether the product is there, perhaps how many; a later answer takes the
    place of an earlier one. Raises StaleVersion for another product by now."""
    with transaction.atomic():
        row = _locked(appointment)
        shown.check(row.product)
        if not row.stock:
            raise StaleVersion
        row.answer_stock(is_there=is_there, left=left if is_there else None)


def facts_of(appointment: Appointment) -> tuple[str, str, bool, str]:
    """The facts that the customer's form shows, for its stamp."""
    stock, needs = bool(appointment.stock), appointment.needs
    return appointment.question, appointment.product, stock, needs


def _locked(appointment: Appointment) -> Appointment:
    rows = Appointment.objects.for_brand(appointment.brand)
    return rows.select_for_update(no_key=True).get(pk=appointment.pk)
