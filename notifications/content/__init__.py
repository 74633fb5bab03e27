"""The words of messages: letters, text messages, their templates.

May import: `policy`, `queries`, `models`, `wording`; `booking` and `stores`.
"""
