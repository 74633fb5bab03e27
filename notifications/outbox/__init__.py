"""Planned, claimed, sent once: from an appointment to a sent message.

May import: `content`, `channels`, `policy`, `queries`, `models`; `booking`, `stores`.
"""
