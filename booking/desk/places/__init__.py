"""Stores, their rooms and their posters: a list that works with ten thousand, many
changed at once, and one at a time.
"""
