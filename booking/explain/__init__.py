"""Why an hour is not offered, in facts that a page can word.

May import: `availability`, `models`, `states`, `errors`, `starts` and `stores`.
"""
