"""Promises to people, and the clock that watches them.

The table is `booking.models.promise`; use cases make and keep promises
(`booking.services.answers`). The clock stands above them: it may import models and
services, and only the delivery loop of `notifications` runs it.
"""
