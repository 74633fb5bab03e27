"""Offer and answer: what a browser can, and what it gets.

May import: `video.media.rtp` and the libraries.
"""
