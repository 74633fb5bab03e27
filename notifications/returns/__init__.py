"""What comes back: bounces, receipts, refusals.

May import: `models`, `queries`, `policy`; `booking` and `stores`.
"""
