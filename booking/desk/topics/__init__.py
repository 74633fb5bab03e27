"""The topics of a brand: their order, what each says, asks and offers, and their end.

Head office's pages; a store's own rule of one channel is written in `desk.offers`. May
import what the other rooms of the desk may.
"""
