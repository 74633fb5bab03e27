"""The facts of a brand that its legal texts name, as they are now, in the active
language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from django.apps import apps
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from stores.legal.markup import Link, Value
from stores.legal.places import PLACES
from stores.models import Brand, Conformity, Store
from stores.queries import stores_by_name
from stores.wording import phone as as_read
from stores.wording import whole_date

MOST_STORES = 8
AUTHORITIES = {
    "BE": ("APD-GBA", "https://www.dataprotectionauthority.be"),
    "CH": ("PFPDT/FDPIC", "https://www.edoeb.admin.ch"),
    "DE": ("BfDI", "https://www.bfdi.bund.de"),
    "ES": ("AEPD", "https://www.aepd.es"),
    "FR": ("CNIL", "https://www.cnil.fr"),
    "IT": ("Garante", "https://www.garanteprivacy.it"),
    "LU": ("CNPD", "https://cnpd.public.lu"),
    "NL": ("AP", "https://www.autoriteitpersoonsgegevens.nl"),
}
OF_FRANCE = {
    *("FR", "GF", "GP", "MQ", "RE", "YT"),
    *("BL", "MF", "NC", "PF", "PM", "WF"),
}
DEFENDER = ("Défenseur des droits", "https://formulaire.defenseurdesdroits.fr")


def values_of(brand: Brand) -> dict[str, Value]:
    """By each name of each placeholder; empty for what the brand does not have."""
    known = _known(brand)
    return {name: known[place.key] for place in PLACES for name in (place.en, place.fr)}


def _known(brand: Brand) -> dict[str, Value]:
    stores = stores_by_name(brand, MOST_STORES + 1)
    country = stores[0].country if stores else "FR"
    phone = brand.phone or next((s.phone for s in stores if s.phone), "")
    email = brand.reply_to or brand.sender_email
    rate = brand.legal.get("rate")
    return {
        "brand": brand.name,
        "stores": _places(brand, stores),
        "phone": _dialled(phone, country) if phone else "",
        "email": Link(email, f"mailto:{email}") if email else "",
        "access": _access(brand),
        "days": str(brand.erase_after_days),
        "recipients": recipients_of(brand),
        "authority": _authority(country),
        "state": conformity_words(brand),
        "rate": _("%(rate)s %%") % {"rate": rate} if rate is not None else "",
        "reviewed": reviewed_words(brand),
        "defender": _defender(country),
    }


def recipients_of(brand: Brand) -> list[str]:
    """The people of the store, and those who carry messages: floors above name a
    function as `receivers_of` of their app."""
    said = [_("the people of the store that you chose")]
    for app in apps.get_app_configs():
        if named := getattr(app, "receivers_of", ""):
            ask: Callable[[Brand], Sequence[str]] = import_string(named)
            said += ask(brand)
    return said


def state_of(brand: Brand) -> Conformity:
    """Of accessibility; a brand that has said nothing has had nothing examined."""
    said = brand.legal.get("state", "")
    return Conformity(said) if said in Conformity.values else Conformity.NOT


def conformity_words(brand: Brand) -> str:
    return {
        Conformity.NOT: _("not compliant"),
        Conformity.PARTLY: _("partially compliant"),
        Conformity.FULLY: _("fully compliant"),
    }[state_of(brand)]


def reviewed_words(brand: Brand) -> str:
    """2 September 2026, or nothing."""
    day = brand.legal.get("reviewed_on", "")
    return whole_date(dt.date.fromisoformat(day)) if day else ""


def _dialled(phone: str, country: str) -> Link:
    """A number is read in one piece: its spaces do not break."""
    words = as_read(phone, country).replace(" ", "\N{NO-BREAK SPACE}")
    return Link(words, f"tel:{phone}")


def _access(brand: Brand) -> Value:
    """The way of people who do not hear or speak, if the brand's page has one."""
    way, url = brand.accessible_way, brand.accessible_url
    return Link(way, url) if way and url else way


def _places(brand: Brand, stores: Sequence[Store]) -> list[str | Link]:
    said: list[str | Link] = [_place(store) for store in stores[:MOST_STORES]]
    if len(stores) > MOST_STORES:
        said.append(
            Link(_("All our stores"), reverse("booking:stores", args=[brand.slug]))
        )
    return said


def _place(store: Store) -> str:
    town = f"{store.postcode} {store.city}".strip()
    phone = as_read(store.phone, store.country) if store.phone else ""
    return ", ".join(part for part in (store.name, store.street, town, phone) if part)


def _authority(country: str) -> Value:
    found = AUTHORITIES.get("FR" if country in OF_FRANCE else country)
    return Link(*found) if found else _("the data protection authority of your country")


def _defender(country: str) -> Value:
    if country in OF_FRANCE:
        return Link(*DEFENDER)
    return _("the body that watches over accessibility in your country")
