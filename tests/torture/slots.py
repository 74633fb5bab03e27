"""What is offered can be had, and nothing else: `./run torture slots`.

Random worlds of four advisers (odd hours, other stores, unusual days, absences, closed
days, postings that begin, channels not known, ceilings, three kinds of things, visits
and holds). Each search is compared with a naive count minute by minute; pairs of offer
and start are drawn from it and from outside and asked for.

Keys: `agendas`, `searches`, `starts` (that the count knows), `differences` (searches
that say something else than the count); `inside`, `inside_refused`; `outside`,
`outside_held`, `other_code` (refused with another code than "why not" gives).
"""

from __future__ import annotations

import time
from collections import Counter

from tests.oracles.messy_worlds import messy_world
from tests.torture._place import chosen, own_database, report, say

PAIRS = 50
BAD = ("differences", "inside_refused", "outside_held", "other_code")


def main(argv: list[str]) -> int:
    choice = chosen("slots", argv)
    worlds = choice.pick(4, 300)
    # Every fifth world offers nothing, so some draw only from outside.
    wanted = choice.pick(100, 10_000)
    seen: Counter[str] = Counter()
    began = time.process_time()
    with own_database():
        for number in range(worlds):
            with messy_world(1_000 * choice.seed + number) as found:
                known, wrong = found.differences()
                seen["agendas"] += len(found.people)
                seen["searches"] += found.searches
                seen["starts"] += known
                seen["differences"] += len(wrong)
                for line in wrong:
                    say(f"world {number}: {line}")
                if min(seen["inside"], seen["outside"]) < wanted:
                    seen += found.draw(PAIRS, PAIRS)
            if number % 25 == 24:
                say(f"{number + 1} of {worlds} worlds")
    return report(
        choice,
        dict.fromkeys(BAD, 0),
        worlds=worlds,
        **{
            name: seen[name]
            for name in ("agendas", "searches", "starts", "inside", "outside")
        },
        **{name: seen[name] for name in BAD},
        refused={n[9:]: c for n, c in seen.items() if n.startswith("refused: ")},
        cpu_s=round(time.process_time() - began, 1),
    )
