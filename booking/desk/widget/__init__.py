"""The page of the widget: the sites that may show it, its code to copy, how it looks.

May import: `booking.widget.asked`, for the addresses of the code.
"""
