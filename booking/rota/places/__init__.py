"""Stores that change, one or many, and close; their rooms; and the visits that stand
against it.
"""
