"""Cameras that come in several layers, each with a receiver and a source of its own.

To a slot they are publishers like others: see `rtp/source.py`.
May import: `rtp`, `layers`, `estimate`.
"""
