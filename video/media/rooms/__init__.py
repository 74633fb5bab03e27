"""Rooms of the worker: sessions, who sends what to whom, the data channel.

May import: `sdp`, `rtp` and `transport` of `video.media`.
"""
