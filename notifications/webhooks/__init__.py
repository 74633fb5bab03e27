"""Calls to a brand's own systems: body, secrets, endpoints, pages.

May import: `models`, `queries`, `policy`, `signatures`; `booking` and `stores`.
"""
