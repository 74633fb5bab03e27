"""Import and export: what a file means for a brand, checked against what stands there,
and written in portions through the use cases that pages call.
"""
