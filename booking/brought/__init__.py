"""Photographs, a product and needs that customers send with a visit.

Before the booking it belongs to the visitor's hold, then to the appointment. Imports
the tables and `booking.shown`; `booking.services` hands photographs over when it books.
"""
