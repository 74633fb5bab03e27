"""The desk's pages of a brand's own messages: written, counted, tried and given back.

What a text may hold and how it is filled is judged in `content`.
"""
