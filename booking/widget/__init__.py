"""The widget on a brand's own site: script, hours, frame, and the way to our pages.

Nothing here sets a cookie but `open`, the page that a tap leads to.

May import: `customer` and everything below the edges; `desk` alone imports it, for
the addresses of its code.
"""
