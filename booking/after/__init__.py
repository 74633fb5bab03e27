"""After the visit: how it was, the talk that makes a bad one good, and the summary.

Use cases of one visit that is done, above `services`, which know nothing of it.
"""
