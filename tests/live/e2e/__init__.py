"""Whole stories, told by real browsers on the running product."""
