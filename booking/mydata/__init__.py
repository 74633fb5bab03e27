"""A customer's own data: all of it in one archive, or erased before its date.

Which tables have any, each model declares itself (`stores.retention`), on this floor
and above.
"""
