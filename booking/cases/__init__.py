"""The file of an appointment, opened by its customer for a counter of any store.

May import: `links`, `models`, `errors` and `stores`.
"""
