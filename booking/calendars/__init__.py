"""Calendars as RFC 5545 has them: events, zones and a person's feed.

May import: `models`, `wording`, `spoken`, `links`, `states` and `stores`.
"""
