"""Several pictures of one camera, and the switch that makes one stream of them.

Figures of packets come in, figures of packets go out; bytes are touched in
`descriptor.py` only. May import: `estimate`, for the layers that it shares out.
"""
