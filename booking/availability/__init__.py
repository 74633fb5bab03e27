"""From rows to bookable starts, as bits.

Lives here: opening hours, what is taken, resources, limits, and the search over
them. Reads without locks; writes nothing but its own snapshots.

May import: `models`, `states`, `errors`, `starts` and `stores`.
"""
