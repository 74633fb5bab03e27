"""Floor 3: the room where two people meet.

Lives here: rooms, participants, media nodes, admission and placement, the
signalling API, the pages of the room; in `video.media`, without Django, the
forwarding unit itself.

May import: `booking` and `stores`. Never `notifications`.
"""
