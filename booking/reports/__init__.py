"""Measures of days that are over: written each night from our own rows, and read as
sums. Nothing is counted for a person.
"""
