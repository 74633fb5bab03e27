"""One plan for many visits that lose their person: what becomes of each, so that the
customers together are disturbed least.

Pure: options in, choices out. Two visits never take the same time of one agenda. Up to
`EXACT` visits that stand in each other's way are planned by trying all that could be
better (the optimum); more of them greedily, then bettered by swaps.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

EXACT = 8
NOBODY = 1_000_000
"""The cost of a visit without a choice: above all others together, so that as many
visits as possible are placed."""
PASSES = 6


@dataclass(frozen=True)
class Option(Generic[T]):
    """A possible decision for a visit: `taken` are the bits that it takes from the
    agenda of somebody, `cost` minutes of the customer's trouble."""

    choice: T
    cost: int
    staff_id: int
    taken: int

    def meets(self, other: Option[T]) -> bool:
        return self.staff_id == other.staff_id and bool(self.taken & other.taken)


Options = Mapping[uuid.UUID, Sequence[Option[T]]]
Plan = dict[uuid.UUID, Option[T]]


def least_disturbing(options: Options[T]) -> Plan[T]:
    """A choice for each visit that can have one; the same question gets the same
    answer."""
    plan: Plan[T] = {}
    for group in _groups(options):
        found = _bettered(_greedy(group), group)
        plan |= _exact(group, found) if len(group) <= EXACT else found
    return {visit: plan[visit] for visit in options if visit in plan}


def cost_of(plan: Plan[T], options: Options[T]) -> int:
    placed = sum(option.cost for option in plan.values())
    return placed + NOBODY * (len(options) - len(plan))


def _groups(options: Options[T]) -> list[dict[uuid.UUID, Sequence[Option[T]]]]:
    """Visits that can stand in each other's way, directly or through others."""
    wanted: dict[uuid.UUID, dict[int, int]] = {}
    for visit, found in options.items():
        masks: dict[int, int] = defaultdict(int)
        for option in found:
            masks[option.staff_id] |= option.taken
        wanted[visit] = masks
    groups: list[tuple[dict[int, int], list[uuid.UUID]]] = []
    for visit, masks in wanted.items():
        joined, members, apart = dict(masks), [visit], []
        for others, ids in groups:
            if any(mask & joined.get(staff, 0) for staff, mask in others.items()):
                members = [*ids, *members]
                for staff, mask in others.items():
                    joined[staff] = joined.get(staff, 0) | mask
            else:
                apart.append((others, ids))
        groups = [*apart, (joined, members)]
    return [{visit: options[visit] for visit in members} for _, members in groups]


class _Taken:
    """The time that a plan takes so far."""

    def __init__(self, options: Iterable[Option[T]] = ()) -> None:
        self._bits: dict[int, int] = defaultdict(int)
        for option in options:
            self.take(option)

    def take(self, option: Option[T]) -> None:
        self._bits[option.staff_id] |= option.taken

    def leaves(self, option: Option[T]) -> bool:
        return not self._bits[option.staff_id] & option.taken

    def first(self, options: Iterable[Option[T]]) -> Option[T] | None:
        return next((option for option in options if self.leaves(option)), None)


def _by_cost(found: Sequence[Option[T]]) -> list[Option[T]]:
    return sorted(found, key=lambda option: option.cost)


def _greedy(options: Options[T]) -> Plan[T]:
    """Places first the visit that would lose most by waiting."""
    left = {visit: _by_cost(found) for visit, found in options.items()}
    plan: Plan[T] = {}
    taken = _Taken()
    hopes = {visit: _hope(found, taken) for visit, found in left.items()}
    while left:
        visit = max(left, key=lambda one: hopes[one].regret)
        option = hopes[visit].best
        del left[visit]
        if option is None:
            continue
        plan[visit] = option
        taken.take(option)
        for other, found in left.items():
            if hopes[other].is_dashed(option):
                hopes[other] = _hope(found, taken)
    return plan


@dataclass(frozen=True)
class _Hope(Generic[T]):
    """The best that a visit can still have, and what is left if another takes it."""

    best: Option[T] | None
    second: Option[T] | None

    @property
    def regret(self) -> int:
        if self.best is None:
            return -1
        return (self.second.cost if self.second else NOBODY) - self.best.cost

    def is_dashed(self, option: Option[T]) -> bool:
        return any(one and one.meets(option) for one in (self.best, self.second))


def _hope(found: Sequence[Option[T]], taken: _Taken) -> _Hope[T]:
    free = (option for option in found if taken.leaves(option))
    best = next(free, None)
    second = next((one for one in free if best and not one.meets(best)), None)
    return _Hope(best, second)


def _bettered(plan: Plan[T], options: Options[T]) -> Plan[T]:
    """Gives a visit a cheaper option, and those who had it their next best, as long as
    that is better for all together."""
    sorted_options = {visit: _by_cost(found) for visit, found in options.items()}
    for _ in range(PASSES):
        before = cost_of(plan, options)
        for visit, found in sorted_options.items():
            _swap(plan, visit, found, sorted_options)
        if cost_of(plan, options) == before:
            break
    return plan


def _swap(
    plan: Plan[T],
    visit: uuid.UUID,
    found: Sequence[Option[T]],
    options: Options[T],
) -> None:
    now = plan[visit].cost if visit in plan else NOBODY
    for wish in found:
        if wish.cost >= now:
            return
        losers = [v for v, had in plan.items() if v != visit and had.meets(wish)]
        others = {v: had for v, had in plan.items() if v not in (visit, *losers)}
        taken, again = _Taken([*others.values(), wish]), dict[uuid.UUID, Option[T]]()
        for loser in losers:
            instead = taken.first(options[loser])
            if instead is not None:
                taken.take(instead)
                again[loser] = instead
        gained = now - wish.cost
        lost = sum(
            (again[v].cost if v in again else NOBODY) - plan[v].cost for v in losers
        )
        if lost < gained:
            for loser in losers:
                del plan[loser]
            plan |= {**again, visit: wish}
            return


def _exact(options: Options[T], found: Plan[T]) -> Plan[T]:
    search = _Search(found, cost_of(found, options))
    search.branch({}, {visit: _by_cost(of) for visit, of in options.items()}, 0)
    return search.best


class _Search(Generic[T]):
    """Branch and bound. The bound is what the visits that are left would cost if none
    stood in another's way."""

    def __init__(self, found: Plan[T], cost: int) -> None:
        self.best = found
        self._cost = cost

    def branch(
        self, plan: Plan[T], left: dict[uuid.UUID, list[Option[T]]], cost: int
    ) -> None:
        """`left` holds what each visit may still have, the cheapest first."""
        least = {v: found[0].cost if found else NOBODY for v, found in left.items()}
        bound = cost + sum(least.values())
        if bound >= self._cost:
            return
        if not left:
            self.best, self._cost = plan, cost
            return
        visit = min(left, key=lambda v: len(left[v]))
        rest = {v: found for v, found in left.items() if v != visit}
        others = bound - least[visit]
        for option in left[visit]:
            if others + option.cost >= self._cost:
                return
            still = {
                v: [one for one in found if not one.meets(option)]
                for v, found in rest.items()
            }
            self.branch({**plan, visit: option}, still, cost + option.cost)
        self.branch(plan, rest, cost + NOBODY)
