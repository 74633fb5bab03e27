"""Days and clocks: recurrence of hours, changes of the clock, public holidays.

May import: the standard library and `stores.errors`; no tables.
"""
