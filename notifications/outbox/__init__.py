"""Planned, claimed, sent once: from an appointment, an invitation or an absence that is
asked for to a sent message.

May import: `content`, `channels`, `policy`, `queries`, `occasions`, `models`;
`booking`, `stores`.
"""
