"""The page of a brand: its colours, logo, names, languages, help and retention."""
