"""RTP and RTCP: receivers, senders, repeats, feedback, the line's estimate.

May import: `video.media.transport` and the libraries.
"""
