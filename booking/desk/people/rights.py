"""The roles that somebody at the desk may give and take."""

from __future__ import annotations

from collections.abc import Iterable

from stores.accounts.workplace import Workplace
from stores.editing.roles import RoleTerm, Within
from stores.models import Role


def grants(workplace: Workplace) -> Within:
    """An admin gives any role anywhere; a manager gives up to their own, in the stores
    and the region that they manage; nobody else gives one."""

    def within(term: RoleTerm) -> bool:
        if workplace.sees_whole_brand:
            return True
        if not workplace.sees_whole_store or term.role == Role.ADMIN:
            return False
        if term.store is not None:
            return term.store in workplace.stores
        return term.region is not None and term.region == workplace.region

    return within


def may_let_in(workplace: Workplace, waiting: Iterable[RoleTerm]) -> bool:
    """A link gives its holder all roles that wait: who shows one must be able to give
    each of them."""
    within = grants(workplace)
    return all(within(term) for term in waiting)
