"""Pages of store staff: the day's board, taps, moving a visit, a calendar.

May import: everything below the edges; neither `customer`, `desk` nor `api`.
"""
