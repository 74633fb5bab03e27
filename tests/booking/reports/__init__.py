"""Facts of past days."""
