"""Use cases: keyword-only functions, one transaction each, no request inside.

A write that takes time follows one order: choose from bits without locks → lock the
agendas, ascending id → delete their expired holds → check again → insert occupancies
with ON CONFLICT DO NOTHING → fewer rows than asked: roll back, next candidate → raise
the versions → commit. `booking.services.locking` holds these steps.
"""
