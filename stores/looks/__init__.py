"""The looks of a brand: its colours, and drawings that are safe to show.

Pure: nothing here knows a table, a page or a disk.
"""
