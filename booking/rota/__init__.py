"""Changes of hours, and what they do to visits.

A change is written with a decision for each visit under it, in one transaction.

May import: `services`, `availability`, `models` and the ground of `booking`; `stores`.
"""
