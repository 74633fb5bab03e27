"""Pages of customers: choice, times, details, the appointment, moving it.

May import: everything below the edges; neither `staff`, `desk` nor `api`.
"""
