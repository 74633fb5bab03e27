"""What a message says: letters, text messages, their templates.

May import: `policy`, `queries`, `models`, `wording`; `booking` and `stores`.
"""
