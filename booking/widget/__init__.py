"""The widget on a brand's own site: its script, its hours, its frame, the way to us.

Nothing here sets a cookie but `open`, the page of ours that a tap leads to.

May import: `customer` and everything below the edges; nobody imports it but the table
of addresses.
"""
