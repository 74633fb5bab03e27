"""A new brand and its first admin."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_noop

from stores.editing.setup_codes import is_over
from stores.editing.slugs import free_slugs, slug_of
from stores.errors import BrandRefused, SetupCodeOver
from stores.models import Brand, BrandSetup, Membership, Role, SetupCode, User
from stores.models.brand import RESERVED_BRAND_SLUGS

LONGEST_SLUG = 40
LONGEST_SENDER = 11
"""Letters that telephone networks show of who sends a text message."""


@dataclass(frozen=True, kw_only=True)
class NewAdmin:
    """The first person of a brand. Without a password they set one by a link; with the
    address of an account they keep that account and its password."""

    email: str
    name: str
    password: str | None = None
    language: str = "fr"


@dataclass(frozen=True, kw_only=True)
class NewBrand:
    """`languages` begins with the main one; without a slug the name makes one."""

    name: str
    slug: str = ""
    languages: Sequence[str] = ("fr", "en")
    time_zone: str = "Europe/Paris"

    def check(self) -> None:
        """Raises BrandRefused, which names the field; asks nobody but itself."""
        if self.slug != slug_of(self.slug, longest=LONGEST_SLUG):
            raise BrandRefused(
                gettext_noop("An address has small letters, digits, dashes."), "slug"
            )
        if self.time_zone not in zoneinfo.available_timezones():
            raise BrandRefused(gettext_noop("There is no such time zone."), "time_zone")


def create_brand(*, brand: NewBrand, admin: NewAdmin) -> Membership:
    """Writes brand, admin and membership, or nothing. Raises BrandRefused, which names
    the field."""
    brand.check()
    check_name(brand.name)
    with transaction.atomic():
        row = _write_brand(brand)
        user = _account_of(admin)
        BrandSetup.objects.create(brand=row)
        # It opened an installation without a brand, and this is none any more.
        SetupCode.objects.all().delete()
        return Membership.objects.create(brand=row, user=user, role=Role.ADMIN)


def open_installation(
    *, proof: str, brand: NewBrand, admin: NewAdmin, now: dt.datetime
) -> Membership:
    """Makes the first brand by the code, which goes with it: of two at once the second
    finds no code any more. Raises SetupCodeOver and BrandRefused; an address that has
    an account is refused here, for no password was asked for."""
    with transaction.atomic():
        code = SetupCode.objects.select_for_update().filter(pk=SetupCode.ONLY).first()
        fits = code and constant_time_compare(code.code_hash, proof)
        if code is None or not fits or is_over(code, now) or Brand.objects.exists():
            raise SetupCodeOver
        if has_account(admin.email):
            raise BrandRefused(
                gettext_noop("This address has an account already."), "email"
            )
        return create_brand(brand=brand, admin=admin)


def check_name(name: str, *, known: Brand | None = None) -> None:
    """Raises BrandRefused for a name of which no address can be made, or that an
    installation has already, however it is spelled; the brand `known` has its own."""
    slug = slug_of(name, longest=LONGEST_SLUG)
    if not slug:
        raise BrandRefused(
            gettext_noop("A name has letters or digits."), "name", "no_letters"
        )
    rows = Brand.objects.filter(name__iexact=name)
    if (rows.exclude(pk=known.pk) if known else rows).exists():
        raise BrandRefused(
            gettext_noop("There is a brand of that name."), "name", "taken"
        )


def sender_of(name: str) -> str:
    """As many whole words of the name as a text message shows of its sender, without
    accents."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words, found = re.findall(r"[A-Za-z0-9]+", plain), ""
    for word in words:
        longer = f"{found} {word}".strip()
        if len(longer) > LONGEST_SENDER:
            break
        found = longer
    return found or "".join(words)[:LONGEST_SENDER] or name[:LONGEST_SENDER]


def has_account(email: str) -> bool:
    return User.objects.filter(email=email.lower()).exists()


def _write_brand(new: NewBrand) -> Brand:
    taken = {*RESERVED_BRAND_SLUGS, *Brand.objects.values_list("slug", flat=True)}
    if new.slug and new.slug in taken:
        raise BrandRefused(gettext_noop("That address is taken."), "slug", "taken")
    slug = (
        new.slug
        or free_slugs([new.name], taken=taken, otherwise="brand", longest=LONGEST_SLUG)[
            0
        ]
    )
    facts = {
        "slug": slug,
        "name": new.name,
        "short_name": sender_of(new.name),
        "languages": list(new.languages),
        "time_zone": new.time_zone,
    }
    try:
        with transaction.atomic():
            return Brand.objects.create(**facts)
    except IntegrityError:
        raise BrandRefused(
            gettext_noop("That address is taken."), "slug", "taken"
        ) from None


def _account_of(admin: NewAdmin) -> User:
    known = User.objects.filter(email=admin.email.lower()).first()
    if known is not None:
        return known
    return User.objects.create_user(
        admin.email, admin.password, name=admin.name, language=admin.language
    )
