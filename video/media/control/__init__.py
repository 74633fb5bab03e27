"""Signed calls from the web process to a worker.

May import: the worker, its metrics, and `rooms`, of `video.media`.
"""
