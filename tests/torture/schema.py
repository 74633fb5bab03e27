"""No request makes the API answer 5xx: `./run torture schema`.

Five thousand requests per operation of the description, half of them right by it and
half wrong (schemathesis), as a customer with her link and as a program with a key;
then odd bodies, and odd numbers, queries and forms on every page. A 503 with
Retry-After is a polite refusal and no fault.

Keys: `operations`, `cases`, `fewest` (cases of one operation: some have not more),
`statuses`, `faults`.
"""

from __future__ import annotations

from itertools import chain

from tests.house.routes import make_scene
from tests.torture._generated import Shooter, Tally, operations
from tests.torture._odd_values import (
    FEW,
    ODD,
    shoot_bodies,
    shoot_forms,
    shoot_ids,
    shoot_queries,
)
from tests.torture._place import chosen, own_database, report, say


def main(argv: list[str]) -> int:
    trial = chosen("schema", argv)
    tally, counts = Tally(), []
    with own_database():
        scene = make_scene()
        shooter = Shooter(scene, tally)
        for operation in operations():
            before = tally.cases
            shooter.fire_at(operation, cases=trial.pick(60, 5000), first=trial.seed)
            counts.append(tally.cases - before)
            say(f"{operation.label}: {counts[-1]}")
        values = FEW if trial.quick else ODD
        sweeps = (
            shoot_bodies(scene),
            shoot_ids(scene),
            shoot_queries(scene, values, one_by_one=not trial.quick),
            shoot_forms(scene, values, one_by_one=not trial.quick),
        )
        for fault in chain.from_iterable(sweeps):
            tally.note(*fault)
    for what, (times, example) in tally.faults.items():
        say(f"{times} times {what}: {example}")
    return report(
        trial,
        {"faults": 0},
        operations=len(counts),
        cases=tally.cases,
        fewest=min(counts),
        statuses={str(k): v for k, v in sorted(tally.statuses.items())},
        faults=len(tally.faults),
    )
