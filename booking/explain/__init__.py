"""Reasons why an hour is not offered, as facts that a page can word.

May import: `availability`, `models`, `states`, `errors`, `starts` and `stores`.
"""
