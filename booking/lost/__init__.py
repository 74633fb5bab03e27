"""Links that were lost: whose visits they open, and how often one may ask."""
