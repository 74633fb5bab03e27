"""The legal pages: their tiny markup, the facts that fill it, and our starting texts.

A text is written in `markup`, names facts by `places`, and is filled with those of the
brand (`facts`) each time it is read.
"""
