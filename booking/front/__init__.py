"""The front door of a brand: its next free hour, and the short links that lead past it.

Lives here: what the door says of hours, kept for a minute; links with a code of six
signs. A link is no secret: it opens a page of choice and nothing else.

May import: `availability`, `models` and `stores`.
"""
