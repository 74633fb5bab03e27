"""Measures of past days at the desk: how many visits were kept, who was missed, when
people lacked. Small numbers are hidden, and nothing is counted for a person.
"""
