"""Datagrams in and out: one socket, ICE-lite, DTLS-SRTP.

May import: `video.media.allowance`, `counters` and `errors`, and the libraries; no
other room.
"""
