"""Calendars as RFC 5545 has them: events, zones and a person's feed.

May import: `models`, `wording`, `links`, `states` and `stores`.
"""
