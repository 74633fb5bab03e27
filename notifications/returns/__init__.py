"""Messages that come back: bounces, receipts, refusals.

May import: `models`, `queries`, `policy`; `booking` and `stores`.
"""
