"""The navigation beside each staff and desk page, in three scopes: the day, the store,
the brand; and the tabs of one page.

The heading of a scope says how far a change reaches. Pages of higher floors stand here
by the names of their addresses. An entry without the right to it is absent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from stores.accounts.workplace import Workplace

register = template.Library()
Context = dict[str, Any]
Sees = Callable[[Workplace], bool]


def anybody(workplace: Workplace) -> bool:
    return True


def adviser(workplace: Workplace) -> bool:
    return workplace.staff_member is not None


def manager(workplace: Workplace) -> bool:
    return workplace.sees_whole_store


def admin(workplace: Workplace) -> bool:
    return workplace.sees_whole_brand


def manager_alone(workplace: Workplace) -> bool:
    return workplace.sees_whole_store and not workplace.sees_whole_brand


@dataclass(frozen=True)
class Entry:
    """One link. `page` is the name by which a view says where it is, `also` names the
    pages behind its tabs; `notice` is the address of a mark beside the word, `waiting`
    the number of `Expected` that stands there."""

    page: str
    address: str
    icon: str
    label: str | Promise
    sees: Sees = anybody
    also: tuple[str, ...] = ()
    notice: str = ""
    waiting: str = ""


@dataclass(frozen=True)
class Item:
    """An entry as one page shows it; `waiting` are the acts that are expected there."""

    entry: Entry
    url: str
    is_current: bool
    below: Sequence[Item] = field(default=())
    waiting: int = 0


THE_DAY = (
    Entry("board", "booking:board", "clock", _("Today")),
    Entry(
        "callbacks",
        "booking:callbacks",
        "phone",
        _("To call back"),
        waiting="callbacks",
    ),
    Entry("week", "booking:week", "cal", _("Agenda"), manager),
    Entry("calendar", "booking:my_calendar", "link", _("My calendar"), adviser),
    Entry("my_absences", "booking:my_absences", "coffee", _("My absences"), adviser),
)
THE_STORE = (
    Entry(
        "hours",
        "booking:hours",
        "clock",
        _("Hours"),
        manager,
        also=("absences", "closures"),
        waiting="absences",
    ),
    Entry("team", "booking:team", "users", _("Team"), manager),
    Entry("measures", "measures", "chart", _("Measures"), manager),
    Entry("offers", "booking:offers", "text", _("Topics"), manager_alone),
    Entry("places", "booking:places", "store", _("Stores"), manager_alone),
)
THE_BRAND = (
    Entry("topics", "booking:brand_topics", "text", _("Topics"), admin, ("offers",)),
    Entry("places", "booking:places", "store", _("Stores"), admin),
    Entry("texts", "notifications:texts", "mail", _("Messages"), admin),
)
SETTINGS = (
    Entry("brand", "booking:brand", "leaf", _("Brand"), admin),
    Entry("widget", "booking:widget", "link", _("Embed"), admin),
    Entry("links", "booking:short_links", "next", _("Links"), admin),
    Entry("legal", "booking:legal_pages", "text", _("Legal pages"), admin),
    Entry(
        "imports", "booking:imports", "import", _("Import"), admin, waiting="imports"
    ),
    Entry("security", "booking:security", "gear", _("Security"), admin),
    Entry("api_keys", "booking:api_keys", "link", _("API keys"), admin),
    Entry(
        "webhooks",
        "notifications:webhooks",
        "link",
        _("Webhooks"),
        admin,
        notice="notifications:webhook_notice",
    ),
)
HOURS_TABS = (
    Entry("hours", "booking:hours", "clock", _("Week"), manager),
    Entry(
        "absences",
        "booking:absences",
        "coffee",
        _("Absences"),
        manager,
        waiting="absences",
    ),
    Entry("closures", "booking:closures", "store", _("Closed days"), manager),
)


def items(entries: Iterable[Entry], context: Context) -> list[Item]:
    """Those that the workplace may see, with the chosen store in their addresses."""
    workplace, page = context["workplace"], context.get("page", "")
    query, expected = context.get("store_query", ""), context.get("expected")
    return [
        Item(
            entry,
            f"{reverse(entry.address)}{query}",
            page == entry.page or page in entry.also,
            waiting=getattr(expected, entry.waiting, 0) if entry.waiting else 0,
        )
        for entry in entries
        if entry.sees(workplace)
    ]


def settings_items(context: Context) -> list[Item]:
    """One entry that leads to the first of them; the others are there while one is
    open. Closed it carries the sum of what waits inside."""
    found = items(SETTINGS, context)
    if not found:
        return []
    is_open = any(item.is_current for item in found)
    notices = [item.entry.notice for item in found if item.entry.notice]
    entry = Entry(
        "settings",
        found[0].entry.address,
        "gear",
        _("Settings"),
        notice="" if is_open or not notices else notices[0],
    )
    inside = 0 if is_open else sum(item.waiting for item in found)
    below = found if is_open else ()
    return [Item(entry, found[0].url, False, below, inside)]


@register.inclusion_tag("booking/staff/navigation/navigation.html", takes_context=True)
def navigation(context: Context) -> Context:
    """Asks one count for each entry with a number; the page has its workplace and
    store already."""
    store = context["store"]
    here = items(THE_STORE, context)
    return {
        "q": context.get("q", ""),
        "store_id": store.pk if context.get("store_query", "") else "",
        "groups": [
            {"heading": "", "items": items(THE_DAY, context)},
            {"heading": store.name if store else _("One store"), "items": here},
            {
                "heading": _("The whole brand"),
                "items": [*items(THE_BRAND, context), *settings_items(context)],
            },
        ],
    }


@register.inclusion_tag("booking/staff/navigation/tabs.html", takes_context=True)
def hours_tabs(context: Context) -> Context:
    """The three pages that stand behind one entry of the navigation."""
    return {"items": items(HOURS_TABS, context)}
