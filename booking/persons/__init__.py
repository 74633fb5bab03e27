"""One person behind several stories: joined by proof alone, seen by staff alone.

Proofs are rows (`PersonJoin`); persons are made of them by `settling`. No page of a
customer reads any of it.
"""
