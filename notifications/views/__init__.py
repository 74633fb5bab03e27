"""Pages about messages, and notices of those who carry them."""
