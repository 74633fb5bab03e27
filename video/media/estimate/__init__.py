"""The rate that one participant's line takes, and its sharing out. Pure: no sockets.

Sent packets and feedback about them come in, with the time; a rate goes out.
May import: nothing but Python.
"""
