"""Measures: the page, its tables and its file."""
