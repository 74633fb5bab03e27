"""Pages that every brand has."""
