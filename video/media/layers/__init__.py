"""Several pictures of one camera, and the switch that makes one stream of them.

Figures of packets come in, figures go out; `descriptor.py` alone touches bytes.
May import: `estimate`, for the layers that it shares out.
"""
