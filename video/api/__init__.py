"""The room's API: sessions by offer and answer, the quality of a line.

May import: `services`, `access`, `queries`, `models` of `video`; `booking`, `stores`.
"""
