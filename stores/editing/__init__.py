"""Making and changing brands, stores, people and topics.

Set-based: a page calls with one row, an import with hundreds. Each use case is one
transaction; what shapes bookable time beyond that is `booking.rota`'s.
"""
