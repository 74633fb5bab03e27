"""Pages about hours: weeks, days, absences, and the visits they touch.

May import: `booking.desk.queries` and everything below the edges.
"""
