"""Pages of the desk: the week, the team, topics, closures, keys.

Pages about hours are in `hours/`.

May import: everything below the edges; neither `customer`, `staff` nor `api`.
"""
